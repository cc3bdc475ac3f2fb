import Datasets
import TestSupport
import Testing

/// What users are told about their texts.
@Suite struct `Notes about texts of users` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func reading(_ files: [(String, String)], _ train: String) throws -> TextFiles.Reading {
        for (name, text) in files { try folder.write(name, Array(text.utf8)) }
        var reading = TextFiles.Reading(train: "\(folder.path)/\(train)")
        (reading.length, reading.testFraction) = (1, 0)
        return reading
    }

    private func message(_ reading: TextFiles.Reading) -> String { reading.message(in: folder) }

    private func texts(
        _ data: DecodedDataset, _ severity: DataNote.Severity
    ) -> [String] {
        data.notes.filter { $0.severity == severity }.map(\.text)
    }

    @Test func `blocks that belong to no role, or to the role before, are counted`() throws {
        let play = "A preface.\n\nAnna: \na b\n \nc d\n\nBob:\ne f\n\nAnna:\ng\n"
        var reading = try self.reading([("t.txt", play)], "t.txt")
        reading.owners = .roles
        let data = try reading.decoded()
        // A blank behind a heading, or on an empty line, changes nothing.
        #expect(data.owners?.names == ["Anna", "Bob"])
        #expect(data.owners?.ofTrain == [0, 0, 0, 0, 0, 0, 0, 1, 1])
        // The preface, one line of each heading, and empty lines.
        let lost = play.count - "a b\nc d\ng\ne f\n".count
        #expect(
            texts(data, .warning).contains {
                $0.hasSuffix(
                    "1 of 5 blocks of lines have no heading 'NAME:' and count for the role before")
            })
        #expect(
            texts(data, .warning).contains {
                $0.hasSuffix(
                    "\(lost) of \(play.count) characters are no part of a role and are left out"
                        + " (headings, and 1 block of lines before the first heading)")
            })
        try folder.write("t.txt", Array("ANNA.\na b\n\nBOB.\nc d\n".utf8))
        #expect(message(reading).contains("lines such as 'ANNA.' may be headings"))
        // With headings above all blocks there is no warning.
        try folder.write("t.txt", Array("Anna:\na b c d e f g h i j k l\n".utf8))
        #expect(texts(try reading.decoded(), .warning).isEmpty)
    }

    @Test func `roles of one name in two files are two owners`() throws {
        let play = "KING:\na b\n"
        var reading = try self.reading([("a.txt", play), ("b.txt", play)], "*.txt")
        reading.owners = .roles
        #expect(try reading.decoded().owners?.names == ["a.txt: KING", "b.txt: KING"])
    }

    @Test func `a test text of unknown words is warned about`() throws {
        var reading = try self.reading([("t.txt", "a b c"), ("test.txt", "d e f")], "t.txt")
        reading.test = "\(folder.path)/test.txt"
        var warnings = texts(try reading.decoded(), .warning)
        #expect(
            warnings.count == 2
                && warnings[0].contains(
                    "found none (and 3 of 4 test words); the model never learns to predict <unk>")
                && warnings[1].contains("outside the vocabulary, found 75.00 %"))
        // Half of them are unknown, and training words too.
        try folder.write("test.txt", Array("a d".utf8))
        reading.vocabulary = 3
        try folder.write("t.txt", Array("a b a <eos> c".utf8))
        warnings = texts(try reading.decoded(), .warning)
        #expect(warnings.isEmpty, "\(warnings)")
        // The share in tests is told only if there is a test sample.
        try folder.write("test.txt", Array("d".utf8))
        reading.length = 2
        let notes = try reading.decoded().notes.map(\.text)
        #expect(!notes.contains { $0.contains("of the test words") })
        #expect(notes.contains { $0.contains("the global model is never tested") })
    }

    @Test func `empty files of a pattern are left out`() throws {
        let files = [("a.txt", ""), ("b.txt", "a b c"), ("c.txt", "")]
        var reading = try self.reading(files, "*.txt")
        reading.test = "\(folder.path)/[ab].txt"
        let data = try reading.decoded()
        #expect(data.owners?.names == ["b.txt"])
        let empty = texts(data, .information).filter { $0.contains("without text") }
        #expect(empty.count == 2)
        #expect(empty.first?.hasSuffix("2 files without text are left out") == true)
        #expect(empty.last?.hasSuffix("1 file without text is left out") == true)
        reading.train = "\(folder.path)/[ac].txt"
        #expect(
            message(reading) == "FOLDER/[ac].txt: expected a file with text, found 2 empty files")
        reading.train = "\(folder.path)/a.txt"
        #expect(message(reading) == "FOLDER/a.txt: expected a text, found an empty file")
    }

    @Test func `a folder is answered by a pattern`() throws {
        let reading = try self.reading([], "")
        #expect(
            message(reading)
                == "FOLDER/: expected a file, or a pattern of files, found a folder; use a pattern:"
                + " FOLDER/*.txt")
    }
}
