import Datasets
import Testing

@Suite struct EMNISTTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ split: String, _ labels: [UInt8], packed: Bool = true) throws {
        for part in ["train", "test"] {
            let (images, marks) = (IDXFiles.images(labels.count), IDXFiles.labels(labels))
            let ending = packed ? ".gz" : ""
            let start = "emnist-\(split)-\(part)"
            try folder.write(
                "\(start)-images-idx3-ubyte\(ending)", packed ? IDXFiles.gzip(images) : images)
            try folder.write(
                "\(start)-labels-idx1-ubyte\(ending)", packed ? IDXFiles.gzip(marks) : marks)
        }
    }

    @Test(arguments: [true, false])
    func `images are upright, and letters count from 1`(packed: Bool) throws {
        try write("letters", [1, 26, 2], packed: packed)
        let data = try EMNIST(folder: folder.path, split: .letters).decode(seed: 0)
        // Three rows of two pixels in the file; the pixel at (row, column) is 7 (2 row + column).
        #expect(data.sampleShape == [2, 3, 1] && data.classes == 26)
        #expect(data.train.labels == [0, 25, 1] && data.classNames?.last == "Z")
        guard case .bytes(let pixels) = data.train.features else {
            Issue.record("no pixels")
            return
        }
        #expect(pixels.prefix(6) == [0, 14, 28, 7, 21, 35])
        let stored = try EMNIST(folder: folder.path, split: .letters, isUpright: false)
            .decode(seed: 0)
        #expect(stored.sampleShape == [3, 2, 1])
        guard case .bytes(let own) = stored.train.features else { return }
        #expect(own.prefix(6) == [0, 7, 14, 21, 28, 35])
    }

    @Test func `classes are characters, and others are refused`() throws {
        try write("balanced", [0, 46, 10])
        let data = try EMNIST(folder: folder.path, split: .balanced).decode(seed: 0)
        #expect(data.classes == 47 && data.classNames?[46] == "t" && data.classNames?[10] == "A")
        try write("byclass", [0, 61, 10])
        let other = try EMNIST(folder: folder.path, split: .byclass).decode(seed: 0)
        #expect(other.classes == 62 && other.classNames?[61] == "z")
        try write("letters", [1, 0, 2])
        #expect(throws: DataError.self) {
            try EMNIST(folder: folder.path, split: .letters).decode(seed: 0)
        }
        #expect(
            message(.digits)
                == "FOLDER: expected EMNIST (digits), found none of its files; unpack gzip.zip of "
                + "www.nist.gov/itl/products-and-services/emnist-dataset and name the folder of its "
                + "files emnist-digits-... in data.dataset.folder")
        #expect(
            message(.letters)
                == "FOLDER/emnist-letters-train-labels-idx1-ubyte.gz: sample 1: expected a label from "
                + "1 to 26, found 0")
    }

    private func message(_ split: EMNIST.Split) -> String {
        do {
            _ = try EMNIST(folder: folder.path, split: split).decode(seed: 0)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    @Test func `coloured stacks of IDX are read`() throws {
        let pixels = (0..<4 * 2 * 5 * 3).map { UInt8($0) }
        for (part, name) in [("train", "idx3"), ("t10k", "idx4")] {
            let head = IDXFiles.words([2052, 4, 2, 5, 3])
            try folder.write("\(part)-images-\(name)-ubyte", head + pixels)
            try folder.write("\(part)-labels-idx1-ubyte", IDXFiles.labels([0, 1, 1, 0]))
        }
        let data = try MNISTIDX(folder: folder.path).decode(seed: 0)
        #expect(data.sampleShape == [2, 5, 3] && data.train.features == .bytes(pixels))
    }
}

@Suite struct CIFAR100Tests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func record(_ coarse: UInt8, _ fine: UInt8) -> [UInt8] {
        [coarse, fine] + (0..<3_072).map { UInt8(truncatingIfNeeded: $0 / 1_024 + $0) }
    }

    private func message(_ areFine: Bool = true) -> String {
        do {
            _ = try CIFAR100(folder: folder.path, areFine: areFine).decode(seed: 0)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    @Test func `both labels are read`() throws {
        try folder.write("train.bin", Self.record(4, 0) + Self.record(19, 99))
        try folder.write("test.bin", Self.record(1, 1))
        let fine = try CIFAR100(folder: folder.path).decode(seed: 0)
        #expect(fine.classes == 100 && fine.train.labels == [0, 99])
        #expect(fine.classNames?[99] == "worm" && fine.classNames?[53] == "orange")
        #expect(
            Set(fine.classNames ?? []).count == 100 && fine.classNames?.sorted() == fine.classNames)
        let coarse = try CIFAR100(folder: folder.path, areFine: false).decode(seed: 0)
        #expect(coarse.classes == 20 && coarse.train.labels == [4, 19])
        #expect(coarse.classNames?[4] == "fruit_and_vegetables")
        guard case .bytes(let pixels) = coarse.test.features else {
            Issue.record("no pixels")
            return
        }
        #expect(pixels.prefix(6) == [0, 1, 2, 1, 2, 3])
        let keys = try [true, false].map {
            try CIFAR100(folder: folder.path, areFine: $0).contentKey(seed: 0)
        }
        #expect(keys[0] != keys[1])
    }

    @Test func `classes in several groups are told`() throws {
        try folder.write(
            "train.bin",
            Self.record(4, 0) + Self.record(4, 0) + Self.record(2, 0) + Self.record(4, 1))
        try folder.write("test.bin", Self.record(1, 1))
        let warning =
            "expected one coarse label for each fine one, found several for 2 fine labels: apple "
            + "(fruit_and_vegetables 2 and flowers 1) and aquarium_fish (fish 1 and "
            + "fruit_and_vegetables 1); the labels are mixed up or damaged; fetch the files again"
        for areFine in [true, false] {
            let notes = try CIFAR100(folder: folder.path, areFine: areFine).decode(seed: 0).notes
            #expect(notes.contains { $0.severity == .warning && $0.text.hasSuffix(warning) })
        }
        try folder.write("train.bin", Self.record(4, 0) + Self.record(1, 1))
        let notes = try CIFAR100(folder: folder.path).decode(seed: 0).notes
        #expect(!notes.contains { $0.text.contains("coarse") })
    }

    @Test func `other files are refused in words`() throws {
        #expect(message().hasPrefix("FOLDER: expected CIFAR-100, found none of its files; unpack"))
        try folder.write("train.bin", Self.record(4, 0))
        #expect(
            message().hasPrefix("FOLDER: expected the file test.bin of CIFAR-100, found no such"))
        try folder.write("test.bin", Self.record(4, 100))
        #expect(message() == "FOLDER/test.bin: record 0: expected a label from 0 to 99, found 100")
        try folder.write("test.bin", Self.record(20, 1))
        #expect(message() == "FOLDER/test.bin: record 0: expected a label from 0 to 19, found 20")
        try folder.write("test.bin", Self.record(1, 1).dropLast())
        #expect(
            message()
                == "FOLDER/test.bin: expected records of 3,074 bytes, found 3,073 bytes (record 0 has "
                + "only 3,073)")
        try folder.write("test.bin", [])
        #expect(message().hasSuffix("expected records of 3,074 bytes, found an empty file"))
    }
}
