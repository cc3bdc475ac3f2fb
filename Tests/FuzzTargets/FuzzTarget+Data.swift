import Datasets
import TestSupport

extension FuzzTarget {
    /// The four IDX files of MNIST's layout. The first byte says which of them the input replaces.
    static func idx() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let images = bigEndian([0x803, 3, 2, 2]) + [UInt8](0..<12)
        let labels = bigEndian([0x801, 3]) + [0, 1, 1]
        let files = [
            ("train-images-idx3-ubyte", images), ("train-labels-idx1-ubyte", labels),
            ("t10k-images-idx3-ubyte", images), ("t10k-labels-idx1-ubyte", labels),
        ]
        let seeds = files.enumerated().map { [UInt8($0)] + $1.1 }
        return FuzzTarget("idx", seeds: seeds) { input in
            guard let choice = input.first else { return }
            for (index, file) in files.enumerated() {
                let isReplaced = index == Int(choice % 4)
                try folder.write(file.0, isReplaced ? Array(input.dropFirst()) : file.1)
            }
            try check(MNISTIDX(folder: folder.path))
        }
    }

    /// The binary files of CIFAR-10.
    static func cifar() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let record = [UInt8](repeating: 7, count: 3_073)
        try folder.write("test_batch.bin", record)
        return FuzzTarget("cifar", seeds: [record, record + record]) { input in
            try folder.write("data_batch_1.bin", input)
            try check(CIFAR10(folder: folder.path))
        }
    }

    /// Tables of text. The first byte says what a scenario says of the table.
    static func tables() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let texts = [
            "a,b,label\n1,2,x\n3,4,y\n5,6.5,x\n-1e3,0,y\n", "1 2 3\n4 5 6\n7 8 9\n1 1 1\n",
            "sep=;\n\"a;\"\"\";b;c\n1;2;3\n4;NA;6\n7;8;9\n", "# a b c\n1 2 3\n4 5 6\n7 8 9\n",
            "x\ty\tz\n1\t2\t\n3\t4\t\n5\t6\t\n", "id,v,w\r\n0,1,2\r\n1,3,4\r\n2,5,6\r\n",
        ]
        let seeds = texts.flatMap { text in
            [UInt8(0), 1, 3, 8, 24, 96].map { choice -> [UInt8] in [choice] + Array(text.utf8) }
        }
        let words = [
            ",", ";", "\t", "\"", "\"\"", "\n", "\r", "#", "sep=,", "NA", "nan", "inf", "1e999",
            "-0", "1e-400", "0x10", "1,5", "\u{FEFF}", "999999999999999999999", "\u{2028}",
        ]
        return FuzzTarget("tables", seeds: seeds, words: words) { input in
            guard let choice = input.first else { return }
            var reading = CSV.Reading(file: try folder.write("t.csv", Array(input.dropFirst())))
            if choice & 1 != 0 { reading.targets = ["1"] }
            if choice & 2 != 0 { reading.client = "0" }
            if choice & 4 != 0 { reading.header = choice & 16 != 0 ? .yes : .no }
            if choice & 8 != 0 { reading.missing = choice & 16 != 0 ? .mean : .drop }
            if choice & 96 == 96 { reading.oneHot = ["0"] }
            if choice & 32 != 0 { reading.ignored = ["-1"] }
            if choice & 64 != 0 { reading.keepsIndexColumn = true }
            if choice & 128 != 0 { reading.testSamples = 1 }
            try check(CSV(reading))
        }
    }

    /// Texts for next characters.
    static func texts() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let play = "ANNA:\nTo be or not to be.\n\nBERT:\nThat is the question, \u{E9}\u{1F600}!\n\n"
        let seeds = [play + play, "a plain text without any headings at all, cut in slices"]
            .flatMap { text in
                [UInt8(0), 255].map { choice -> [UInt8] in [choice] + Array(text.utf8) }
            }
        let speech = "  ANNA. To be, or not\n" + String(repeating: "    to be\n", count: 99)
        let leaf =
            "1\nTHE COMEDY OF ERRORS\n\nby William Shakespeare\n" + speech
            + "ACT I. S\n<\n\nHAMLET\n\nby William Shakespeare\n" + speech + "  BO. No\n"
        let words = [
            ":\n", "\n\n", "\r\n", "ANNA:\n", "\u{FEFF}", "\u{0}", "by William Shakespeare", ". ",
        ]
        return FuzzTarget("texts", seeds: seeds + [[128] + Array(leaf.utf8)], words: words) {
            input in
            guard let choice = input.first else { return }
            let file = try folder.write("t.txt", Array(input.dropFirst()))
            if choice & 128 != 0 { try check(Shakespeare(asLEAF: file, slices: 2)) }
            try check(
                Shakespeare(
                    file: file, sequenceLength: 1 + Int(choice & 3),
                    stride: choice & 4 == 0 ? 1 : 3,
                    vocabulary: choice & 8 == 0 ? 5 : 80,
                    prediction: choice & 16 == 0 ? .all : .last,
                    testFraction: choice & 32 == 0 ? 0.2 : 0, slices: choice & 64 == 0 ? 2 : nil))
        }
    }

    /// Texts of users. The first two bytes say what a scenario says of them.
    static func words() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let texts = [
            "the cat sat on the mat\nthe dog <unk> sat\n", "one line without an end",
            "ANNA:\nTo be or not\n\nBERT:\nto be, \u{E9}\u{1F600}!\n\n",
            "a\u{A0}b\u{2003}c\r\nd\re",
        ]
        let seeds = texts.flatMap { text in
            [UInt8(0), 5, 255].map { choice -> [UInt8] in [choice, choice] + Array(text.utf8) }
        }
        let words = ["\n\n", "\r\n", " ", "\u{2028}", "\u{FEFF}", "\u{0}", "<eos>", ":\n"]
        return FuzzTarget("words", seeds: seeds, words: words) { input in
            guard input.count >= 2 else { return }
            let (choice, other) = (Int(input[0]), Int(input[1]))
            var reading = TextFiles.Reading(
                train: try folder.write("t.txt", Array(input.dropFirst(2))))
            reading.length = 1 + (choice & 3)
            reading.stride = choice & 4 == 0 ? nil : 2
            reading.vocabulary = choice & 8 == 0 ? nil : 4
            reading.unit = choice & 16 == 0 ? .words : .characters
            reading.endsLines = choice & 32 == 0
            reading.lowercase = choice & 64 != 0
            reading.prediction = choice & 128 == 0 ? .all : .last
            let kinds: [TextFiles.Owners] = [.files, .lines, .parts, .roles]
            reading.owners = kinds[other & 3]
            reading.parts = 1 + (other & 28) / 4
            reading.testFraction = other & 32 == 0 ? 0.2 : 0
            if other & 64 != 0 { reading.test = reading.train }
            try check(TextFiles(reading))
        }
    }

    /// A packed document: what zlib unpacks, and how its errors come back.
    static func gzip() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        // "[[0,1],[2]]", packed by gzip -9n.
        let packed: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0x8B, 0x8E, 0x36, 0xD0, 0x31, 0x8C, 0xD5, 0x89,
            0x36, 0x8A, 0x8D, 5, 0, 0x3F, 0xE1, 0x1D, 0x6A, 0x0B, 0, 0, 0,
        ]
        return FuzzTarget("gzip", seeds: [packed, packed + packed]) { input in
            _ = try PartitionDocument(path: folder.write("p.json.gz", input))
        }
    }

    /// Documents of partitions, and the partitions of 9 samples that they describe.
    static func partitions() -> FuzzTarget {
        let texts = [
            "[[0,1],[2,3,8]]", "{\"0\": [1,2], \"1\": [3]}", "{\"client_dict\": {\"a\": [0]}}",
            "{\"format\": \"hyperfed partition 1\", \"data\": \"d-1\", \"dataset\": \"digits\","
                + " \"samples\": 9, \"seed\": 7, \"skew\": {\"kind\": \"iid\"}, \"clients\": [[3],[4,0]]}",
        ]
        let words = [
            "[", "]", "{", "}", "\"", ":", ",", "\\u", "\\ud83d\\ude00", "null", "-1", "1e5",
            "999999999999999999", "9223372036854775808", "[[[[[[[[", "\"samples\":",
        ]
        return FuzzTarget("partitions", seeds: texts.map { Array($0.utf8) }, words: words) {
            input in
            let document = try PartitionDocument(bytes: input, path: "p.json")
            let partition = try document.partition(
                of: 9, dataKey: nil, repeatsSamples: input.count % 2 == 0)
            precondition(partition.sampleCount == 9, "a partition of \(partition.sampleCount)")
        }
    }

    /// Decodes a source. An accepted one must be a data set that passes all checks of the cache.
    static func check(_ source: some DataSource) throws {
        let decoded = try source.decode(seed: 1)
        let dataset = try Dataset(decoded, key: "fuzz")
        try dataset.verify()
        _ = source.notes(of: dataset)
        _ = dataset.labels(of: .train).count + dataset.numbers(of: .test).count
    }

    private static func bigEndian(_ words: [UInt32]) -> [UInt8] {
        words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
    }
}
