/// Numbers in a packed form, the low byte first. They need no alignment.
extension MutableSpan<UInt8> {
    /// Writes 4 bytes from an index on.
    mutating func set(_ number: UInt32, at index: Int) {
        for byte in 0..<4 { self[index + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
    }

    /// Writes 8 bytes from an index on.
    mutating func set(_ number: UInt64, at index: Int) {
        set(UInt32(truncatingIfNeeded: number), at: index)
        set(UInt32(truncatingIfNeeded: number >> 32), at: index + 4)
    }

    /// Writes the 4 bytes of a float from an index on.
    mutating func set(_ number: Float, at index: Int) { set(number.bitPattern, at: index) }
}

extension Span<UInt8> {
    /// Reads 4 bytes from an index on.
    func word(at index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(self[index + $1]) << (8 * $1) }
    }

    /// Reads 8 bytes from an index on.
    func longWord(at index: Int) -> UInt64 {
        UInt64(word(at: index)) | UInt64(word(at: index + 4)) << 32
    }

    /// Reads the 4 bytes of a float from an index on.
    func float(at index: Int) -> Float { Float(bitPattern: word(at: index)) }
}
