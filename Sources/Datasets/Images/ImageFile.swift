import CImages
import Settings

/// A picture in 8-bit colours, shape (height, width, channels).
struct Picture: Equatable {
    var width: Int
    var height: Int
    /// 1 for grey, 3 for red, green and blue.
    var channels: Int
    var pixels: [UInt8]

    /// Returns the picture in grey, in the weights of ITU-R 601-2:
    ///
    ///     L = (19595 R + 38470 G + 7471 B + 32768) / 65536
    var grey: Picture {
        guard channels == 3 else { return self }
        let values = (0..<width * height).map { index -> UInt8 in
            let sum =
                19_595 * Int(pixels[3 * index]) + 38_470 * Int(pixels[3 * index + 1])
                + 7_471 * Int(pixels[3 * index + 2])
            return UInt8((sum + 0x8000) >> 16)
        }
        return Picture(width: width, height: height, channels: 1, pixels: values)
    }
}

/// Decodes PNG and JPEG files.
enum ImageFile {
    private static let mostPixels = 1 << 26
    // Deflate makes at most 1,032 bytes of one, and a byte has 8 pixels of one bit.
    private static let mostPixelsForByte = 1_032 * 8

    /// Decodes a file by libpng or libjpeg-turbo, in three colours. The first bytes say which one,
    /// not the name.
    ///
    /// - Throws: `DataError` for other files, damaged ones and those of more than 2^26 pixels.
    static func picture(_ path: String) throws(DataError) -> Picture {
        let file = try MappedFile(path: path)
        let start = file.prefix(512)
        let isPNG = start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        guard isPNG || start.starts(with: [0xFF, 0xD8]) else {
            throw .damaged(
                path: path, reason: mismatch("a PNG or JPEG image", kind(start), advice(start)))
        }
        var message = [CChar](repeating: 0, count: Int(HYPERFED_IMAGE_MESSAGE))
        var (width, height): (UInt32, UInt32) = (0, 0)
        func problem() -> DataError {
            let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            return .damaged(
                path: path,
                reason: mismatch(
                    isPNG ? "a whole PNG image" : "a whole JPEG image in grey or colour",
                    "another one (\(String(decoding: text, as: UTF8.self)))",
                    "save the image again, or remove it"))
        }
        // The count comes from the file, which stays mapped.
        let hasSize = file.withBytes { bytes in
            let base = bytes.bindMemory(to: UInt8.self).baseAddress
            let read = isPNG ? hyperfed_png_size : hyperfed_jpeg_size
            return read(base, bytes.count, &width, &height, &message) == 1
        }
        guard hasSize else { throw problem() }
        let most = min(mostPixels, file.count * mostPixelsForByte)
        guard width > 0, height > 0, Int(width) <= most / Int(height) else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "at most \(most.grouped) pixels", "\(width) x \(height)",
                    "make the image smaller"))
        }
        var pixels = [UInt8](repeating: 0, count: 3 * Int(width) * Int(height))
        let isWhole = file.withBytes { bytes in
            let base = bytes.bindMemory(to: UInt8.self).baseAddress
            let read = isPNG ? hyperfed_png_pixels : hyperfed_jpeg_pixels
            return read(base, bytes.count, width, height, &pixels, &message) == 1
        }
        guard isWhole else { throw problem() }
        return Picture(width: Int(width), height: Int(height), channels: 3, pixels: pixels)
    }

    private static func kind(_ start: [UInt8]) -> String {
        if start.isEmpty { return "an empty file" }
        for (name, signature) in [
            ("a GIF image", "GIF8"), ("a WebP image", "RIFF"), ("a BMP image", "BM"),
            ("a TIFF image", "II*"), ("a TIFF image", "MM\0"),
        ] where start.starts(with: Array(signature.utf8)) {
            return name
        }
        return FileKind.foreign(start)?.name ?? "other bytes"
    }

    private static func advice(_ start: [UInt8]) -> String {
        start.isEmpty ? "remove it" : "save it as PNG, for example with Pillow"
    }
}
