/// A random word in the address of the report. Who does not have it gets nothing.
///
/// Every user and every web page of the machine can connect to the loopback interface.
package struct AccessToken: Sendable {
    /// The word, which has 32 hexadecimal digits.
    package let text: String

    /// Draws a token of 128 bits from the random source of the system. It is not part of any
    /// result, so no seed is needed.
    package init() {
        text = (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Returns whether a word is this token. The time does not depend on where they differ.
    package func matches(_ word: some StringProtocol) -> Bool {
        let (own, other) = (Array(text.utf8), Array(word.utf8))
        guard own.count == other.count else { return false }
        return zip(own, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
