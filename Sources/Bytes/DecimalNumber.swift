/// A decimal number in a text: its digits as an integer, and a power of ten.
///
///     value = ± digits · 10^exponent
///
/// Long columns of numbers are read by it without a string for each number. The values are the
/// correctly rounded ones, as of `Double(text)`. Words such as `nan`, and hexadecimal numbers, are
/// not numbers here.
public struct DecimalNumber {
    @usableFromInline let digits: UInt64
    @usableFromInline let exponent: Int
    @usableFromInline let isNegative: Bool
    @usableFromInline let start: Int
    /// The position after the number.
    public let end: Int
    /// Whether the number has digits only, without a point or an exponent.
    public let isWhole: Bool
    // Whether all digits are in `digits`.
    @usableFromInline let isComplete: Bool

    /// Reads the longest number at a position. The result is nil if there is none.
    ///
    /// - Parameter limit: the place before which the number ends, at most the count of bytes.
    @inlinable
    @inline(__always)
    public init?(_ bytes: Span<UInt8>, at start: Int, before limit: Int) {
        precondition(start >= 0 && limit <= bytes.count, "\(start) to \(limit)")
        var position = start
        var negative = false
        if position < limit {
            let sign = unsafe bytes[unchecked: position]
            negative = sign == 0x2D
            if negative || sign == 0x2B { position &+= 1 }
        }
        var number = Digits()
        let first = position
        number.readEach(bytes, &position, limit)
        var count = position &- first
        var exponent = 0
        var whole = true
        if position < limit, unsafe bytes[unchecked: position] == 0x2E {
            whole = false
            position &+= 1
            let fraction = position
            number.readEights(bytes, &position, limit)
            number.readEach(bytes, &position, limit)
            exponent = fraction &- position
            count &+= position &- fraction
        }
        guard count > 0 else { return nil }
        if position < limit, unsafe bytes[unchecked: position] | 0x20 == 0x65,
            let (power, next) = Self.power(bytes, at: position + 1, before: limit)
        {
            whole = false
            exponent += power
            position = next
        }
        (digits, self.exponent, isNegative) = (number.value, exponent, negative)
        (self.start, end, isWhole, isComplete) = (start, position, whole, number.count <= 19)
    }

    /// Reads the whole number after an `e`. The result is nil if there is none.
    @usableFromInline
    static func power(
        _ bytes: Span<UInt8>, at start: Int, before limit: Int
    ) -> (power: Int, end: Int)? {
        var position = start
        var negative = false
        if position < limit, bytes[position] == 0x2D || bytes[position] == 0x2B {
            negative = bytes[position] == 0x2D
            position += 1
        }
        let first = position
        var power = 0
        while position < limit, bytes[position] &- 0x30 < 10 {
            // A power beyond this is zero or not finite in any case.
            power = min(power * 10 + Int(bytes[position] &- 0x30), 1_000_000)
            position += 1
        }
        return position > first ? (negative ? -power : power, position) : nil
    }

    /// Returns the number that is all of a range of bytes, the closest double; also for words such
    /// as inf. Other text gives nil.
    @inlinable
    public static func value(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
        guard let number = DecimalNumber(bytes, at: start, before: end), number.end == end else {
            return value(ofText: bytes, start, end)
        }
        return number.double(bytes)
    }

    @usableFromInline
    static func value(ofText bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
        Double(String(decoding: (start..<end).map { bytes[$0] }, as: UTF8.self))
    }

    /// Returns the value as a double, correctly rounded; infinity if it is too large.
    ///
    /// - Parameter bytes: the bytes of the initializer.
    /// - Source of the first case: Clinger 1990, "How to read floating point numbers accurately".
    ///   If the digits and the power of ten are exact doubles, then one operation rounds once.
    @inlinable
    @inline(__always)
    public func double(_ bytes: Span<UInt8>) -> Double {
        guard isComplete, digits <= 1 << 53, -22...22 ~= exponent else { return long(bytes) }
        let magnitude = Double(digits)
        let value =
            exponent < 0
            ? magnitude / PowersOfTen.exact[-exponent] : magnitude * PowersOfTen.exact[exponent]
        return isNegative ? -value : value
    }

