/// The form of a scalar that reads as a number.
enum ParsedNumber: Equatable {
    /// Digits with an optional sign.
    case whole
    /// Digits with a point or an exponent.
    case fractional
    /// One of `nan` and `inf` in any spelling.
    case notFinite
}

/// Returns the form of a decimal number; nil for hexadecimal, underscores or spaces around it.
///
///     1   -1   +1   .5   5.   1e-3
func parsedNumber(_ text: String) -> ParsedNumber? {
    var rest = Array(text.utf8)[...]
    if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        rest.removeFirst()
    }
    if notFiniteWords.contains(String(decoding: rest, as: UTF8.self).lowercased()) {
        return .notFinite
    }
    let wholeDigits = takeDigits(&rest)
    if rest.isEmpty { return wholeDigits > 0 ? .whole : nil }
    var digits = wholeDigits
    if rest.first == UInt8(ascii: ".") {
        rest.removeFirst()
        digits += takeDigits(&rest)
    }
    guard digits > 0 else { return nil }
    if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
        rest.removeFirst()
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            rest.removeFirst()
        }
        guard takeDigits(&rest) > 0 else { return nil }
    }
    return rest.isEmpty ? .fractional : nil
}

private let notFiniteWords: Set<String> = ["nan", ".nan", "inf", ".inf", "infinity"]

private func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    rest.removeFirst(digits.count)
    return digits.count
}
