import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct ImageFolderTests {
    let folder: TestSupport.TemporaryFolder
    private static let files = "Tests/Files/images"

    init() throws { folder = try TestSupport.TemporaryFolder() }

    private func decoded(
        size: [Int] = [14, 20], channels: Int = 3, test: TestShare = TestShare(fraction: 0)
    ) throws -> DecodedDataset {
        try ImageFolder(folder: folder.path, size: size, channels: channels, test: test)
            .decode(seed: 0)
    }

    private func message(_ decode: () throws -> DecodedDataset) -> String {
        do {
            _ = try decode()
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    private static func bytes(_ name: String) throws -> [UInt8] {
        try SourceTree.bytes(of: "\(files)/\(name)")
    }

    @Test(arguments: `Files of other writers are read back`.cases("images").map(NamedCase.init))
    func `pixels are those of Pillow, also in another size`(_ file: NamedCase) throws {
        let name = String(file.name.dropFirst("images/".count))
        try folder.write("a/\(name.replacing("/", with: "-"))", try Self.bytes(name))
        try folder.write("b/other.png", try Self.bytes("cat/grey.png"))
        let size = file["size"].numbers.map { Int($0) }
        let data = try decoded(size: size)
        guard case .bytes(let pixels) = data.train.features else {
            Issue.record("no pixels")
            return
        }
        let expected = file["x"].numbers.map { Int($0) }
        let own = pixels.prefix(expected.count).map(Int.init)
        #expect(data.sampleShape == size + [3] && own.count == expected.count)
        #expect(zip(own, expected).allSatisfy { abs($0 - $1) <= 1 })
        // Lossless files have the very same bytes, where Pillow resizes rows first, too.
        if name.hasSuffix("png"), size != [9, 31] { #expect(own == expected) }
    }

    @Test func `classes are folders, and test images are drawn or given`() throws {
        for name in ["cat/colour.png", "cat/grey.png", "dog/colour.jpg", "dog/bits.png"] {
            try folder.write(name, try Self.bytes(name))
        }
        let drawn = try decoded(channels: 1, test: TestShare(samples: 1))
        #expect(drawn.sampleShape == [14, 20, 1] && drawn.classNames == ["cat", "dog"])
        #expect(drawn.train.labels.count == 3 && drawn.test.labels.count == 1)
        let split = try TestSupport.TemporaryFolder()
        for name in ["cat/colour.png", "dog/colour.jpg"] {
            try split.write("train/\(name)", try Self.bytes(name))
        }
        try split.write("test/dog/x.PNG", try Self.bytes("dog/alpha.png"))
        let given = try ImageFolder(folder: split.path).decode(seed: 0)
        #expect(given.train.labels == [0, 1] && given.test.labels == [1])
        #expect(given.sampleShape == [32, 32, 3])
        try split.write("test/cow/x.png", try Self.bytes("dog/alpha.png"))
        #expect(throws: DataError.self) { try ImageFolder(folder: split.path).decode(seed: 0) }
    }

    /// ImageNet's layout has `val` instead of `test`.
    @Test func `test images are in val if there is no test`() throws {
        for name in ["cat/colour.png", "dog/colour.jpg"] {
            try folder.write("train/\(name)", try Self.bytes(name))
            try folder.write("val/\(name)", try Self.bytes(name))
        }
        try folder.write("train/cat/more.png", try Self.bytes("cat/grey.png"))
        try folder.write("x.png", try Self.bytes("cat/colour.png"))
        let data = try ImageFolder(folder: folder.path).decode(seed: 0)
        #expect(data.train.labels == [0, 0, 1] && data.test.labels == [0, 1])
        func notes() -> [String] { ImageFolder(folder: folder.path).fileNotes().map(\.text) }
        #expect(notes().contains { $0.contains("the test images are those of val/") })
        #expect(notes().contains { $0.contains("found x.png; these are left out") })
        try folder.write("test/dog/y.png", try Self.bytes("dog/alpha.png"))
        #expect(try ImageFolder(folder: folder.path).decode(seed: 0).test.labels == [1])
        #expect(notes().contains { $0.contains("found val and x.png; these are left out") })
    }

    @Test func `parts may have capitals, and classes too`() throws {
        for name in ["cat/colour.png", "dog/colour.jpg"] {
            try folder.write("Train/\(name)", try Self.bytes(name))
            try folder.write("Test/\(name)", try Self.bytes(name))
        }
        try folder.write("Train/cat/more.png", try Self.bytes("cat/grey.png"))
        let data = try ImageFolder(folder: folder.path).decode(seed: 0)
        #expect(data.classNames == ["cat", "dog"] && data.train.labels == [0, 0, 1])
        #expect(data.test.labels == [0, 1])
        // A class of trains has no folders inside.
        let other = try TestSupport.TemporaryFolder()
        for name in ["Train", "Test", "Boat"] {
            try other.write("\(name)/x.png", try Self.bytes("cat/colour.png"))
        }
        #expect(
            try ImageFolder(folder: other.path).decode(seed: 0).classNames
                == ["Boat", "Test", "Train"])
    }

    @Test func `sizes before resizing are told`() throws {
        try folder.write("a/x.png", try Self.bytes("cat/colour.png"))
        try folder.write("b/y.png", try Self.bytes("cat/grey.png"))
        func notes() throws -> [String] {
            try decoded(size: [7, 9]).notes.map(\.text).filter { $0.contains("resized") }
        }
        #expect(try notes().count == 1)
        #expect(
            try notes()[0].hasSuffix(
                ": all images have 14 x 20 pixels (height x width); all are resized to 7 x 9, without"
                    + " regard to their form (data.dataset.size)"))
        try folder.write("b/z.png", ZipFiles.onePixel)
        #expect(
            try notes()[0].contains(
                "a/x.png has 14 x 20 pixels (height x width), b/z.png has 1 x 1; all are resized"))
        try folder.write("b/z.png", try Self.bytes("cat/grey.png"))
        #expect(try decoded().notes.allSatisfy { !$0.text.contains("resized") })
    }

    @Test func `files that are no whole images are refused`() throws {
        let png = try Self.bytes("cat/colour.png")
        let jpeg = try Self.bytes("dog/colour.jpg")
        try folder.write("a/good.png", png)
        func message(_ bytes: [UInt8]) throws -> String {
            try folder.write("b/x.png", bytes)
            return self.message { try decoded() }
        }
        #expect(try message(jpeg) == "no error")
        // Bytes before the end of the image, as some cameras write them, change no pixel.
        #expect(try message(jpeg.dropLast(2) + [0, 0, 0, 0xFF, 0xD9]) == "no error")
        #expect(
            try message(png.dropLast(40))
                == "FOLDER/b/x.png: expected a whole PNG image, found another one (the file ends too "
                + "early); save the image again, or remove it")
        #expect(
            try message(jpeg.dropLast(80)).contains("expected a whole JPEG image in grey or colour")
        )
        var damaged = png
        damaged[png.count / 2] ^= 0x55
        #expect(try message(damaged).contains("expected a whole PNG image"))
        #expect(
            try message([])
                == "FOLDER/b/x.png: expected a PNG or JPEG image, found an empty file; remove it")
        #expect(
            try message(Array("GIF89a".utf8)).contains("found a GIF image; save it as PNG"))
        #expect(try message(Array("RIFF0000WEBP".utf8)).contains("found a WebP image"))
        // A header of 60,000 x 60,000 pixels.
        let head = ZipFiles.pngHeader(width: 60_000, height: 60_000)
        #expect(try message(head).contains("pixels, found 60000 x 60000; make the image smaller"))
    }

    @Test func `folders without classes are refused, and other files are told`() throws {
        #expect(message { try decoded() }.hasPrefix("FOLDER: expected a folder of PNG or JPEG"))
        try folder.write("a/x.png", try Self.bytes("cat/colour.png"))
        #expect(message { try decoded() }.contains("found one folder"))
        try folder.write("b/x.png", try Self.bytes("cat/grey.png"))
        try folder.write("b/x.jpg", try Self.bytes("dog/colour.jpg"))
        try folder.write("b/notes.txt", "x")
        let notes = ImageFolder(folder: folder.path).fileNotes().map(\.text)
        #expect(notes.contains { $0.contains("found b/notes.txt; these are left out") })
        #expect(notes.contains { $0.contains("found b/x.jpg, x.png; all are read") })
        try folder.write("b/y.gif", "x")
        #expect(message { try decoded() }.contains("b/y.gif: expected a PNG or JPEG image"))
    }
}

extension ZipFiles {
    /// The first bytes of a PNG file of this size.
    static func pngHeader(width: Int, height: Int) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", IDXFiles.words([width, height]) + [8, 2, 0, 0, 0]) + chunk("IDAT", [])
    }

    /// A PNG file of one dark pixel: a stored block with Adler's checksum.
    static var onePixel: [UInt8] {
        let block: [UInt8] = [0x78, 1, 1, 4, 0, 0xFB, 0xFF, 0, 9, 9, 9, 0, 58, 0, 28]
        return Array(pngHeader(width: 1, height: 1).dropLast(12)) + chunk("IDAT", block)
            + chunk("IEND", [])
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        let checksum = IDXFiles.gzip(body).suffix(8).prefix(4).reversed()
        return IDXFiles.words([content.count]) + body + checksum
    }
}
