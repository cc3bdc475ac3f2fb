import RealModule

/// A number with four significant digits, whatever its size: 0.01234, -1.235, 1.234e-07.
public func scientific(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return fixed(value, 0) }
    let size = abs(value)
    if size >= 1e-3, size < 9_999.5 { return trimmed(brief(value)) }
    var power = Int(Double.log10(size).rounded(.down))
    var mantissa = value / Double.pow(10, power)
    if !mantissa.isFinite { mantissa = value * 1e20 / Double.pow(10, power + 20) }
    if abs(mantissa) >= 9.9995 {
        mantissa /= 10
        power += 1
    }
    let sign = power < 0 ? "-" : "+"
    let digits = String(abs(power))
    return trimmed(fixed(mantissa, 3)) + "e" + sign + (digits.count < 2 ? "0" : "") + digits
}

// Zeros behind the point say nothing.
private func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
}
