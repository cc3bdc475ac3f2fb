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
        #expect(decodeMessage() == "Fashion-MNIST is not at FOLDER: \(remedy)")
        try IDXFiles.write(to: folder)
        try FileManager.default.removeItem(atPath: folder.path + "/t10k-labels-idx1-ubyte.gz")
        #expect(
            message { _ = try source.contentKey(seed: 0) }
                == "Fashion-MNIST at FOLDER lacks the file t10k-labels-idx1-ubyte.gz: \(remedy)")
    }

    @Test(arguments: [
        ("truncated: 16 bytes expected, 12 found", Array(IDXFiles.images(12).prefix(12))),
        ("truncated: 88 bytes expected, 60 found", Array(IDXFiles.images(12).prefix(60))),
        ("too long: 88 bytes expected, more found", IDXFiles.images(12) + [0]),
        ("impossible size: 12 x 0 x 2", IDXFiles.words([2051, 12, 0, 2])),
        (
            "impossible size: 4,294,967,295 x 4,294,967,295 x 2",
            IDXFiles.words([2051, Int(UInt32.max), Int(UInt32.max), 2])
        ),
        (
            "not an IDX file of bytes with 3 dimensions: magic number 2051 expected, 2049 found; "
                + "are images and labels interchanged?",
            IDXFiles.words([2049, 12, 3, 2])
        ),
        (
            "11 images, but 12 labels in FOLDER/train-labels-idx1-ubyte.gz", IDXFiles.images(11)
        ),
    ])
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
                == "FOLDER/t10k-labels-idx1-ubyte.gz: label 10 of sample 2 is not in 0..<10")
    }

    @Test func `test images of another size are refused`() throws {
        try IDXFiles.write(to: folder)
        try folder.write("t10k-images-idx3-ubyte.gz", IDXFiles.images(4, rows: 2, columns: 3))
        #expect(
            decodeMessage() == "FOLDER/t10k-images-idx3-ubyte.gz: images of 2 x 3 pixels; "
                + "the training images have 3 x 2")
    }

    @Test func `a folder in place of a file is refused`() throws {
        try IDXFiles.write(to: folder)
        let path = folder.path + "/t10k-images-idx3-ubyte.gz"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(
            message { _ = try source.contentKey(seed: 0) }
                == "FOLDER/t10k-images-idx3-ubyte.gz: not a file")
        #expect(
            decodeMessage()
                == "could not read FOLDER/t10k-images-idx3-ubyte.gz: Is a directory (errno 21)")
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
            decodeMessage() == "FOLDER/\(name): truncated: the end of the gzip stream is missing")
        try folder.write(name, Array(sound.prefix(70)))
        #expect(decodeMessage() == "FOLDER/\(name): truncated: 88 bytes expected, 55 found")
        var altered = sound
        altered[40] ^= 1
        try folder.write(name, altered)
        #expect(decodeMessage() == "FOLDER/\(name): corrupt gzip: incorrect data check")
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
