/// Reads numbers from the bytes of a table.
package enum DecimalNumber {
    /// Powers of ten that a `Double` has exactly.
    private static let powers: [Double] = {
        var powers = [1.0]
        for _ in 0..<22 { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    /// Returns the number in a range of bytes, the closest `Double`; NaN for an empty cell and for
    /// other text.
    ///
    /// With at most 2⁵³ as digits and a small power of ten, both are exact and so one rounding is
    /// left (Clinger 1990). Other numbers go to the standard library.
    package static func value(of bytes: [UInt8], _ start: Int, _ end: Int) -> Double {
        var index = start
        guard index < end else { return .nan }
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        var (digits, count, exponent, isAfterPoint) = (UInt64(0), 0, 0, false)
        var hasDigit = false
        loop: while index < end {
            let byte = bytes[index]
            switch byte {
            case 48...57:
                hasDigit = true
                digits = digits &* 10 &+ UInt64(byte &- 48)
                if digits > 0 { count += 1 }
                if isAfterPoint { exponent -= 1 }
            case UInt8(ascii: ".") where !isAfterPoint: isAfterPoint = true
            default: break loop
            }
            index += 1
        }
        guard index == end, hasDigit, count < 17,
            digits <= 1 << 53, exponent >= -22
        else { return slow(bytes[start..<end]) }
        let value = Double(digits) / powers[-exponent]
        return isNegative ? -value : value
    }

    private static func slow(_ cell: ArraySlice<UInt8>) -> Double {
        Double(String(decoding: cell, as: UTF8.self)) ?? .nan
    }
}
