import Datasets
import Testing

@Suite struct CIFAR10Tests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A record whose pixel p has the values p, p + 1 and p + 2 (modulo 256), plus `first`.
    private static func record(_ label: UInt8, _ first: Int = 0) -> [UInt8] {
        [label]
            + (0..<3).flatMap { channel in
                (0..<1024).map { UInt8(truncatingIfNeeded: $0 + channel + first) }
            }
    }

    private func decoded() throws -> DecodedDataset {
        try CIFAR10(folder: folder.path).decode(seed: 0)
    }

    private func message() -> String {
        do {
            _ = try decoded()
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    @Test func `planes become pixels of three channels`() throws {
        try folder.write("data_batch_1.bin", Self.record(3) + Self.record(9, 5))
        try folder.write("data_batch_3.bin", Self.record(0, 7))
        try folder.write("test_batch.bin", Self.record(2))
        let data = try decoded()
        #expect(data.sampleShape == [32, 32, 3] && data.classes == 10)
        #expect(data.train.labels == [3, 9, 0] && data.test.labels == [2])
        guard case .bytes(let pixels) = data.train.features else {
            Issue.record("pixels are not bytes")
            return
        }
        let expected = [0, 5, 7].flatMap { first in
            (0..<1024).flatMap { pixel in
                (0..<3).map { UInt8(truncatingIfNeeded: pixel + $0 + first) }
            }
        }
        #expect(pixels == expected)
    }

    @Test func `the key tells contents apart`() throws {
        try folder.write("data_batch_1.bin", Self.record(3))
        try folder.write("test_batch.bin", Self.record(2))
        let source = CIFAR10(folder: folder.path)
        let key = try source.contentKey(seed: 1)
        #expect(try source.contentKey(seed: 2) == key)
        try folder.write("data_batch_2.bin", Self.record(3))
        #expect(try source.contentKey(seed: 1) != key)
    }

    @Test func `files that are none of CIFAR-10 are refused in words`() throws {
        let remedy =
            "unpack cifar-10-binary.tar.gz of www.cs.toronto.edu/~kriz/cifar.html and name the "
            + "folder of data_batch_1.bin and test_batch.bin in data.dataset.folder"
        #expect(message() == "FOLDER: expected CIFAR-10, found none of its files; \(remedy)")
        try folder.write("data_batch_1.bin", Self.record(1))
        #expect(
            message()
                == "FOLDER: expected the file test_batch.bin of CIFAR-10, found no such file; "
                + remedy)
        try folder.write("test_batch.bin", [])
        #expect(
            message()
                == "FOLDER/test_batch.bin: expected records of 3,073 bytes, found an empty file")
        try folder.write("test_batch.bin", Self.record(1) + Self.record(1).dropLast())
        #expect(
            message()
                == "FOLDER/test_batch.bin: expected records of 3,073 bytes, found 6,145 bytes (record "
                + "1 has only 3,072)")
        try folder.write("test_batch.bin", Self.record(1) + Self.record(10))
        #expect(
            message()
                == "FOLDER/test_batch.bin: record 1: expected a label from 0 to 9, found 10")
    }
}
