/// A decimal number in a text: its digits as an integer, and a power of ten.
///
///     value = ± digits · 10^exponent
///
/// Long columns of numbers are read by it without a string for each number. The values are the
/// correctly rounded ones, as of `Double(text)`. Words such as `nan`, and hexadecimal numbers, are
/// not numbers here.
///
/// - Source of the fast path: Clinger 1990, "How to read floating point numbers accurately". If the
///   digits and the power of ten are exact doubles, then one operation rounds once.
struct DecimalNumber {
    private let digits: UInt64
    private let exponent: Int
    private let isNegative: Bool
    private let start: Int
    /// The position after the number.
    let end: Int
    /// Whether the number has digits only, without a point or an exponent.
    let isWhole: Bool
    // Whether all digits are in `digits`.
    private let isComplete: Bool

    /// The exact powers of ten.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// Reads the longest number at a position. The result is nil if there is none.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) {
        let count = bytes.count
        var position = start
        var negative = false
        if position < count, bytes[position] == 0x2D || bytes[position] == 0x2B {
            negative = bytes[position] == 0x2D
            position += 1
        }
        var digits: UInt64 = 0
        let first = position
        while position < count, bytes[position] &- 0x30 < 10 {
            digits = digits &* 10 &+ UInt64(bytes[position] &- 0x30)
            position += 1
        }
        var digitCount = position - first
        var exponent = 0
        var whole = true
        if position < count, bytes[position] == 0x2E {
            whole = false
            position += 1
            let fraction = position
            while position < count, bytes[position] &- 0x30 < 10 {
                digits = digits &* 10 &+ UInt64(bytes[position] &- 0x30)
                position += 1
            }
            exponent = fraction - position
            digitCount += position - fraction
        }
        guard digitCount > 0 else { return nil }
        if position < count, bytes[position] | 0x20 == 0x65,
            let (power, next) = Self.power(bytes, at: position + 1)
        {
            whole = false
            exponent += power
            position = next
        }
        (self.digits, self.exponent, isNegative) = (digits, exponent, negative)
        (self.start, end, isWhole, isComplete) = (start, position, whole, digitCount <= 19)
    }

    /// Reads the whole number after an `e`. The result is nil if there is none.
    private static func power(
        _ bytes: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> (power: Int, end: Int)? {
        var position = start
        var negative = false
        if position < bytes.count, bytes[position] == 0x2D || bytes[position] == 0x2B {
            negative = bytes[position] == 0x2D
            position += 1
        }
        let first = position
        var power = 0
        while position < bytes.count, bytes[position] &- 0x30 < 10 {
            // A power beyond this is zero or not finite in any case.
            power = min(power * 10 + Int(bytes[position] &- 0x30), 1_000_000)
            position += 1
        }
        return position > first ? (negative ? -power : power, position) : nil
    }

    /// Returns the value as a double, correctly rounded; infinity if it is too large.
    ///
    /// - Parameter bytes: the bytes of the initializer.
    @inline(__always)
    func double(_ bytes: UnsafeBufferPointer<UInt8>) -> Double {
        guard isComplete, digits <= 1 << 53, -22...22 ~= exponent else { return slow(bytes) }
        let magnitude = Double(digits)
        let value =
            exponent < 0 ? magnitude / Self.powers[-exponent] : magnitude * Self.powers[exponent]
        return isNegative ? -value : value
    }

    /// Returns the value as a float: the correctly rounded double, rounded to a float.
    ///
    /// The fast path has an error of a few units in the last place of a double. So it gives the
    /// same float, unless the middle between two floats is that near.
    ///
    /// - Parameter bytes: the bytes of the initializer.
    @inline(__always)
    func float(_ bytes: UnsafeBufferPointer<UInt8>) -> Float {
        if isComplete, -22...22 ~= exponent {
            let magnitude = Double(digits)
            let value =
                exponent < 0
                ? magnitude / Self.powers[-exponent] : magnitude * Self.powers[exponent]
            // The 29 bits that a float does not have, less half a unit of the float.
            let rest = Int64(value.bitPattern & 0x1FFF_FFFF) - 0x1000_0000
            // The floats below 1e-37 have fewer bits.
            if rest.magnitude > 16, value > 1e-37 || digits == 0, value < 1e38 {
                return Float(isNegative ? -value : value)
            }
        }
        return Float(double(bytes))
    }

    @inline(never)
    private func slow(_ bytes: UnsafeBufferPointer<UInt8>) -> Double {
        let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
        return Double(String(decoding: text, as: UTF8.self)) ?? .infinity
    }
}
