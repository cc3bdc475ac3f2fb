/// FNV-1a with 64 bits, over 8 bytes at a time where there are 8: a content key for caches and
/// digests. It finds accidents, not attackers.
public struct ContentHash: Sendable {
    /// The hash of everything added so far.
    public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Makes the hash of an empty content.
    public init() {}

    /// Adds bytes. The result depends on the bytes of each call and on the order of the calls.
    public mutating func add(_ bytes: [UInt8]) { add(bytes.span) }

    /// Adds text as UTF-8.
    public mutating func add(_ text: String) { add(Array(text.utf8)) }

    /// Adds one number to the content.
    public mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x100_0000_01b3
        // Without this the high bits of a word would never reach the low bits of the hash.
        value ^= value >> 29
    }

    /// Adds the bytes of a span, then their count.
    public mutating func add(_ bytes: Span<UInt8>) {
        var index = 0
        while index + 8 <= bytes.count {
            var word: UInt64 = 0
            for offset in 0..<8 { word |= UInt64(bytes[index + offset]) << UInt64(8 * offset) }
            add(word)
            index += 8
        }
        while index < bytes.count {
            add(UInt64(bytes[index]))
            index += 1
        }
        add(UInt64(bytes.count))
    }

    /// The hash as 16 hexadecimal digits.
    public var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
