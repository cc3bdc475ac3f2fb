import Datasets
import TestSupport
import Testing

/// Texts in which no roles are found, or little of the text is anybody's.
@Suite struct `What a user of a text should know` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func warnings(
        _ text: String, length: Int = 5, testFraction: Double = 0.5, slices: Int? = nil
    ) throws -> [String] {
        let source = Shakespeare(
            file: try folder.write("text", Array(text.utf8)), sequenceLength: length,
            testFraction: testFraction, slices: slices)
        let notes = source.notes(of: try Dataset(try source.decode(seed: 0)))
        return notes.filter { $0.severity == .warning }.map {
            $0.text.replacing(folder.path, with: "FOLDER")
        }
    }

    private func play(_ heading: (String) -> String, blocks: Int = 40) -> String {
        (0..<blocks).map {
            "\(heading($0 % 2 == 0 ? "HAMLET" : "OPHELIA"))The quick brown fox jumps over \($0) dogs.\n\n"
        }.joined()
    }

    @Test func `a play has nothing to tell`() throws {
        #expect(try warnings(play { "\($0):\n" }) == [])
        let source = Shakespeare(file: "\(SourceTree.root)/Scenarios/data/tinyshakespeare.txt")
        let notes = source.notes(of: try Dataset(try source.decode(seed: 0)))
        #expect(notes.map(\.severity) == [.information])
    }

    @Test func `headings of another kind are told`() throws {
        let found =
            "FOLDER/text: 0 of 40 blocks of lines start with a heading 'NAME:' on a line of "
            + "its own, too few for roles, so the text is cut into 100 slices of equal length"
        let end = "; if that is meant, set data.dataset.slices"
        #expect(
            try warnings(play { "\($0).\n" }) == [
                found + "; lines such as 'HAMLET.' may be headings that end with a full stop; "
                    + "write a colon" + end
            ])
        #expect(
            try warnings(play { "\($0): " }) == [
                found + "; lines start with 'HAMLET:' and go on; write such headings on lines of "
                    + "their own, with an empty line before" + end
            ])
        #expect(try warnings(play { _ in "" }) == [found + end])
        // Who asks for slices expects no roles.
        #expect(try warnings(play { "\($0).\n" }, slices: 10) == [])
    }

    @Test func `half a play is told`() throws {
        let text = play({ "\($0):\n" }, blocks: 30) + play({ _ in "" }, blocks: 20)
        #expect(
            try warnings(text) == [
                "FOLDER/text: 20 of 50 blocks of lines have no heading 'NAME:' and count for the "
                    + "role before"
            ])
    }

    @Test func `text that is nobody's is told where it is most of it`() throws {
        let front = String(repeating: "front matter without an end, ", count: 100)
        let notes = try warnings(front + "\n\n" + play { "\($0):\n" })
        #expect(notes.count == 1 && notes[0].contains("characters are no part of any owner's text"))
    }

    @Test func `a test part without any sample is told`() throws {
        let text = play({ "\($0):\n" }, blocks: 4)
        let notes = try warnings(text, length: 20, testFraction: 0.05)
        #expect(notes.count == 1 && notes[0].contains("the global model is never tested"))
        #expect(try warnings(text, length: 20, testFraction: 0) == [])
    }

    @Test func `its characters are the names of its classes`() throws {
        let file = try folder.write("text", Array("ab\nba\nab\nba\n".utf8))
        let data = try Shakespeare(file: file, sequenceLength: 2, slices: 1).decode(seed: 0)
        #expect(data.classNames == ["\n", "a", "b", "other"])
        #expect(try Dataset(data).classNames == data.classNames)
    }
}
