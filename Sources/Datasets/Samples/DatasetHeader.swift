import Bytes
import Settings

/// The first 256 bytes of a data set file, little-endian:
///
/// | at | what |
/// | --- | --- |
/// | 0 | `HYPFDATA` |
/// | 8 | version, u32: 3 |
/// | 12 | element, u32: 0 pixels (bytes), 1 float32, 2 symbols (bytes), 3 symbols (int32) |
/// | 16 | what one of them counts, f32: 1/255 for pixels, else 1 |
/// | 20 | vocabulary, u32: 1 to 256 for symbols of a byte, to 2^20 for int32, else 0 |
/// | 24 | target, u32: 0 classes (int32), 1 numbers (float32) |
/// | 28 | classes, u32; 0 for numbers |
/// | 32 | numbers in a sample's target, u32 |
/// | 36 | dimensions of a sample, u32: 1 to 4; then their four sizes, u32, 0 if unused |
/// | 56 | what the numbers of a target were divided by, f64; 1 for classes |
/// | 64 | owners, u32; 0 if samples have no owners |
/// | 68 | names of classes, u32; 0 if they have none |
/// | 72 | training samples, test samples, bytes of the names, u64 each |
/// | 96 | offsets of the blocks, u64 each: train features, train targets, test features, |
/// |    | test targets, owners of the training samples, names |
/// | 144 | bytes of the file, u64 |
/// | 152 | content key, 64 bytes of ASCII, zeros behind |
/// | 216 | `ContentHash` of the blocks, in file order, u64 |
/// | 224 | `ContentHash` of the bytes before this one, u64 |
/// | 232 | zeros |
///
/// Features are row-major (samples, shape...), targets (samples, target width), owners int32. Names
/// are UTF-8, and a zero follows each. First come the kind of the owners and their names, if there
/// are owners. Then come the classes and three strings for each note. Blocks start at multiples of
/// 64.
package struct DatasetHeader: Equatable, Sendable {
    enum Element: UInt32 {
        case pixel = 0
        case float = 1
        case symbol = 2
        case wideSymbol = 3

        var size: Int { self == .float || self == .wideSymbol ? 4 : 1 }
        var scale: Float { self == .pixel ? Float(1) / 255 : 1 }
    }

    /// What a data set's numbers are, without how many there are.
    struct Form: Equatable, Sendable {
        var element: Element
        var shape: [Int]
        /// 0 unless the elements are symbols.
        var vocabulary: Int
        /// 0 when the targets are numbers.
        var classes: Int
        var targetWidth: Int
        var targetScale: Double
        /// 0 if samples have no owners.
        var owners: Int
        /// As many as classes; 0 when they have no names.
        var classNames = 0
    }

    /// Where one part's numbers are, in bytes from the start of the file.
    struct Block: Equatable, Sendable {
        var count = 0
        var features = 0..<0
        var targets = 0..<0
    }

    package static let size = 256
    static let version: UInt32 = 3
    /// Also keeps every offset far from overflowing.
    static let maximumFeatures = 1 << 24
    /// Labels are handed out as float32, which holds whole numbers up to here.
    static let maximumClasses = 1 << 24
    /// The largest vocabulary of symbols that are bytes.
    static let maximumVocabulary = 256
    /// The largest vocabulary of symbols that are int32.
    static let maximumWideVocabulary = 1 << 20
    private static let maximumNameBytes: UInt64 = 1 << 32
    private static let magic = Array("HYPFDATA".utf8)
    private static let keyBytes = 64
    private static let signedBytes = 224

    let form: Form
    let key: String
    var contentHash: UInt64 = 0
    let train: Block
    let test: Block
    let owners: Range<Int>
    let names: Range<Int>
    let fileBytes: Int

    /// Plans the file. The facts must be possible ones: `DecodedDataset` sees to that.
    init(_ form: Form, trainCount: Int, testCount: Int, nameBytes: Int, key: String) {
        (self.form, self.key) = (form, key)
        let rowBytes = form.shape.reduce(1, *) * form.element.size
        var end = Self.size
        func place(_ bytes: Int) -> Range<Int> {
            let start = (end + 63) / 64 * 64
            end = start + bytes
            return start..<end
        }
        func block(_ count: Int) -> Block {
            Block(
                count: count, features: place(count * rowBytes),
                targets: place(count * form.targetWidth * 4))
        }
        train = block(trainCount)
        test = block(testCount)
        owners = place(form.owners > 0 ? trainCount * 4 : 0)
        names = place(nameBytes)
        fileBytes = end
    }

    /// The blocks in file order.
    var blocks: [Range<Int>] {
        [train.features, train.targets, test.features, test.targets, owners, names]
    }

    /// The header as bytes.
    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.writeRaw(Self.magic)
        writer.write(Self.version)
        writer.write(form.element.rawValue)
        writer.write(form.element.scale)
        writer.write(UInt32(form.vocabulary))
        writer.write(UInt32(form.classes == 0 ? 1 : 0))
        writer.write(UInt32(form.classes))
        writer.write(UInt32(form.targetWidth))
        writer.write(UInt32(form.shape.count))
        for index in 0..<4 {
            writer.write(UInt32(index < form.shape.count ? form.shape[index] : 0))
        }
        writer.write(form.targetScale.bitPattern)
        writer.write(UInt32(form.owners))
        writer.write(UInt32(form.classNames))
        for count in [train.count, test.count, names.count] { writer.write(UInt64(count)) }
        for block in blocks { writer.write(UInt64(block.lowerBound)) }
        writer.write(UInt64(fileBytes))
        let text = Array(key.utf8)
        writer.writeRaw(text)
        writer.writeRaw([UInt8](repeating: 0, count: Self.keyBytes - text.count))
        writer.write(contentHash)
        return Self.signed(writer.bytes)
    }

    /// Returns the bytes before the hash, with the hash and the final zeros behind.
    package static func signed(_ bytes: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeRaw(bytes.prefix(signedBytes))
        var hash = ContentHash()
        hash.add(writer.bytes)
        writer.write(hash.value)
        writer.writeRaw([UInt8](repeating: 0, count: size - signedBytes - 8))
        return writer.bytes
    }

    /// Reads the header and checks each field, so that a header that passes needs no further
    /// checks.
    init(_ bytes: [UInt8], fileBytes: Int) throws(BytesError) {
        var reader = ByteReader(bytes)
        guard try reader.raw(8) == Self.magic else {
            throw .invalid(mismatch("a data set of hyperfed", "another kind of file"))
        }
        let version = try reader.integer(UInt32.self)
        guard version == Self.version else {
            throw .invalid(
                mismatch("version \(Self.version) of the format", "\(version)"))
        }
        guard bytes.count == Self.size, Self.signed(bytes) == bytes else {
            throw .invalid(mismatch("the header that was written", "other bytes"))
        }
        let form = try Self.form(&reader)
        let trainCount = try reader.integer(UInt64.self)
        let testCount = try reader.integer(UInt64.self)
        let nameBytes = try reader.integer(UInt64.self)
        for count in [trainCount, testCount] where count > Int32.max {
            throw .invalid(
                mismatch("at most \(Int(Int32.max).grouped) samples", "\(count)"))
        }
        guard nameBytes <= Self.maximumNameBytes else {
            throw .invalid(
                mismatch(
                    "at most \(Self.maximumNameBytes) bytes of names", "\(nameBytes)"))
        }
        var offsets: [UInt64] = []
        for _ in 0..<7 { offsets.append(try reader.integer()) }
        let keyText = try reader.raw(Self.keyBytes).prefix { $0 != 0 }
        let key = String(decoding: keyText, as: UTF8.self)
        guard CacheKey.isValid(key) else {
            throw .invalid(mismatch("a content key", key.isEmpty ? "no value" : "'\(key)'"))
        }
        self.init(
            form, trainCount: Int(trainCount), testCount: Int(testCount),
            nameBytes: Int(nameBytes), key: key)
        contentHash = try reader.integer()
        let planned = blocks.map(\.lowerBound) + [self.fileBytes]
        guard offsets == planned.map(UInt64.init) else {
            throw .invalid(mismatch("blocks at \(planned)", "blocks at \(offsets)"))
        }
        // Whatever no check above looks at is found here: the scale, the zeros.
        guard self.bytes == bytes else {
            throw .invalid(mismatch("zeros in unused fields", "other values"))
        }
        guard fileBytes == self.fileBytes else {
            throw .invalid(
                mismatch("\(self.fileBytes.grouped) bytes", fileBytes.grouped))
        }
    }

    private static func form(_ reader: inout ByteReader) throws(BytesError) -> Form {
        guard let element = Element(rawValue: try reader.integer()) else {
            throw .invalid(mismatch("an element kind from 0 to 3", "another one"))
        }
        _ = try reader.float()
        let vocabulary = Int(try reader.integer(UInt32.self))
        guard isPossible(vocabulary: vocabulary, of: element) else {
            throw .invalid(mismatch("a vocabulary that fits \(element)s", "\(vocabulary)"))
        }
        let kind = try reader.integer(UInt32.self)
        let classes = Int(try reader.integer(UInt32.self))
        guard kind <= 1, kind == 0 ? (1...maximumClasses).contains(classes) : classes == 0 else {
            throw .invalid(
                mismatch(
                    "1 to \(maximumClasses.grouped) classes, or none for numbers",
                    classes.grouped))
        }
        let targetWidth = Int(try reader.integer(UInt32.self))
        guard (1...maximumFeatures).contains(targetWidth) else {
            throw .invalid(
                mismatch(
                    "targets of 1 to \(maximumFeatures.grouped) numbers", targetWidth.grouped))
        }
        let shape = try shape(&reader)
        let targetScale = Double(bitPattern: try reader.integer())
        guard targetScale > 0, targetScale.isFinite, kind == 1 || targetScale == 1 else {
            throw .invalid(
                mismatch("a finite scale above 0, 1 for classes", "\(targetScale)"))
        }
        let owners = Int(try reader.integer(UInt32.self))
        guard owners <= Int32.max else {
            throw .invalid(
                mismatch("at most \(Int(Int32.max).grouped) owners", owners.grouped))
        }
        let classNames = Int(try reader.integer(UInt32.self))
        guard classNames == 0 || classNames == classes else {
            throw .invalid(mismatch("a name for each class, or no names", "\(classNames)"))
        }
        return Form(
            element: element, shape: shape, vocabulary: vocabulary, classes: classes,
            targetWidth: targetWidth, targetScale: targetScale, owners: owners,
            classNames: classNames)
    }

    private static func shape(_ reader: inout ByteReader) throws(BytesError) -> [Int] {
        let rank = Int(try reader.integer(UInt32.self))
        var all: [Int] = []
        for _ in 0..<4 { all.append(Int(try reader.integer(UInt32.self))) }
        guard (1...4).contains(rank), isPossible(shape: Array(all.prefix(rank))) else {
            throw .invalid(
                mismatch("1 to 4 dimensions of at least 1", "\(all.prefix(max(min(rank, 4), 0)))"))
        }
        return Array(all.prefix(rank))
    }

    /// Returns whether a sample may have this shape: 1 to 4 dimensions, up to 2^24 numbers.
    static func isPossible(shape: [Int]) -> Bool {
        guard (1...4).contains(shape.count) else { return false }
        var features = 1
        for dimension in shape {
            guard dimension >= 1, dimension <= maximumFeatures / features else { return false }
            features *= dimension
        }
        return true
    }

    /// Symbols have a vocabulary, and nothing else has.
    static func isPossible(vocabulary: Int, of element: Element) -> Bool {
        switch element {
        case .symbol: (1...maximumVocabulary).contains(vocabulary)
        case .wideSymbol: (1...maximumWideVocabulary).contains(vocabulary)
        case .pixel, .float: vocabulary == 0
        }
    }
}
