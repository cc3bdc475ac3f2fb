import Settings

/// An array of a NumPy archive, its numbers in row-major order.
struct NPYArray {
    /// The archive and the name of the array, for messages.
    let place: String
    let header: NPYHeader
    private let bytes: [UInt8]

    /// Reads the bytes of a `.npy` file.
    init(_ bytes: [UInt8], place: String) throws(DataError) {
        header = try NPYHeader(bytes, of: bytes.count, place: place)
        (self.bytes, self.place) = (bytes, place)
    }

    var shape: [Int] { header.shape }
    var isText: Bool {
        switch header.element {
        case .text, .bytes: true
        default: false
        }
    }
    /// Whether the numbers are integers of more than one byte, or with a sign.
    var isWide: Bool {
        switch header.element {
        case .unsigned(let size): size > 1
        case .signed: true
        case .float, .flag, .text, .bytes: false
        }
    }
    var isBytes: Bool { header.element == .unsigned(size: 1) }

    /// Returns the error about this array.
    func problem(_ expected: String, _ found: String, _ advice: String? = nil) -> DataError {
        .damaged(path: place, reason: mismatch(expected, found, advice))
    }

    /// Returns the bytes of an array of uint8.
    func unsignedBytes() -> [UInt8] { rowMajor(Array(bytes[header.start...])) }

    /// Returns all numbers as doubles. Integers above 2^53 are rounded.
    func doubles() -> [Double] { rowMajor(numbers { $0 }) }

    /// Returns integers of 8 bytes as texts, without rounding; nil for other arrays.
    func longIntegers() -> [String]? {
        switch header.element {
        case .unsigned(8): rowMajor(words(UInt64.self) { String($0) })
        case .signed(8): rowMajor(words(Int64.self) { String($0) })
        default: nil
        }
    }

    /// Returns all numbers as floats, rounded to the nearest.
    func floats() -> [Float] { rowMajor(numbers { Float($0) }) }

    private func numbers<T>(_ convert: (Double) -> T) -> [T] {
        switch header.element {
        case .unsigned(1), .flag: integers(UInt8.self, convert)
        case .unsigned(2): integers(UInt16.self, convert)
        case .unsigned(4): integers(UInt32.self, convert)
        case .unsigned: integers(UInt64.self, convert)
        case .signed(1): integers(Int8.self, convert)
        case .signed(2): integers(Int16.self, convert)
        case .signed(4): integers(Int32.self, convert)
        case .signed: integers(Int64.self, convert)
        case .float(2): words(UInt16.self) { convert(Double(Float16(bitPattern: $0))) }
        case .float(4): words(UInt32.self) { convert(Double(Float(bitPattern: $0))) }
        case .float: words(UInt64.self) { convert(Double(bitPattern: $0)) }
        case .text, .bytes: []
        }
    }

    private func integers<I: FixedWidthInteger, T>(
        _ type: I.Type, _ convert: (Double) -> T
    ) -> [T] {
        words(type) { convert(Double($0)) }
    }

    private func words<I: FixedWidthInteger, T>(_ type: I.Type, _ convert: (I) -> T) -> [T] {
        let isBig = header.isBigEndian
        return bytes.withUnsafeBytes { bytes in
            (0..<header.count).map { index in
                let word = bytes.loadUnaligned(
                    fromByteOffset: header.start + index * MemoryLayout<I>.size, as: I.self)
                return convert(isBig ? I(bigEndian: word) : I(littleEndian: word))
            }
        }
    }

    /// Returns all texts, without the zeros that fill them up.
    func texts() throws(DataError) -> [String] {
        var texts: [String] = []
        for index in 0..<header.count {
            let start = header.start + index * header.element.size
            switch header.element {
            case .bytes(let size):
                let content = bytes[start..<start + size].prefix { $0 != 0 }
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw problem("texts in UTF-8", "other bytes in text \(index)")
                }
                texts.append(text)
            case .text(let count):
                var text = String.UnicodeScalarView()
                for character in 0..<count {
                    let first = start + 4 * character
                    let units = bytes[first..<first + 4].map(UInt32.init)
                    let value = (header.isBigEndian ? units : units.reversed())
                        .reduce(0) { $0 << 8 | $1 }
                    guard value != 0 else { break }
                    guard let scalar = Unicode.Scalar(value) else {
                        throw problem("characters of Unicode", "another code in text \(index)")
                    }
                    text.append(scalar)
                }
                texts.append(String(text))
            default: throw problem("an array of texts", "numbers")
            }
        }
        return rowMajor(texts)
    }

    /// Brings an array in Fortran's order, whose first index is the fastest, into row-major order.
    private func rowMajor<T>(_ values: [T]) -> [T] {
        guard header.isFortranOrder, shape.count > 1 else { return values }
        return AxisOrder.transposed(
            values, shape: Array(shape.reversed()), axes: Array((0..<shape.count).reversed()))
    }
}

/// Changes the order of an array's axes.
enum AxisOrder {
    /// Returns row-major values of the shape whose axis k is the axis `axes[k]` of `values`.
    ///
    /// - Parameters:
    ///   - values: row-major values of shape `shape`.
    ///   - axes: a permutation of the axes.
    static func transposed<T>(_ values: [T], shape: [Int], axes: [Int]) -> [T] {
        guard !values.isEmpty else { return values }
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in strides.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        let sizes = axes.map { shape[$0] }
        let steps = axes.map { strides[$0] }
        var indices = [Int](repeating: 0, count: axes.count)
        var source = 0
        var result: [T] = []
        result.reserveCapacity(values.count)
        while true {
            result.append(values[source])
            var axis = axes.count - 1
            while axis >= 0 {
                indices[axis] += 1
                source += steps[axis]
                if indices[axis] < sizes[axis] { break }
                source -= steps[axis] * sizes[axis]
                indices[axis] = 0
                axis -= 1
            }
            if axis < 0 { return result }
        }
    }
}
