import Datasets
import Settings
import TestSupport
import Testing

/// Whether `windows: leaf` gives the samples of LEAF's own scripts, which
/// Scripts/yardsticks/leaf_windows.py ran.
@Suite struct `Windows as LEAF makes them` {
    static let oracle = try? Oracle(path: "\(SourceTree.root)/Tests/Oracles/leaf-windows.json")
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func source(_ text: String, testFraction: Double = 0.2) throws -> Shakespeare {
        Shakespeare(
            asLEAF: try folder.write("text", Array(text.utf8)), testFraction: testFraction)
    }

    private func message(_ text: String, testFraction: Double = 0.2) throws -> String {
        do {
            _ = try source(text, testFraction: testFraction).decode(seed: 0)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    /// Returns the letters of all samples of a part, each sample with the one to predict.
    private func samples(_ part: DecodedDataset.Samples, _ names: [String]) throws -> [String] {
        guard case .symbols(let symbols) = part.features else { return [] }
        try #require(symbols.count == 80 * part.labels.count)
        return part.labels.enumerated().map { index, label in
            symbols[80 * index..<80 * index + 80].map { names[Int($0)] }.joined()
                + names[Int(label)]
        }
    }

    /// Returns LEAF's samples in the same form, with "}" for letters without a symbol.
    private func expected(_ part: Oracle.Node, _ letters: [Unicode.Scalar]) throws -> [String] {
        let text = part["text"].text.unicodeScalars.map { letters.contains($0) ? $0 : "}" }
        let count = text.count - 80
        try #require(Double(count) == part["windows"].number)
        return (0..<count).map { first in
            var sample = String.UnicodeScalarView()
            sample.append(contentsOf: text[first...first + 80])
            return String(sample)
        }
    }

    @Test(arguments: 0..<3) func `each sample of LEAF's scripts`(_ number: Int) throws {
        let oracle = try #require(Self.oracle)
        let share = oracle["shares"].list[number]
        // 1 − 0.1 is the nearest number to 0.9, but 1 − 0.9 is not the nearest one to 0.1.
        let data = try source(oracle["text"].text, testFraction: [0.2, 0.1, 0.9][number])
            .decode(seed: 0)
        let (owners, names) = (try #require(data.owners), try #require(data.classNames))
        #expect(names.joined() == oracle["letters"].text)
        #expect(oracle["unknown"]["label"].number == Double(names.firstIndex(of: "}") ?? -1))
        #expect(data.vocabulary == 80 && data.target == .classes(80) && data.targetWidth == 1)
        #expect(owners.kind == "roles")
        #expect(owners.names.sorted() == share["users"].list.map(\.["name"].text))
        let letters = Array(oracle["letters"].text.unicodeScalars)
        var (train, test): ([String], [String]) = ([], [])
        var ofTrain: [Int32] = []
        for (owner, name) in owners.names.enumerated() {
            let user = try #require(share["users"].list.first { $0["name"].text == name })
            let windows = try expected(user["train"], letters)
            train += windows
            ofTrain += repeatElement(Int32(owner), count: windows.count)
            test += try expected(user["test"], letters)
            #expect(user["test"]["announced"].number == user["test"]["windows"].number + 79)
        }
        #expect(train.count > 300 && test.count > 30)
        #expect(try samples(data.train, names) == train && owners.ofTrain == ofTrain)
        #expect(try samples(data.test, names) == test)
    }

    // 476 characters give 396 windows: 316 for training, 79 between, 1 for testing.
    @Test(arguments: [(476, 316, 1), (475, 0, 0)])
    func `headings give owners with a split as LEAF's`(
        _ characters: Int, _ train: Int, _ test: Int
    ) throws {
        let long = String(repeating: "ab cd efg\n", count: 100)
        let short = String(repeating: "x", count: characters - 1)
        let data = try source("Anna:\n\(long)\nBob:\n\(short)\n").decode(seed: 0)
        let owners = try #require(data.owners)
        #expect(owners.names == (train > 0 ? ["Anna", "Bob"] : ["Anna"]))
        #expect(owners.ofTrain.count { $0 == 1 } == train)
        #expect(data.test.labels.count == 920 - 736 - 79 + test)
    }

    @Test func `what is left out and unknown letters are told`() throws {
        let text = String(repeating: "\u{E9} ab\u{9}d efg\n", count: 100)
        let source = try source("Anna:\n\(text)\nBob:\nNo.\n")
        let notes = source.notes(of: try Dataset(try source.decode(seed: 0)))
        #expect(
            notes.map { $0.text.replacing(folder.path, with: "FOLDER") } == [
                "FOLDER/text: 79 of 1,020 windows are left out, as LEAF does (79 between the two parts "
                    + "of each owner, and all of 1 of 2 roles with too few for both parts)",
                "FOLDER/text: 200 of 1,104 characters are none of LEAF's 80 letters, the first U+00E9, "
                    + "and have the symbol of '}'",
            ])
        #expect(notes.map(\.severity) == [.information, .warning])
    }

    @Test func `texts that give no samples are refused in words`() throws {
        #expect(
            try message("Anna:\nI am.\n\nBob:\nNo.\n")
                == "FOLDER/text: expected windows of 80 characters for training and for testing in one "
                + "of 2 roles, with 79 windows between them that windows: leaf leaves out, found 0 "
                + "windows at most, of which a share of 0.8 is for training; use a larger "
                + "test_fraction, more text or windows: own")
        #expect(
            try message("1\nHAMLET\n\nby William Shakespeare\n\nHAMLET.\nTo be\n")
                == "FOLDER/text: expected speeches such as '  HAMLET. To be' below lines with 'by "
                + "William Shakespeare', as windows: leaf reads plays, or headings 'NAME:', found none"
        )
        #expect(
            try message("HAMLET\n\n\nby William Shakespeare\n")
                == "FOLDER/text:4: expected the title of a play 2 to 7 lines above 'by William "
                + "Shakespeare', as windows: leaf reads plays, found none")
        #expect(try message("", testFraction: 0).contains("expected a text, found an empty file"))
    }

    // LEAF reads 124,197 lines of the file. The last line here is one more.
    @Test func `the plays end where LEAF ends them`() throws {
        let lines = String(repeating: "    a line of forty characters at the least\n", count: 20)
        let play =
            "HAMLET\n\nby William Shakespeare\n  HAMLET. To be\n\(lines)  OPHELIA. My lord\n\(lines)"
        let text = String(repeating: "\n", count: 124_197 - 45 + 1) + play
        func count(_ text: String) throws -> Int {
            let part = try source(text).decode(seed: 0)
            return part.train.labels.count
        }
        let whole = try count("\n" + play)
        #expect(try count(String(text.dropFirst())) == whole)
        #expect(try count(text) < whole)
        #expect(
            try message(String(repeating: "\n", count: 130_000) + play + play).contains(
                "found none"))
    }

    private func resolved(_ keys: String) throws -> String {
        try SettingsTree(
            yaml: "dataset: { kind: shakespeare, file: t, \(keys) }", file: "demo.yaml"
        )
        .load { settings in
            _ = settings.component("dataset", from: dataSources, default: "digits", "")
        }.resolved
    }

    @Test(arguments: [
        ("sequence_length: 40", "sequence_length: expected 80"),
        ("stride: 81", "stride: expected 1"),
        ("vocabulary: 90", "vocabulary: expected 80"), ("predict: all", "predict: expected last"),
        (
            "test_fraction: 0",
            "test_fraction: expected more than 0 beside windows: leaf, which leaves out"
        ),
    ])
    func `keys with other values than LEAF's are refused`(_ key: String, _ words: String) throws {
        let error = #expect(throws: SettingsError.self) { try resolved("windows: leaf, \(key)") }
        #expect("\(try #require(error))".contains("error: dataset.\(words)"))
    }

    @Test func `resolved settings can be read again`() throws {
        let text = try resolved("windows: leaf, stride: 1")
        for line in ["windows: leaf", "sequence_length: 80", "predict: last", "vocabulary: 80"] {
            #expect(text.contains(line))
        }
        let again = try SettingsTree(yaml: text, file: "again.yaml").load { settings in
            _ = settings.component("dataset", from: dataSources, default: "digits", "")
        }
        #expect(again.resolved == text)
    }

    @Test func `the key differs from that of the same numbers`() throws {
        let leaf = try source("abcdef")
        let own = Shakespeare(
            file: "\(folder.path)/text", stride: 1, vocabulary: 80, prediction: .last)
        #expect(try leaf.contentKey(seed: 1) != own.contentKey(seed: 1))
    }
}
