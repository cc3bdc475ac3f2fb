/// Reads numbers from the bytes of a table.
package enum DecimalNumber {
    /// Powers of ten that a `Double` has exactly.
    private static let tens: [Double] = {
        var powers = [1.0]
        for _ in 0..<22 { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    /// Powers of five below 2⁶⁴, each shifted until its highest bit is set.
    private static let fives: [(value: UInt64, shift: Int)] = {
        var (power, powers) = (UInt64(1), [(value: UInt64, shift: Int)]())
        for exponent in 0...27 {
            if exponent > 0 { power *= 5 }
            powers.append((power << UInt64(power.leadingZeroBitCount), power.leadingZeroBitCount))
        }
        return powers
    }()

    /// Returns the number in a range of bytes, the closest `Double`; NaN for an empty cell and for
    /// other text.
    package static func value(of bytes: [UInt8], _ start: Int, _ end: Int) -> Double {
        start < end ? value(bytes.span, start, end) ?? .nan : .nan
    }

    /// Returns the number in a range of bytes that is not empty, the closest `Double`. Other text
    /// gives nil.
    ///
    /// Numbers of at most 19 digits with a small power of ten are computed here. Others go to the
    /// standard library.
    static func value(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
        let isNegative = bytes[start] == UInt8(ascii: "-")
        var index = start + (isNegative ? 1 : 0)
        var (digits, significant, exponent) = (UInt64(0), 0, 0)
        let first = index
        var point = -1
        while index < end {
            if point >= 0, end &- index >= 8, let eight = eightDigits(bytes, index) {
                significant &+= digits == 0 ? eight.significant : 8
                digits = digits &* 100_000_000 &+ eight.value
                index &+= 8
                continue
            }
            let byte = bytes[index] &- 48
            if byte < 10 {
                digits = digits &* 10 &+ UInt64(byte)
                if digits > 0 { significant &+= 1 }
            } else if byte == 254, point < 0 {
                // The point: 46 less 48.
                point = index
            } else {
                break
            }
            index += 1
        }
        if point >= 0 { exponent = point + 1 - index }
        guard index - first > (point >= 0 ? 1 : 0), significant <= 19 else {
            return slow(bytes, start, end)
        }
        if index < end {
            guard let power = power(bytes, index, end) else {
                return slow(bytes, start, end)
            }
            exponent += power
        }
        guard let value = value(digits, timesTenTo: exponent) else {
            return slow(bytes, start, end)
        }
        return isNegative ? -value : value
    }

    /// Returns the number that eight digits spell, and how many digits it has without zeros in
    /// front. Returns nil if another byte is among them.
    ///
    /// The digits are added up in pairs, then the pairs in pairs, and these once more: three
    /// multiplications instead of eight.
    @inline(__always)
    private static func eightDigits(_ bytes: Span<UInt8>, _ start: Int) -> (
        value: UInt64, significant: Int
    )? {
        let words = unsafe bytes.bytes
        // Any eight bytes are a number, and the caller checked that they are inside.
        let text = unsafe UInt64(
            littleEndian: words.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
        // A digit has 3 in its upper half, also after 6 is added to its lower half.
        let upper: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
        let three: UInt64 = 0x3030_3030_3030_3030
        guard text & upper == three, (text &+ 0x0606_0606_0606_0606) & upper == three else {
            return nil
        }
        var sum = text ^ three
        let zeros = sum.trailingZeroBitCount / 8
        sum = (sum &* 10 &+ sum >> 8) & 0x00FF_00FF_00FF_00FF
        sum = (sum &* 100 &+ sum >> 16) & 0x0000_FFFF_0000_FFFF
        return ((sum &* 10_000 &+ sum >> 32) & 0xFFFF_FFFF, 8 &- zeros)
    }

    /// Returns the power of ten of an ending such as e-05; nil for other endings.
    private static func power(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        let count = end - start
        guard bytes[start] | 0x20 == UInt8(ascii: "e"), count > 1, count < 6 else { return nil }
        let isNegative = bytes[start + 1] == UInt8(ascii: "-")
        var (power, index) = (0, start + 1)
        if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        guard index < end else { return nil }
        while index < end {
            let digit = bytes[index] &- 48
            guard digit < 10 else { return nil }
            power = power * 10 + Int(digit)
            index += 1
        }
        return isNegative ? -power : power
    }

    /// Returns digits · 10ᵉ, rounded once; nil if e is not −27...0.
    ///
    /// Up to 2⁵³ both factors are exact, so one division rounds once (Clinger 1990). Otherwise the
    /// digits are divided by 5⁻ᵉ as whole numbers: the quotient has 63 bits or more, and its last
    /// bit says whether there is a remainder. So rounding it to 53 bits is rounding the exact
    /// value. The power of two changes the exponent only.
    private static func value(_ digits: UInt64, timesTenTo exponent: Int) -> Double? {
        guard exponent <= 0, exponent >= -27 else { return nil }
        if digits <= 1 << 53, exponent >= -22 { return Double(digits) / tens[-exponent] }
        guard digits > 0 else { return 0 }
        let divisor = fives[-exponent]
        let shift = digits.leadingZeroBitCount
        let shifted = digits << UInt64(shift)
        // The upper half is below the divisor, whose highest bit is set.
        let (quotient, remainder) = divisor.value.dividingFullWidth(
            (shifted >> 1, shifted << 63))
        let power = exponent - 63 + divisor.shift - shift
        return Double(quotient | (remainder == 0 ? 0 : 1))
            * Double(bitPattern: UInt64(1023 + power) << 52)
    }

    private static func slow(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
        Double(String(decoding: (start..<end).map { bytes[$0] }, as: UTF8.self))
    }
}
