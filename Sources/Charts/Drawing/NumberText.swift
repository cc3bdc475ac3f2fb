import RealModule

/// Numbers as text in charts. Words for people have a real minus sign, coordinates a hyphen.
package enum NumberText {
    /// Returns a coordinate with at most `digits` decimals and no needless zeros.
    package static func coordinate(_ value: Double, digits: Int = 1) -> String {
        let scale = digits == 1 ? 10.0 : 100.0
        let scaled = (value * scale).rounded()
        guard abs(scaled) < 1e12 else { return "0" }
        let whole = Int(scaled), factor = Int(scale)
        let (units, rest) = whole.magnitude.quotientAndRemainder(dividingBy: UInt(factor))
        var text = (whole < 0 ? "-" : "") + String(units)
        guard rest > 0 else { return text }
        text += "."
        if digits == 2, rest < 10 { text += "0" }
        text += String(digits == 2 && rest % 10 == 0 ? rest / 10 : rest)
        return text
    }

    /// Returns a number with a fixed count of decimals.
    package static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "–" }
        let scaled = (abs(value) * Double.pow(10, digits)).rounded()
        guard scaled < 1e15 else { return exponential(value, 3) }
        let whole = Int(scaled)
        let sign = value < 0 && whole > 0 ? "−" : ""
        guard digits > 0 else { return sign + String(whole) }
        let text = String(whole)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
    }

    /// Returns a number with a sign, also above 0.
    package static func signed(_ value: Double, _ digits: Int) -> String {
        let text = fixed(value, digits)
        let isZero = !text.contains { "123456789".contains($0) }
        return value > 0 && !isZero ? "+" + text : text
    }

    /// Returns a number with at most `digits` significant digits and no needless zeros. It has a
    /// power of ten only outside of 0.0001 to 99999.
    package static func short(_ value: Double, _ digits: Int = 4) -> String {
        guard value.isFinite else { return "–" }
        guard value != 0 else { return "0" }
        let size = abs(value)
        guard size >= 0.000_099_99, size < 99_999.5 else { return exponential(value, digits) }
        let power = Int(Double.log10(size).rounded(.down))
        return trimmed(fixed(value, min(max(digits - 1 - power, 0), 9)))
    }

    /// Returns the text of a tick.
    package static func tick(_ value: Double) -> String { short(value, 6) }

    private static func exponential(_ value: Double, _ digits: Int) -> String {
        var power = Int(Double.log10(abs(value)).rounded(.down))
        // In two steps, since 10 to the power of 320 is not finite.
        var mantissa = value / Double.pow(10, power / 2) / Double.pow(10, power - power / 2)
        if abs(mantissa) >= 10 - 0.5 * Double.pow(10, 1 - digits) {
            mantissa /= 10
            power += 1
        }
        guard mantissa.isFinite else { return "–" }
        let exponent = power < 0 ? "−\(-power)" : String(power)
        return trimmed(fixed(mantissa, digits - 1)) + "e" + exponent
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text[...]
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
