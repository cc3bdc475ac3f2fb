import Datasets
import Foundation
import Testing

@Suite struct FashionMNISTTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var source: FashionMNIST { FashionMNIST(folder: folder.path) }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    private func decodeMessage() -> String { message { _ = try source.decode(seed: 0) } }

    @Test(arguments: [true, false])
    func `four small files are read, packed or not`(packed: Bool) throws {
        try IDXFiles.write(to: folder, packed: packed)
        let data = try source.decode(seed: 0)
        #expect(data.sampleShape == [3, 2, 1])
        #expect(data.train.labels == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
        #expect(data.test.labels == [9, 0, 3, 3])
        #expect(data.test.features == .bytes((0..<24).map { $0 * 7 }))
    }

    @Test func `the key depends on each file's content only`() throws {
        try IDXFiles.write(to: folder)
        let key = try source.contentKey(seed: 1)
        #expect(try source.contentKey(seed: 2) == key)
        try folder.write("t10k-labels-idx1-ubyte.gz", IDXFiles.gzip(IDXFiles.labels([9, 0, 3, 4])))
        #expect(try source.contentKey(seed: 1) != key)
    }

    @Test func `a missing folder says how to get the data`() throws {
        let remedy =
            "install it with 'apt-get install dataset-fashion-mnist', or name the folder of its "
            + "four IDX files in data.dataset.folder"
        #expect(
            decodeMessage() == "FOLDER: expected Fashion-MNIST, found none of its files; \(remedy)")
        try IDXFiles.write(to: folder)
        try FileManager.default.removeItem(atPath: folder.path + "/t10k-labels-idx1-ubyte.gz")
        #expect(
            message { _ = try source.contentKey(seed: 0) }
                == "FOLDER: expected the file t10k-labels-idx1-ubyte.gz of Fashion-MNIST, found no such "
                + "file; \(remedy)")
    }

    private static let damaged: [(reason: String, file: [UInt8])] = [
        ("expected 16 bytes, found only 12", Array(IDXFiles.images(12).prefix(12))),
        (
            "expected 88 bytes, as the header says (12 x 3 x 2), found only 60",
            Array(IDXFiles.images(12).prefix(60))
        ),
        (
            "expected 88 bytes, as the header says (12 x 3 x 2), found more",
            IDXFiles.images(12) + [0]
        ),
        (
            "expected sizes from 1 on in the header, found 12 x 0 x 2",
            IDXFiles.words([2051, 12, 0, 2])
        ),
        (
            "expected sizes of at most 68,719,476,736 bytes in the header, found 4,294,967,295 x "
                + "4,294,967,295 x 2",
            IDXFiles.words([2051, Int(UInt32.max), Int(UInt32.max), 2])
        ),
        (
            "expected an IDX file of bytes with 3 dimensions (magic number 2051), found magic "
                + "number 2049; check that images and labels are not exchanged",
            IDXFiles.words([2049, 12, 3, 2])
        ),
        (
            "expected 12 images, as labels in FOLDER/train-labels-idx1-ubyte.gz, found 11",
            IDXFiles.images(11)
        ),
    ]

    @Test(arguments: damaged)
    func `images that are no images are refused in words`(reason: String, file: [UInt8]) throws {
        try IDXFiles.write(to: folder)
        try folder.write("train-images-idx3-ubyte.gz", IDXFiles.gzip(file))
        #expect(decodeMessage() == "FOLDER/train-images-idx3-ubyte.gz: \(reason)")
        try folder.write("train-images-idx3-ubyte.gz", file)
        #expect(decodeMessage() == "FOLDER/train-images-idx3-ubyte.gz: \(reason)")
    }

    @Test func `a label of an eleventh class is refused`() throws {
        try IDXFiles.write(to: folder)
        try folder.write("t10k-labels-idx1-ubyte.gz", IDXFiles.labels([1, 2, 10, 3]))
        #expect(
            decodeMessage()
                == "FOLDER/t10k-labels-idx1-ubyte.gz: sample 2: expected a label from 0 to 9, found 10"
        )
    }

    @Test func `test images of another size are refused`() throws {
        try IDXFiles.write(to: folder)
        try folder.write("t10k-images-idx3-ubyte.gz", IDXFiles.images(4, rows: 2, columns: 3))
        #expect(
            decodeMessage() == "FOLDER/t10k-images-idx3-ubyte.gz: expected images of "
                + "3 x 2 pixels, as for training, found 2 x 3")
    }

    @Test func `a folder in place of a file is refused`() throws {
        try IDXFiles.write(to: folder)
        let path = folder.path + "/t10k-images-idx3-ubyte.gz"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(
            message { _ = try source.contentKey(seed: 0) }
                == "FOLDER/t10k-images-idx3-ubyte.gz: expected a file, found a folder or a device")
        #expect(
            decodeMessage()
                == "FOLDER/t10k-images-idx3-ubyte.gz: expected hyperfed to read it, found an error"
                + " (Is a directory, errno 21)")
    }

    // What could go wrong: a packed file that is cut off or altered gives other pixels silently.
    @Test func `a packed file that is cut off anywhere, or altered, is refused`() throws {
        try IDXFiles.write(to: folder)
        let name = "train-images-idx3-ubyte.gz"
        let sound = try bytes(of: "\(folder.path)/\(name)")
        for length in sound.indices {
            try folder.write(name, Array(sound.prefix(length)))
            #expect(throws: DataError.self, "\(length) bytes") { try source.decode(seed: 0) }
        }
        try folder.write(name, sound)
        let expected = try source.decode(seed: 0)
        for index in sound.indices {
            var altered = sound
            altered[index] ^= 0x10
            try folder.write(name, altered)
            // A few bits carry nothing that matters here: the time, the system, padding.
            if let data = try? source.decode(seed: 0) {
                #expect(index <= 10 && data.train == expected.train, "byte \(index)")
            }
        }
        try folder.write(name, Array(sound.dropLast(3)))
        #expect(
            decodeMessage()
                == "FOLDER/\(name): expected a whole gzip file, found one without its end")
        try folder.write(name, Array(sound.prefix(70)))
        #expect(
            decodeMessage()
                == "FOLDER/\(name): expected 88 bytes, as the header says (12 x 3 x 2), found only 55"
        )
        var altered = sound
        altered[40] ^= 1
        try folder.write(name, altered)
        #expect(
            decodeMessage()
                == "FOLDER/\(name): expected a gzip file, found damaged data (incorrect data check)"
        )
    }

    static let installed = "/usr/share/datasets/fashion-mnist"

    @Test(.enabled(if: FileManager.default.fileExists(atPath: installed)))
    func `Fashion-MNIST itself is read as Python reads it`() throws {
        let data = try FashionMNIST(folder: Self.installed).decode(seed: 0)
        #expect(data.sampleShape == [28, 28, 1] && data.classes == 10)
        #expect(data.train.labels.count == 60_000 && data.test.labels.count == 10_000)
        for label in Int32(0)..<10 {
            #expect(data.train.labels.count { $0 == label } == 6_000)
            #expect(data.test.labels.count { $0 == label } == 1_000)
        }
        #expect(data.train.labels.prefix(10) == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
        #expect(data.test.labels.prefix(10) == [9, 2, 1, 1, 6, 1, 4, 6, 5, 7])
        guard case .bytes(let train) = data.train.features,
            case .bytes(let test) = data.test.features
        else {
            Issue.record("pixels are not bytes")
            return
        }
        #expect(fingerprint(train.prefix(784)) == "01fdf72590541338")
        #expect(fingerprint(train.suffix(784)) == "a8cade07e861679d")
        #expect(fingerprint(test.prefix(784)) == "cb45b7589f1b853b")
        #expect(fingerprint(test.suffix(784)) == "a90adbfbedf9ddef")
    }
}
