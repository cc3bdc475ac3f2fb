import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct `Texts of users` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func reading(_ text: String, length: Int = 2) throws -> TextFiles.Reading {
        try reading(Array(text.utf8), length: length)
    }

    private func reading(_ bytes: [UInt8], length: Int = 2) throws -> TextFiles.Reading {
        var reading = TextFiles.Reading(train: try folder.write("t.txt", bytes))
        (reading.length, reading.testFraction) = (length, 0)
        return reading
    }

    private func message(_ reading: TextFiles.Reading) -> String { reading.message(in: folder) }

    /// The names of the symbols of all samples.
    private func words(_ data: DecodedDataset, _ part: DecodedDataset.Samples? = nil) -> [String] {
        let names = data.classNames ?? []
        return switch (part ?? data.train).features {
        case .symbols(let values): values.map { names[Int($0)] }
        case .wideSymbols(let values): values.map { names[Int($0)] }
        case .bytes, .floats: []
        }
    }

    @Test func `are words and ends of lines, as PyTorch's example reads them`() throws {
        let data = try self.reading("\u{FEFF} a  b\ta\r\n\rb c\n").decoded()
        #expect(words(data) == ["a", "b", "a", "<eos>", "<eos>", "b"])
        #expect(data.classNames == ["<unk>", "<eos>", "a", "b", "c"])
        // a b a E E b c E: three windows of two words, and the word after each position.
        #expect(
            data.train.labels.map { data.classNames?[Int($0)] ?? "" } == [
                "b", "a", "<eos>", "<eos>", "b", "c",
            ])
        var plain = try self.reading("a b\nc d e")
        plain.endsLines = false
        #expect(words(try plain.decoded()) == ["a", "b", "c", "d"])
        #expect(words(try self.reading("a b c d e").decoded()) == ["a", "b", "c", "d"])
        plain.lowercase = true
        plain.train = try folder.write("u.txt", Array("\u{C9}t\u{E9} A a \u{C9}T\u{C9} b".utf8))
        #expect(words(try plain.decoded()) == ["\u{E9}t\u{E9}", "a", "a", "\u{E9}t\u{E9}"])
    }

    // Python: "a\u00a0b\u2003c\u3000d\x1ce\x85f\u200bg".split() has these words.
    @Test func `are split at the white space of Python's split`() throws {
        let text = "a\u{A0}b\u{2003}c\u{3000}d\u{1C}e\u{85}f\u{200B}g\u{2028}h i\u{B}j k"
        let data = try self.reading(text, length: 9).decoded()
        #expect(words(data) == ["a", "b", "c", "d", "e", "f\u{200B}g", "h", "i", "j"])
    }

    // Two spellings of one letter are two words, as for other programs.
    @Test func `keep words apart by their bytes`() throws {
        let data = try self.reading("\u{E9} e\u{301} \u{E9} e\u{301} x").decoded()
        #expect(data.vocabulary == 5)
    }

    @Test func `have a vocabulary of the most frequent words, the first of equal ones`() throws {
        var reading = try self.reading("d c b a c b c <unk> <unk> <unk> <unk> z", length: 11)
        reading.endsLines = false
        reading.vocabulary = 4
        let data = try reading.decoded()
        #expect(data.classNames == ["<unk>", "c", "b", "d"])
        let found = words(data)
        #expect(
            found == ["d", "c", "b", "<unk>", "c", "b", "c"] + Array(repeating: "<unk>", count: 4))
        // a and z, and the four that are written so.
        let note = try #require(data.notes.first { $0.text.contains("vocabulary") })
        #expect(note.text.contains("the most frequent 3 of 5 different words"))
        #expect(note.text.contains("<unk> stands for 50.00 % of the training words"))
        // A maximum: with fewer words there are fewer symbols.
        reading.vocabulary = 7
        let all = try reading.decoded()
        #expect(all.classNames == ["<unk>", "c", "b", "d", "a", "z"])
        #expect(
            all.notes.contains {
                $0.severity == .information
                    && $0.text.contains("5 different words (data.dataset.vocabulary allows 7);")
            })
        reading.vocabulary = nil
        #expect(try reading.decoded().vocabulary == 6)
    }

    @Test func `of characters have the ends of lines as characters`() throws {
        var reading = try self.reading("ab\u{1F600}\nb", length: 4)
        reading.unit = .characters
        let data = try reading.decoded()
        #expect(words(data) == ["a", "b", "\u{1F600}", "<eos>"])
        #expect(data.classNames?.first == "<unk>" && data.vocabulary == 5)
    }

    @Test func `are cut into windows, each word predicted once, or with a stride`() throws {
        var reading = try self.reading("a b c d e f g h", length: 3)
        reading.endsLines = false
        #expect(words(try reading.decoded()) == ["a", "b", "c", "d", "e", "f"])
        reading.stride = 2
        reading.prediction = .last
        let data = try reading.decoded()
        #expect(words(data) == ["a", "b", "c", "c", "d", "e", "e", "f", "g"])
        #expect(data.targetWidth == 1)
        #expect(data.train.labels.map { data.classNames?[Int($0)] ?? "" } == ["d", "f", "h"])
    }

    @Test func `of several files belong to their files`() throws {
        for (name, text) in [("b.txt", "x y z x"), ("a.txt", "p q r s t"), ("c.md", "n")] {
            try folder.write(name, Array(text.utf8))
        }
        try folder.write("short.txt", Array("x".utf8))
        var reading = TextFiles.Reading(train: "\(folder.path)/*.txt")
        (reading.length, reading.testFraction) = (2, 0.4)
        let data = try reading.decoded()
        // a: p q r s t E, three for training; b: x y z x E, three for training.
        #expect(data.owners?.kind == "files" && data.owners?.names == ["a.txt", "b.txt"])
        #expect(data.owners?.ofTrain == [0, 1])
        #expect(words(data) == ["p", "q", "x", "y"])
        #expect(words(data, data.test) == ["<unk>", "<unk>"])
        #expect(data.notes.contains { $0.text.contains("1 of 3 files have too little text") })
        reading.train = "\(folder.path)/*.csv"
        #expect(
            message(reading)
                == "FOLDER/*.csv: expected a file or more that this pattern matches, found none")
    }

    @Test func `belong to lines, parts or roles`() throws {
        func owners(_ kind: TextFiles.Owners, _ text: String) throws -> ([String], [Int32]) {
            var reading = try self.reading(text, length: 1)
            (reading.owners, reading.parts) = (kind, 2)
            let data = try reading.decoded()
            return (data.owners?.names ?? [], data.owners?.ofTrain ?? [])
        }
        #expect(try owners(.lines, "a b\n\n \nc\n") == (["line 1", "line 4"], [0, 0, 1]))
        #expect(try owners(.parts, "a b c\nd e f\n") == (["0", "1"], [0, 0, 0, 1, 1, 1]))
        let play = "ANNA:\na b\n\nBOB:\nc\n"
        #expect(try owners(.roles, play) == (["ANNA", "BOB"], [0, 0, 1]))
        var reading = try self.reading("no play\n\nat all\n", length: 1)
        reading.owners = .roles
        #expect(
            message(reading)
                == "FOLDER/t.txt: expected a heading 'NAME:' on a line of its own above half of the"
                + " blocks of lines, for clients: roles, found 0 of 2 blocks; use clients: files,"
                + " lines or parts")
    }

    @Test func `have test files, or none`() throws {
        var reading = try self.reading("a b c a b", length: 2)
        reading.test = try folder.write("test.txt", Array("a new word".utf8))
        let data = try reading.decoded()
        #expect(words(data, data.test) == ["a", "<unk>"])
        #expect(data.notes.contains { $0.text.contains("for 50.00 % of the test words") })
        reading.test = try folder.write("test.txt", Array("a".utf8))
        let note = try #require(try reading.decoded().notes.last)
        #expect(note.severity == .warning && note.text.contains("the global model is never tested"))
    }

    @Test func `of more than 256 words are read back from the cache's form`() throws {
        let text = (0..<600).map { "w\($0 % 300)" }.joined(separator: " ")
        let decoded = try self.reading(text, length: 10).decoded()
        guard case .wideSymbols(let symbols) = decoded.train.features else {
            Issue.record("expected wide symbols")
            return
        }
        let data = try Dataset(decoded, key: "words")
        try data.verify()
        #expect(data.vocabulary == 302 && data.predictsSymbols && data.classNames?.count == 302)
        var features = [Float](repeating: -1, count: 20)
        var targets = features
        var x = features.mutableSpan
        var y = targets.mutableSpan
        let rows: [Int32] = [31, 3]
        data.gather(rows.span, from: .train, into: &x, targets: &y)
        #expect(features == (symbols[310..<320] + symbols[30..<40]).map(Float.init))
        #expect(targets[0..<9].elementsEqual(features[1..<10]))
    }

    @Test func `that are none are refused`() throws {
        #expect(
            message(try self.reading([])) == "FOLDER/t.txt: expected a text, found an empty file")
        #expect(
            message(try self.reading(Array("ab\nc\u{E9} ".utf8) + [0xE9, 0x20]))
                == "FOLDER/t.txt:2:5: expected a text in UTF-8, found the byte 233 at offset 7; save"
                + " it as UTF-8")
        #expect(
            message(try self.reading([0x61, 0, 0x62]))
                == "FOLDER/t.txt:1:2: expected a text without zero bytes, found the byte 0 at offset"
                + " 1; save it as UTF-8")
        #expect(
            message(try self.reading(Array("%PDF-1.5".utf8)))
                == "FOLDER/t.txt: expected a plain text in UTF-8, found a PDF document; save it as"
                + " plain text")
        #expect(
            message(try self.reading("a b", length: 3))
                == "FOLDER/t.txt: expected 4 words or more for training in the file, found at"
                + " most 3 (3 in the text); use a shorter length")
    }

    @Test func `packed with gzip are unpacked`() throws {
        let plain = try self.reading("a b c d e").decoded()
        let packed = try self.reading(IDXFiles.gzip(Array("a b c d e".utf8))).decoded()
        #expect(packed.train == plain.train && packed.classNames == plain.classNames)
    }
}
