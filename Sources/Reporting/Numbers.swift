/// A number with a fixed count of digits after the point, for people.
public func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return String(value) }
    let whole = Int(scaled)
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(whole) }
    let text = String(whole)
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
}

/// A share as a percentage with two digits: 0.8123 is "81.23 %".
public func percent(_ share: Double) -> String { fixed(100 * share, 2) + " %" }

/// A number with four significant digits, for people: 0.01234, 1.235, 12.35.
public func brief(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return fixed(value, 0) }
    var digits = 3
    var size = abs(value)
    while size >= 10, digits > 0 {
        size /= 10
        digits -= 1
    }
    while size < 1, digits < 9 {
        size *= 10
        digits += 1
    }
    return fixed(value, digits)
}

/// Seconds as people say them: "8.0 s", "42 s", "3:05 min".
public func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "?" }
    if seconds < 99.5 { return "\(fixed(seconds, seconds < 9.95 ? 1 : 0)) s" }
    let whole = Int(min(seconds.rounded(), 1e9))
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60)) min" }
    return "\(whole / 3600):\(two(whole / 60 % 60)) h"
}

private func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
