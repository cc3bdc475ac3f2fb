import Settings

/// The header of a NumPy array: the kind of its numbers, and its shape.
///
/// The bytes `\x93NUMPY`, the version (1 to 3), the length of the rest, then a dictionary as Python
/// writes it: `{'descr': '<f4', 'fortran_order': False, 'shape': (60000, 28, 28), }`.
///
/// - Source: NumPy Enhancement Proposal 1, and numpy.lib.format for versions 2 and 3.
struct NPYHeader {
    /// The kind of an array's numbers, without their byte order.
    enum Element: Equatable {
        case unsigned(size: Int)
        case signed(size: Int)
        case float(size: Int)
        case flag
        /// A text of this number of characters, 4 bytes each.
        case text(Int)
        /// A text of this number of bytes.
        case bytes(Int)

        var size: Int {
            switch self {
            case .unsigned(let size), .signed(let size), .float(let size), .bytes(let size): size
            case .flag: 1
            case .text(let count): 4 * count
            }
        }
    }

    let element: Element
    let isBigEndian: Bool
    let isFortranOrder: Bool
    let shape: [Int]
    /// The number of elements.
    let count: Int
    /// The position of the first element.
    let start: Int

    private static let largestCount = 1 << 30
    private static let mostDimensions = 32

    /// Reads the header, and checks that the rest of the file is the array.
    ///
    /// - Parameters:
    ///   - bytes: the first bytes of the file.
    ///   - fileSize: the number of bytes of the whole file.
    ///   - place: the archive and the name of the array, for messages.
    init(_ bytes: [UInt8], of fileSize: Int, place: String) throws(DataError) {
        func damaged(_ expected: String, _ found: String, _ advice: String? = nil) -> DataError {
            .damaged(path: place, reason: mismatch(expected, found, advice))
        }
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 12 else {
            throw damaged("an array of NumPy (.npy)", "\(bytes.count.grouped) other bytes")
        }
        let version = bytes[6]
        guard (1...3).contains(version) else {
            throw damaged("version 1, 2 or 3 of NumPy's format", "version \(version)")
        }
        let lengthBytes = version == 1 ? 2 : 4
        let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        start = 8 + lengthBytes + length
        guard start <= bytes.count else {
            throw damaged(
                "a header of \(length.grouped) bytes", "an array that ends before", nil)
        }
        var literal = PythonLiteral(Array(bytes[(8 + lengthBytes)..<start]))
        guard let fields = literal.dictionary(), case .text(let kind)? = fields["descr"],
            case .flag(let isFortranOrder)? = fields["fortran_order"],
            case .integers(let shape)? = fields["shape"]
        else {
            if literal.hasList {
                throw damaged(
                    "an array of numbers", "one of records with several fields",
                    "save each field as an array")
            }
            throw damaged("a header with descr, fortran_order and shape", "another text")
        }
        (element, isBigEndian) = try Self.element(kind, place: place)
        (self.isFortranOrder, self.shape) = (isFortranOrder, shape)
        var count = 1
        for size in shape {
            guard size >= 0, size == 0 || count <= Self.largestCount / size else {
                throw damaged(
                    "at most \(Self.largestCount.grouped) numbers in an array",
                    "shape (\(shape.map(\.grouped).joined(separator: " x ")))")
            }
            count *= size
        }
        guard shape.count <= Self.mostDimensions, element.size <= 1 << 20 else {
            throw damaged("at most \(Self.mostDimensions) dimensions", "\(shape.count)")
        }
        self.count = count
        let (size, overflows) = count.multipliedReportingOverflow(by: element.size)
        guard !overflows, fileSize - start == size else {
            throw damaged(
                "\(size.grouped) bytes of numbers (shape \(shape), \(kind))",
                (fileSize - start).grouped, "copy the file again")
        }
    }

    private static func element(
        _ kind: String, place: String
    ) throws(DataError) -> (Element, isBigEndian: Bool) {
        let isBigEndian = kind.hasPrefix(">")
        let name = kind.drop { "<>|=".contains($0) }
        let size = Int(name.dropFirst()) ?? -1
        let element: Element?
        switch name.first {
        case "u" where [1, 2, 4, 8].contains(size): element = .unsigned(size: size)
        case "i" where [1, 2, 4, 8].contains(size): element = .signed(size: size)
        case "f" where [2, 4, 8].contains(size): element = .float(size: size)
        case "b" where size == 1: element = .flag
        case "U" where size > 0 && size <= 1 << 16: element = .text(size)
        case "S" where size > 0 && size <= 1 << 16: element = .bytes(size)
        case "O":
            throw .damaged(
                path: place,
                reason: mismatch(
                    "an array of numbers or texts",
                    "an array of Python objects (pickled), which could run any program",
                    "save it with a dtype of numbers, for example array.astype('float32')"))
        default: element = nil
        }
        guard let element else {
            throw .damaged(
                path: place,
                reason: mismatch(
                    "integers, floats of 2, 4 or 8 bytes, flags or texts", "the kind '\(kind)'",
                    "save it as array.astype('float32')"))
        }
        return (element, isBigEndian)
    }
}

/// Reads the dictionary of a header: texts, True and False, and tuples of whole numbers.
private struct PythonLiteral {
    enum Value {
        case text(String)
        case flag(Bool)
        case integers([Int])
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether the header describes records.
    var hasList: Bool { bytes.contains(UInt8(ascii: "[")) }

    /// Returns the values by their names; nil for another text.
    mutating func dictionary() -> [String: Value]? {
        guard skip("{") else { return nil }
        var fields: [String: Value] = [:]
        while !skip("}") {
            guard let name = text(), skip(":"), let value = value(), fields[name] == nil else {
                return nil
            }
            fields[name] = value
            guard skip(",") || peek == UInt8(ascii: "}") else { return nil }
        }
        skipBlanks()
        return position == bytes.count ? fields : nil
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A { position += 1 }
    }

    private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard peek == UInt8(ascii: sign) else { return false }
        position += 1
        skipBlanks()
        return true
    }

    private mutating func text() -> String? {
        skipBlanks()
        guard let quote = peek, quote == 0x27 || quote == 0x22 else { return nil }
        let start = position + 1
        guard let end = bytes[start...].firstIndex(of: quote) else { return nil }
        position = end + 1
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private mutating func value() -> Value? {
        skipBlanks()
        if bytes[position...].starts(with: Array("True".utf8)) {
            position += 4
            return .flag(true)
        }
        if bytes[position...].starts(with: Array("False".utf8)) {
            position += 5
            return .flag(false)
        }
        guard skip("(") else { return text().map(Value.text) }
        var integers: [Int] = []
        while !skip(")") {
            let digits = bytes[position...].prefix { $0 &- 0x30 < 10 }
            guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            integers.append(number)
            position = digits.endIndex
            // Python 2 writes 10L for a large number.
            _ = skip("L")
            guard skip(",") || peek == UInt8(ascii: ")") else { return nil }
        }
        return .integers(integers)
    }
}
