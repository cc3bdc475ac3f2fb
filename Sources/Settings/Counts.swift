/// A count with its noun: `1 client`, `2,000 clients`, `2 classes`.
///
/// - Parameter plural: the noun's plural, if it adds neither "s" nor, behind "s" or "ch", "es".
public func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    let usual = noun + (noun.hasSuffix("s") || noun.hasSuffix("ch") ? "es" : "s")
    return "\(count.grouped) \(count == 1 ? noun : plural ?? usual)"
}

extension Int {
    /// The number with a comma before each three digits: 47,040,016.
    public var grouped: String {
        let digits = Array(String(magnitude))
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
