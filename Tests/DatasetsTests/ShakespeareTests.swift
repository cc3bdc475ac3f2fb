import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct ShakespeareTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func file(_ text: String) throws -> String {
        try folder.write("text", Array(text.utf8))
    }

    private func symbols(_ samples: DecodedDataset.Samples) -> [UInt8] {
        guard case .symbols(let values) = samples.features else { return [] }
        return values
    }

    private func message(_ source: Shakespeare) -> String {
        do {
            _ = try source.decode(seed: 0)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    // Anna says "abab\nab\nx\n" (the block without a name is hers too), Bob "ba\n", Carl nothing. With
    // half of each text for testing Bob trains on "b", too short for a sequence of 1 + 1 characters.
    @Test func `roles own what they say`() throws {
        let path = try file(
            "nobody\n\nAnna:\nabab\n\nBob:\nba\n\nCarl:\n\nAnna:\nab\r\n\nx\n")
        let data = try Shakespeare(
            file: path, sequenceLength: 1, testFraction: 0.5
        ).decode(seed: 0)
        #expect(data.owners?.kind == "roles" && data.owners?.names == ["Anna"])
        #expect(data.vocabulary == 4 && data.target == .classes(4))
        // Code point order: newline 0, a 1, b 2, others 3.
        #expect(symbols(data.train) == [1, 1])
        #expect(data.train.labels == [2, 2])
        // "ab\nx\n"
        #expect(symbols(data.test) == [1, 0])
        #expect(data.test.labels == [2, 3])
    }

    @Test func `sequences follow each other, or overlap with a stride`() throws {
        let path = try file("abcdefghij")
        func decode(_ prediction: Shakespeare.Prediction, stride: Int? = nil) throws
            -> DecodedDataset
        {
            try Shakespeare(
                file: path, sequenceLength: 3, stride: stride, prediction: prediction,
                testFraction: 0, slices: 1
            ).decode(seed: 0)
        }
        let all = try decode(.all)
        #expect(all.targetWidth == 3 && all.sampleShape == [3])
        #expect(symbols(all.train) == [0, 1, 2, 4, 5, 6])
        #expect(all.train.labels == [1, 2, 3, 5, 6, 7])
        let last = try decode(.last)
        #expect(last.targetWidth == 1 && last.train.labels == [3, 7])
        let overlapping = try decode(.last, stride: 2)
        #expect(symbols(overlapping.train) == [0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8])
        #expect(overlapping.train.labels == [3, 5, 7, 9])
        #expect(overlapping.test.labels == [])
    }

    // b 4, a 3, é 2, 😀 2, c 1: three have symbols, and the lower code point wins between equals.
    @Test func `rare characters share the last symbol`() throws {
        let path = try file("bbbbaaaéé😀😀c")
        let data = try Shakespeare(
            file: path, sequenceLength: 11, vocabulary: 4, testFraction: 0, slices: 1
        ).decode(seed: 0)
        #expect(data.vocabulary == 4)
        #expect(symbols(data.train) == [1, 1, 1, 1, 0, 0, 0, 2, 2, 3, 3])
        #expect(data.train.labels.last == 3)
    }

    @Test func `a text without headings is cut into equal slices`() throws {
        let path = try file(String(repeating: "abcd\n", count: 100))
        let data = try Shakespeare(file: path, sequenceLength: 4, slices: 10).decode(seed: 0)
        let owners = try #require(data.owners)
        #expect(owners.kind == "slices" && owners.names.count == 10)
        // 50 characters each, 40 for training: 8 sequences of 5; 2 for testing.
        #expect(owners.ofTrain == (0..<80).map { Int32($0 / 8) })
        #expect(data.test.labels.count == 20 * 4)
    }

    @Test func `the plays of Shakespeare are read as a plain program reads them`() throws {
        let path = "\(SourceTree.root)/Scenarios/data/tinyshakespeare.txt"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var said: [String: [Unicode.Scalar]] = [:]
        var speeches = 0
        for block in text.components(separatedBy: "\n\n") {
            let lines = block.components(separatedBy: "\n").filter { !$0.isEmpty }
            guard lines.count > 1, lines[0].hasSuffix(":") else { continue }
            speeches += 1
            let words = lines.dropFirst().map { $0 + "\n" }.joined()
            said[lines[0], default: []] += Array(words.unicodeScalars)
        }
        // 7,095 without the two that stand behind two empty lines.
        #expect(said.count == 299 && speeches == 7_097)

        let data = try Shakespeare(file: path).decode(seed: 0)
        let owners = try #require(data.owners)
        let training = said.mapValues { $0.prefix(Int(0.8 * Double($0.count))) }
            .filter { $0.value.count > 80 }
        #expect(Set(owners.names.map { "\($0):" }) == Set(training.keys))
        // Some characters are in headings or test parts only.
        let characters = Set(training.values.flatMap { $0 }).sorted()
        #expect(characters.count < 65 && data.vocabulary == characters.count + 1)
        var first = 0
        for (number, name) in owners.names.enumerated() {
            let text = try #require(training["\(name):"])
            let count = text.count / 81
            #expect(owners.ofTrain.count { $0 == number } == count, "\(name)")
            let start = symbols(data.train)[first * 80..<first * 80 + 80]
            #expect(start.map { characters[Int($0)] } == Array(text.prefix(80)), "\(name)")
            first += count
        }
    }

    @Test func `texts that give no sequence are refused in words`() throws {
        _ = try file("")
        let path = folder.path + "/text"
        #expect(
            message(Shakespeare(file: path)) == "FOLDER/text: expected a text, found an empty file")
        _ = try file(String(repeating: "a", count: 90))
        #expect(
            message(Shakespeare(file: path, slices: 2))
                == "FOLDER/text: expected 81 characters or more for training in one of 2 slices, found "
                + "at most 36 (90 in the text); use a shorter sequence_length or fewer "
                + "slices")
        _ = try file("Anna:\nI am.\n\nBob:\nNo.\n")
        #expect(
            message(Shakespeare(file: path))
                == "FOLDER/text: expected 81 characters or more for training in one of 2 roles, found "
                + "at most 4 (22 in the text); use a shorter sequence_length")
        try folder.write("text", Array("abc".utf8) + [0xC3, 0x28])
        #expect(
            message(Shakespeare(file: path))
                == "FOLDER/text: expected a text in UTF-8, found other bytes at offset 3; save it as "
                + "UTF-8")
        var packed = IDXFiles.gzip(Array("To be, or not to be".utf8))
        packed[20] ^= 1
        try folder.write("text", packed)
        #expect(
            message(Shakespeare(file: path))
                == "FOLDER/text: expected a gzip file, found damaged data (incorrect data check)")
        #expect(
            message(Shakespeare(file: "/nowhere/text"))
                == "/nowhere/text: expected hyperfed to open it, found an error (No such file or"
                + " directory, errno 2)")
    }

    // 195,000 sequences of 5,000 characters would fit, but not with their targets.
    @Test func `parts that are too large are refused before they are built`() throws {
        let path = try file(String(repeating: "a", count: 200_000))
        let source = Shakespeare(
            file: path, sequenceLength: 5_000, stride: 1, testFraction: 0, slices: 1)
        let start = processorSeconds()
        #expect(
            message(source)
                == "shakespeare: expected at most 1,073,741,824 characters in a split, found "
                + "1,950,000,000 (195,000 sequences of 5,000 characters and 5,000 to predict); use a "
                + "larger stride, a shorter sequence_length or predict: last")
        #expect(processorSeconds() - start < 5)
    }

    @Test func `a stride beyond the text gives one sequence`() throws {
        let path = try file("abcdefghij")
        let data = try Shakespeare(
            file: path, sequenceLength: 3, stride: .max, testFraction: 0, slices: 1
        ).decode(seed: 0)
        #expect(symbols(data.train) == [0, 1, 2] && data.train.labels == [1, 2, 3])
    }

    @Test func `a zero in a name does no harm`() throws {
        let path = try file("A\0B:\naaaaaaaaaa\n")
        let data = try Dataset(
            Shakespeare(file: path, sequenceLength: 2).decode(seed: 0))
        #expect(data.trainingSamples.ownerNames == ["A\u{FFFD}B"])
    }

    @Test func `the key tells all settings apart`() throws {
        let path = try file("abcdef")
        let sources = [
            Shakespeare(file: path), Shakespeare(file: path, sequenceLength: 81),
            Shakespeare(file: path, stride: 1), Shakespeare(file: path, vocabulary: 81),
            Shakespeare(file: path, prediction: .last),
            Shakespeare(file: path, testFraction: 0.1), Shakespeare(file: path, slices: 99),
        ]
        let keys = try sources.map { try $0.contentKey(seed: 1) }
        #expect(Set(keys).count == keys.count)
        #expect(try sources[0].contentKey(seed: 2) == keys[0])
        _ = try file("abcdeg")
        #expect(try sources[0].contentKey(seed: 1) != keys[0])
    }
}
