import Settings

/// A place in a text file, for messages: line and column, both from 1.
struct TextPlace {
    let line: Int
    let column: Int

    /// The place of a byte.
    init(of position: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        let before = bytes[..<min(position, bytes.count)]
        line = before.count { $0 == 0x0A } + 1
        column = before.count - ((before.lastIndex(of: 0x0A) ?? -1) + 1) + 1
    }

    /// Makes the error about a byte of a text.
    ///
    /// - Parameter found: what is there; the word at the place if not given.
    static func problem(
        _ path: String, _ bytes: UnsafeBufferPointer<UInt8>, at position: Int,
        expected: String, found: String? = nil, _ advice: String? = nil
    ) -> DataError {
        let place = TextPlace(of: position, in: bytes)
        return .damaged(
            path: "\(path):\(place.line):\(place.column)",
            reason: mismatch(expected, found ?? word(at: position, in: bytes), advice))
    }

    /// Returns the word at a place in quotes, or words for the end of the line or of the text.
    static func word(at position: Int, in bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard position < bytes.count else { return "the end of the text" }
        if bytes[position] == 0x0A || bytes[position] == 0x0D { return "the end of the line" }
        let word = bytes[position...].prefix(41).prefix { $0 > 0x20 }
        guard !word.isEmpty else { return "byte \(bytes[position])" }
        return CSVTable.quoted(String(decoding: word, as: UTF8.self))
    }
}
