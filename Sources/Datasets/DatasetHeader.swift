import Bytes

/// The first 192 bytes of a data set file, little-endian:
///
/// | at | what |
/// | --- | --- |
/// | 0 | `HYPFDATA` |
/// | 8 | version, u32: 1 |
/// | 12 | element, u32: 0 bytes to be multiplied by the scale, 1 float32 |
/// | 16 | scale, f32: 1/255 for bytes, 1 for float32 |
/// | 20 | classes, u32 |
/// | 24 | number of dimensions of a sample, u32: 1 to 4; then the four dimensions, u32, 0 if unused |
/// | 44 | zero, u32 |
/// | 48 | training samples, test samples, u64 each |
/// | 64 | offsets of train features, train labels, test features, test labels, u64 each |
/// | 96 | bytes of the file, u64 |
/// | 104 | content key, 64 bytes of ASCII, zeros behind |
/// | 168 | `ContentHash` of the four blocks, in file order, u64 |
/// | 176 | `ContentHash` of the bytes before this one, u64 |
/// | 184 | zero, u64 |
///
/// Features are row-major (samples, shape...); labels are int32. Blocks start at multiples of 64.
package struct DatasetHeader: Equatable, Sendable {
    enum Element: UInt32 {
        case scaledByte = 0
        case float = 1

        var size: Int { self == .float ? 4 : 1 }
        var scale: Float { self == .float ? 1 : Float(1) / 255 }
    }

    /// Where one part's numbers are, in bytes from the start of the file.
    struct Block: Equatable, Sendable {
        var count = 0
        var features = 0..<0
        var labels = 0..<0
    }

    static let size = 192
    static let version: UInt32 = 1
    /// Also keeps every offset far from overflowing.
    static let maximumFeatures = 1 << 24
    private static let magic = Array("HYPFDATA".utf8)
    private static let keyBytes = 64
    private static let signedBytes = 176

    let element: Element
    let shape: [Int]
    let classes: Int
    let key: String
    var contentHash: UInt64 = 0
    let train: Block
    let test: Block
    let fileBytes: Int

    /// Plans the file. The facts must be possible ones: `DecodedDataset` sees to that.
    init(
        element: Element, shape: [Int], classes: Int, trainCount: Int, testCount: Int, key: String
    ) {
        (self.element, self.shape, self.classes, self.key) = (element, shape, classes, key)
        let rowBytes = shape.reduce(1, *) * element.size
        var end = Self.size
        func place(_ bytes: Int) -> Range<Int> {
            let start = (end + 63) / 64 * 64
            end = start + bytes
            return start..<end
        }
        train = Block(
            count: trainCount, features: place(trainCount * rowBytes),
            labels: place(trainCount * 4))
        test = Block(
            count: testCount, features: place(testCount * rowBytes), labels: place(testCount * 4))
        fileBytes = end
    }

    /// The header as bytes.
    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.writeRaw(Self.magic)
        writer.write(Self.version)
        writer.write(element.rawValue)
        writer.write(element.scale)
        writer.write(UInt32(classes))
        writer.write(UInt32(shape.count))
        for index in 0..<4 { writer.write(UInt32(index < shape.count ? shape[index] : 0)) }
        writer.write(UInt32(0))
        for count in [train.count, test.count] { writer.write(UInt64(count)) }
        for block in [train, test] {
            writer.write(UInt64(block.features.lowerBound))
            writer.write(UInt64(block.labels.lowerBound))
        }
        writer.write(UInt64(fileBytes))
        let text = Array(key.utf8)
        writer.writeRaw(text)
        writer.writeRaw([UInt8](repeating: 0, count: Self.keyBytes - text.count))
        writer.write(contentHash)
        return Self.signed(writer.bytes)
    }

    /// The bytes before the hash, with the hash and the final zeros behind.
    package static func signed(_ bytes: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeRaw(bytes.prefix(signedBytes))
        var hash = ContentHash()
        hash.add(writer.bytes)
        writer.write(hash.value)
        writer.write(UInt64(0))
        return writer.bytes
    }

    /// Reads the header and checks each field, so that whatever passes can be used without a look
    /// at the file's length.
    init(_ bytes: [UInt8], fileBytes: Int) throws(BytesError) {
        var reader = ByteReader(bytes)
        guard try reader.raw(8) == Self.magic else { throw .invalid("not a data set of hyperfed") }
        let version = try reader.integer(UInt32.self)
        guard version == Self.version else {
            throw .invalid(
                "data set file of version \(version); this program reads \(Self.version)")
        }
        guard bytes.count == Self.size, Self.signed(bytes) == bytes else {
            throw .invalid("damaged header")
        }
        guard let element = Element(rawValue: try reader.integer()) else {
            throw .invalid("unknown element kind")
        }
        guard try reader.float() == element.scale else { throw .invalid("unknown scale") }
        let classes = Int(try reader.integer(UInt32.self))
        guard (1...Int(Int32.max)).contains(classes) else {
            throw .invalid("impossible number of classes")
        }
        let shape = try Self.shape(&reader)
        let trainCount = try reader.integer(UInt64.self)
        let testCount = try reader.integer(UInt64.self)
        guard trainCount <= Int32.max, testCount <= Int32.max else {
            throw .invalid("impossible number of samples")
        }
        var offsets: [UInt64] = []
        for _ in 0..<5 { offsets.append(try reader.integer()) }
        let keyText = try reader.raw(Self.keyBytes).prefix { $0 != 0 }
        let key = String(decoding: keyText, as: UTF8.self)
        guard CacheKey.isValid(key) else { throw .invalid("impossible content key") }
        self.init(
            element: element, shape: shape, classes: classes, trainCount: Int(trainCount),
            testCount: Int(testCount), key: key)
        contentHash = try reader.integer()
        let planned = [
            train.features.lowerBound, train.labels.lowerBound, test.features.lowerBound,
            test.labels.lowerBound, self.fileBytes,
        ]
        guard offsets == planned.map(UInt64.init) else { throw .invalid("impossible offsets") }
        guard self.bytes == bytes else { throw .invalid("unknown fields in the header") }
        guard fileBytes == self.fileBytes else {
            throw .invalid(
                "\(self.fileBytes.grouped) bytes expected, \(fileBytes.grouped) found")
        }
    }

    private static func shape(_ reader: inout ByteReader) throws(BytesError) -> [Int] {
        let rank = Int(try reader.integer(UInt32.self))
        var all: [Int] = []
        for _ in 0..<4 { all.append(Int(try reader.integer(UInt32.self))) }
        guard try reader.integer(UInt32.self) == 0, (1...4).contains(rank),
            isPossible(shape: Array(all.prefix(rank)))
        else { throw .invalid("impossible shape") }
        return Array(all.prefix(rank))
    }

    /// Whether a sample may have this shape: 1 to 4 dimensions, up to 2^24 numbers.
    static func isPossible(shape: [Int]) -> Bool {
        guard (1...4).contains(shape.count) else { return false }
        var features = 1
        for dimension in shape {
            guard dimension >= 1, dimension <= maximumFeatures / features else { return false }
            features *= dimension
        }
        return true
    }
}
