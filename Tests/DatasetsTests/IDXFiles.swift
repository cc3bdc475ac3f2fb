/// Makes small data sets in the format of Fashion-MNIST.
enum IDXFiles {
    /// Big-endian 32-bit words.
    static func words(_ values: [Int]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        }
    }

    static func images(_ count: Int, rows: Int = 3, columns: Int = 2) -> [UInt8] {
        words([2051, count, rows, columns])
            + (0..<count * rows * columns).map { UInt8(truncatingIfNeeded: $0 * 7) }
    }

    static func labels(_ labels: [UInt8]) -> [UInt8] { words([2049, labels.count]) + labels }

    /// The four files of 12 training and 4 test images of 3 x 2 pixels.
    static func write(to folder: TemporaryFolder, packed: Bool = true) throws {
        try write("train-images-idx3-ubyte", images(12), to: folder, packed)
        try write("train-labels-idx1-ubyte", labels((0..<12).map { $0 % 10 }), to: folder, packed)
        try write("t10k-images-idx3-ubyte", images(4), to: folder, packed)
        try write("t10k-labels-idx1-ubyte", labels([9, 0, 3, 3]), to: folder, packed)
    }

    private static func write(
        _ name: String, _ bytes: [UInt8], to folder: TemporaryFolder, _ packed: Bool
    ) throws {
        try folder.write(packed ? name + ".gz" : name, packed ? gzip(bytes) : bytes)
    }

    /// A gzip file of stored (not compressed) blocks.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
        let block = 65_535
        for start in stride(from: 0, to: max(bytes.count, 1), by: block) {
            let part = bytes[start..<min(start + block, bytes.count)]
            let count = UInt16(part.count)
            packed.append(start + block >= bytes.count ? 1 : 0)
            packed += littleEndian(count) + littleEndian(~count) + part
        }
        return packed + littleEndian(crc32(bytes)) + littleEndian(UInt32(bytes.count))
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc = ~UInt32(0)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