    /// Returns the value as a float: the correctly rounded double, rounded to a float.
    ///
    /// The fast path has an error of a few units in the last place of a double. So it gives the
    /// same float, unless the middle between two floats is that near.
    ///
    /// - Parameter bytes: the bytes of the initializer.
    @inlinable
    @inline(__always)
    public func float(_ bytes: Span<UInt8>) -> Float {
        if isComplete, -22...22 ~= exponent {
            let magnitude = Double(digits)
            let value =
                exponent < 0
                ? magnitude / PowersOfTen.exact[-exponent] : magnitude * PowersOfTen.exact[exponent]
            // The 29 bits that a float does not have, less half a unit of the float.
            let rest = Int64(value.bitPattern & 0x1FFF_FFFF) - 0x1000_0000
            // The floats below 1e-37 have fewer bits.
            if rest.magnitude > 16, value > 1e-37 || digits == 0, value < 1e38 {
                return Float(isNegative ? -value : value)
            }
        }
        return Float(double(bytes))
    }

    /// Returns the value of a number of many digits, or with a large power of ten.
    @usableFromInline
    @inline(never)
    func long(_ bytes: Span<UInt8>) -> Double {
        if isComplete, let value = PowersOfTen.value(digits, dividedByTenTo: -exponent) {
            return isNegative ? -value : value
        }
        return Self.value(ofText: bytes, start, end) ?? .infinity
    }

    /// The digits that were read.
    @usableFromInline
    struct Digits {
        /// The digits as an integer, if there are at most 19.
        @usableFromInline var value: UInt64 = 0
        /// How many there are, without zeros in front.
        @usableFromInline var count = 0

        @inlinable
        @inline(__always)
        init() {}

        /// Reads digits until another byte follows.
        @inlinable
        @inline(__always)
        mutating func readEach(_ bytes: Span<UInt8>, _ position: inout Int, _ limit: Int) {
            while position < limit {
                let digit = unsafe bytes[unchecked: position] &- 0x30
                guard digit < 10 else { return }
                value = value &* 10 &+ UInt64(digit)
                if value > 0 { count &+= 1 }
                position &+= 1
            }
        }

        /// Reads eight digits at once, as long as there are as many.
        ///
        /// The digits are added up in pairs, then the pairs in pairs, and these once more: three
        /// multiplications instead of eight.
        @inlinable
        @inline(__always)
        mutating func readEights(_ bytes: Span<UInt8>, _ position: inout Int, _ limit: Int) {
            let words = unsafe bytes.bytes
            // A digit has 3 in its upper half, also after 6 is added to its lower half.
            let upper: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
            let three: UInt64 = 0x3030_3030_3030_3030
            while limit &- position >= 8 {
                // Any eight bytes are a number, and they are inside.
                let text = unsafe UInt64(
                    littleEndian: words.unsafeLoadUnaligned(
                        fromByteOffset: position, as: UInt64.self))
                guard text & upper == three, (text &+ 0x0606_0606_0606_0606) & upper == three
                else { return }
                var sum = text ^ three
                count &+= value == 0 ? 8 &- sum.trailingZeroBitCount / 8 : 8
                sum = (sum &* 10 &+ sum >> 8) & 0x00FF_00FF_00FF_00FF
                sum = (sum &* 100 &+ sum >> 16) & 0x0000_FFFF_0000_FFFF
                sum = (sum &* 10_000 &+ sum >> 32) & 0xFFFF_FFFF
                value = value &* 100_000_000 &+ sum
                position &+= 8
            }
        }
    }
}

/// Powers of ten, and division by them.
@usableFromInline
enum PowersOfTen {
    /// The powers that a double has exactly.
    @usableFromInline
    static let exact: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// Powers of five below 2^64, each shifted until its highest bit is set.
    private static let fives: [(value: UInt64, shift: Int)] = {
        var (power, powers) = (UInt64(1), [(value: UInt64, shift: Int)]())
        for exponent in 0...27 {
            if exponent > 0 { power *= 5 }
            powers.append((power << UInt64(power.leadingZeroBitCount), power.leadingZeroBitCount))
        }
        return powers
    }()

    /// Returns digits / 10^power, rounded once; nil if the power is not in 0...27.
    ///
    /// The digits are divided by 5^power as whole numbers: the quotient has 63 bits or more, and
    /// its last bit says whether there is a remainder. So rounding it to 53 bits is rounding the
    /// exact value. The power of two changes the exponent only.
    static func value(_ digits: UInt64, dividedByTenTo power: Int) -> Double? {
        guard digits > 0 else { return 0 }
        guard 0...27 ~= power else { return nil }
        let divisor = fives[power]
        let shift = digits.leadingZeroBitCount
        let shifted = digits << UInt64(shift)
        // The upper half is below the divisor, whose highest bit is set.
        let (quotient, remainder) = divisor.value.dividingFullWidth((shifted >> 1, shifted << 63))
        let exponent = divisor.shift - shift - power - 63
        return Double(quotient | (remainder == 0 ? 0 : 1))
            * Double(bitPattern: UInt64(1023 + exponent) << 52)
    }
}
