import RealModule
import Reporting
import Statistics

/// Numbers as the page writes them: a real minus sign, and no line break before a unit.
package enum PageText {
    /// The space between a number and its unit, which is narrow and never breaks a line.
    package static let unitSpace = "\u{202F}"

    /// Returns a number with a count of decimals and a minus sign (U+2212).
    package static func number(_ value: Double, _ decimals: Int) -> String {
        fixed(value, decimals).replacing("-", with: "−")
    }

    /// Returns a difference with its sign.
    package static func difference(_ value: Double, _ decimals: Int) -> String {
        let text = number(value, decimals)
        return value > 0 && text.contains { ("1"..."9").contains($0) } ? "+" + text : text
    }

    /// Returns a value in percent: "81.5 %".
    package static func percent(_ value: Double, _ decimals: Int) -> String {
        number(value, decimals) + unitSpace + "%"
    }

    /// Returns an interval: "4.3 to 6.7".
    package static func interval(_ lower: Double, _ upper: Double, _ decimals: Int) -> String {
        "\(number(lower, decimals)) to \(number(upper, decimals))"
    }

    /// Returns bytes with three digits, in powers of 1000: "604 MB", "2.62 GB".
    package static func bytes(_ count: Double) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
        var (value, unit) = (count, 0)
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
        return number(value, decimals) + unitSpace + units[unit]
    }

    /// Returns a rate with at most three significant digits: "0.00182", "1", "2.5e−7".
    package static func rate(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        guard value != 0 else { return "0" }
        var exponent = Int(Double.log10(abs(value)).rounded(.down))
        // The logarithm of a power of ten can lie below it.
        if abs(value) >= Double.exp10(Double(exponent + 1)) { exponent += 1 }
        if exponent < -4 || exponent > 5 {
            return trimmed(value / .exp10(Double(exponent)), 2)
                + "e\(exponent)".replacing("-", with: "−")
        }
        return trimmed(value, max(0, 2 - exponent))
    }

    private static func trimmed(_ value: Double, _ decimals: Int) -> String {
        var text = number(value, decimals)
        guard text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// Returns how many decimals a column has: as many as give the half-width of its median
    /// interval two significant digits, from `least` to `most`.
    package static func decimals(halfWidths: [Double], least: Int, most: Int) -> Int {
        let known = halfWidths.filter { $0.isFinite && $0 > 0 }
        guard let middle = median(known) else { return least }
        let digits = 1 - Int(Double.log10(middle).rounded(.down))
        return min(max(digits, least), most)
    }

    /// Returns a sentence in which no line breaks between a number and its %.
    package static func bound(_ text: String) -> String {
        text.replacing(" %", with: unitSpace + "%")
    }

    /// Returns names in a sentence: "a, b and c".
    package static func list(_ words: [String]) -> String {
        guard let last = words.last else { return "" }
        return words.count == 1
            ? last : words.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension PageText {
    /// Returns a percentage with no needless decimals: "75 %", "97.5 %".
    package static func percentBrief(_ value: Double) -> String {
        let text = number(value, 1)
        return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + unitSpace + "%"
    }
}
