import Datasets
import Testing

/// Images whose files or labels are odd.
@Suite struct `What a user of images should know` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(train: [UInt8], test: [UInt8], sameImages: Bool = false) throws {
        for (part, labels) in [("train", train), ("t10k", test)] {
            let first = part == "train" || sameImages ? 0 : 3
            let images =
                IDXFiles.words([2051, labels.count, 1, 2])
                + (0..<2 * labels.count).map { UInt8(truncatingIfNeeded: $0 * 7 + first) }
            try folder.write("\(part)-images-idx3-ubyte", images)
            try folder.write("\(part)-labels-idx1-ubyte", IDXFiles.labels(labels))
        }
    }

    private func notes(_ severity: DataNote.Severity = .warning) throws -> [String] {
        let source = MNISTIDX(folder: folder.path)
        let dataset = try Dataset(try source.decode(seed: 0))
        return source.notes(of: dataset).filter { $0.severity == severity }.map {
            $0.text.replacing(folder.path, with: "FOLDER")
        }
    }

    // EMNIST's letters.
    @Test func `labels that start at 1 are classes from 0`() throws {
        try write(train: (0..<52).map { UInt8(1 + $0 % 26) }, test: [26, 1, 2])
        let data = try MNISTIDX(folder: folder.path).decode(seed: 0)
        #expect(data.classes == 26 && data.classNames == (1...26).map(String.init))
        #expect(data.train.labels == (0..<52).map { Int32($0 % 26) })
        #expect(data.test.labels == [25, 0, 1])
        #expect(try notes() == [])
        #expect(
            try notes(.information) == [
                "FOLDER: labels start at 1, which is class 0 of 26; the names of classes are the "
                    + "labels"
            ])
    }

    @Test func `the smallest label may be one of the test part`() throws {
        try write(train: [3, 4, 5, 3], test: [2, 5])
        let data = try MNISTIDX(folder: folder.path).decode(seed: 0)
        #expect(data.classNames == ["2", "3", "4", "5"] && data.test.labels == [0, 3])
        #expect(
            try notes() == [
                "FOLDER: class 2 has test samples but no training sample, so no client can learn it"
            ])
    }

    @Test func `labels that leave a gap are told`() throws {
        try write(train: [0, 1, 4, 0, 1, 4], test: [1, 4])
        #expect(
            try notes() == ["FOLDER: classes 2 and 3 have no sample; the model predicts 5 classes"])
    }

    @Test func `test images that are the training images are told`() throws {
        try write(train: [0, 1, 0], test: [0, 1, 0], sameImages: true)
        #expect(try notes().first?.contains("found the training images") ?? false)
    }

    // The program that unpacks MNIST leaves the packed files where they are.
    @Test func `two files for one name are told where they differ`() throws {
        try write(train: [0, 1, 0], test: [0, 1])
        let labels = IDXFiles.labels([0, 1])
        try folder.write("t10k-labels-idx1-ubyte.gz", IDXFiles.gzip(labels))
        #expect(try notes() == [])
        try folder.write("t10k-labels-idx1-ubyte.gz", IDXFiles.gzip(IDXFiles.labels([1, 1])))
        #expect(
            try notes() == [
                "FOLDER/t10k-labels-idx1-ubyte.gz: expected the same content in "
                    + "FOLDER/t10k-labels-idx1-ubyte, found other content; only this file is read; "
                    + "remove or rename one of them"
            ])
        try folder.write("t10k-labels.idx1-ubyte", labels)
        #expect(try notes().count == 2)
    }

    @Test func `two tables for one name are told where they differ`() throws {
        let text = Array((0..<20).map { "\($0 * 7 % 11).5,\($0 % 2)\n" }.joined().utf8)
        let file = try folder.write("t.csv", text)
        func warnings(_ file: String) -> [String] {
            CSV(CSV.Reading(file: file)).fileNotes().map(\.text)
        }
        #expect(warnings(file) == [])
        let packed = try folder.write("t.csv.gz", IDXFiles.gzip(text))
        #expect(warnings(file) == [] && warnings(packed) == [])
        try folder.write("t.csv.gz", IDXFiles.gzip(Array(text.dropLast(6))))
        #expect(
            warnings(file).first?.hasPrefix("\(file): expected the same content in \(packed)")
                ?? false)
        #expect(warnings(packed).first?.contains("the same content in \(file)") ?? false)
        let shard = try folder.write("train-00002-of-00005.csv", text)
        #expect(warnings(shard).first?.contains("found one of 5 files by its name") ?? false)
        // A file that is not there, whose twin is.
        let other = try folder.write("u.csv.gz", IDXFiles.gzip(text))
        let missing = String(other.dropLast(3))
        #expect(
            throws: DataError.damaged(
                path: missing,
                reason: "expected a file, found no such file; name \(other), which exists")
        ) { try CSV(CSV.Reading(file: missing)).decode(seed: 0) }
    }

    @Test func `batches of CIFAR-10 that are missing are told, unless they are not wanted`() throws
    {
        func record(_ label: UInt8) -> [UInt8] { [label] + [UInt8](repeating: label, count: 3_072) }
        let all = (0..<10).flatMap { record($0) }
        for name in ["data_batch_1", "data_batch_2", "data_batch_4"] {
            try folder.write("\(name).bin", all)
        }
        try folder.write("test_batch.bin", record(3) + record(5))
        func warnings(_ batches: [Int]) throws -> [String] {
            let source = CIFAR10(folder: folder.path, batches: batches)
            return source.notes(of: try Dataset(try source.decode(seed: 0))).map {
                $0.text.replacing(folder.path, with: "FOLDER")
            }
        }
        #expect(
            try warnings([]) == [
                "FOLDER: expected 5 data batches, found 3 (data_batch_3.bin and data_batch_5.bin "
                    + "missing); only these are read; add the files, or list the batches in "
                    + "data.dataset.batches"
            ])
        #expect(try warnings([1, 4]) == [])
        #expect(
            try CIFAR10(folder: folder.path, batches: [4]).decode(seed: 0).train.labels.count == 10)
        #expect(throws: DataError.self) {
            try CIFAR10(folder: folder.path, batches: [3]).decode(seed: 0)
        }
        for batch in [3, 5] { try folder.write("data_batch_\(batch).bin", all) }
        #expect(try warnings([]) == [])
    }

    @Test func `the Python version of CIFAR-10 is told from the binary one`() throws {
        try folder.write("data_batch_1", [0x80, 2])
        #expect(throws: DataError.self) { try CIFAR10(folder: folder.path).decode(seed: 0) }
        do {
            _ = try CIFAR10(folder: folder.path).decode(seed: 0)
        } catch {
            #expect("\(error)".contains("the files there are those of the Python version"))
        }
    }
}
