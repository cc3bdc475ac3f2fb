/// Returns what to write instead of a scalar that is not the expected number: `write 1000`. The
/// result is empty if there is no advice.
///
/// - Parameter isWhole: whether a whole number is expected.
func numberAdvice(_ node: SettingsNode, isWhole: Bool) -> String {
    guard case .scalar(let text, let isQuoted) = node.content, text.utf8.count <= 100 else {
        return ""
    }
    if isQuoted { return parsedNumber(text) == nil ? "" : "write it without quotes" }
    if parsedNumber(text) != nil {
        return isWhole ? wholeSpelling(text).map { "write \($0)" } ?? "" : ""
    }
    if text.hasPrefix("\u{2212}") || text.hasPrefix("\u{2013}") {
        return "write the minus sign as '-'"
    }
    if let number = otherBase(text) { return "write \(number)" }
    if text.contains("_"), let plain = withoutMarks(text, "_") { return "write \(plain)" }
    if text.contains(","), withoutMarks(text, ",") != nil {
        return "write a decimal point as '.', and no marks between digits"
    }
    if text.hasSuffix("%") {
        let share = String(text.dropLast()).withoutSpaces
        guard let value = Double(share), parsedNumber(share) != nil, !isWhole else { return "" }
        return "write \(decimal(value / 100))"
    }
    if text.contains("/"), text.split(separator: "/").count == 2,
        text.split(separator: "/").allSatisfy({ parsedNumber(String($0).withoutSpaces) != nil })
    {
        return "write it as a decimal number"
    }
    let digits = text.prefix { "+-.0123456789".contains($0) }
    let unit = text.dropFirst(digits.count)
    if parsedNumber(String(digits)) != nil, unit.contains(where: \.isLetter) {
        return "write the number alone, without '\(unit.drop { $0 == " " })'"
    }
    return ""
}

// Returns the digits of a whole number with a point or an exponent: 50.0, 1e3.
private func wholeSpelling(_ text: String) -> String? {
    guard parsedNumber(text) == .fractional, let value = Double(text),
        value == value.rounded(), abs(value) < 0x1p53
    else { return nil }
    return String(Int(value))
}

// Returns the value of 0x10, 0o20 or 0b10000 in decimal.
private func otherBase(_ text: String) -> String? {
    let bases = ["0x": 16, "0o": 8, "0b": 2]
    guard let base = bases[text.prefix(2).lowercased()] else { return nil }
    return Int(text.dropFirst(2), radix: base).map(String.init)
}

private func withoutMarks(_ text: String, _ mark: Character) -> String? {
    let plain = text.filter { $0 != mark }
    return parsedNumber(plain) == nil ? nil : plain
}

// Rounds to 12 digits, so that 7 % is 0.07.
private func decimal(_ value: Double) -> String {
    "\((value * 1e12).rounded() / 1e12)"
}

extension String {
    fileprivate var withoutSpaces: String { filter { $0 != " " } }
}
