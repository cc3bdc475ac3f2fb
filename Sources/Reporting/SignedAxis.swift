import RealModule

/// A vertical axis for values of both signs: linear, or, where sizes differ by more than a hundred,
/// linear near 0 and logarithmic beyond (log-symmetric).
///
///     position(v) = asinh(v / c), scaled to 0…1;  c: ten times below the median size
struct SignedAxis {
    struct Tick {
        var value: Double
        var label: String
    }

    let isLinear: Bool
    private let turn: Double
    private let low: Double
    private let high: Double
    private(set) var ticks: [Tick] = []

    init(_ values: [Double]) {
        let finite = values.filter(\.isFinite)
        let sizes = finite.map { abs($0) }.filter { $0 > 0 }.sorted()
        let largest = sizes.last ?? 1
        let median = sizes.isEmpty ? 1 : sizes[sizes.count / 2]
        isLinear = largest <= 100 * median
        turn = median / 10
        var (least, most) = (min(finite.min() ?? 0, 0), max(finite.max() ?? 0, 0))
        if least == most { most = least + 1 }
        let margin = 0.04
        if isLinear {
            let span = most - least
            (low, high) = (least - margin * span, most + margin * span)
        } else {
            let (below, above) = (Double.asinh(least / turn), Double.asinh(most / turn))
            (low, high) = (below - margin * (above - below), above + margin * (above - below))
        }
        ticks = isLinear ? linear(least, most) : decades(least, most)
    }

    /// Returns where a value is: 0 at the lower end, 1 at the upper.
    func position(_ value: Double) -> Double {
        ((isLinear ? value : Double.asinh(value / turn)) - low) / (high - low)
    }

    private func linear(_ least: Double, _ most: Double) -> [Tick] {
        let raw = (most - least) / 5
        let power = Double.pow(10, Double.log10(raw).rounded(.down))
        let step = power * ([1, 2, 5, 10].first { $0 * power >= raw } ?? 10)
        let first = Int((least / step).rounded(.up))
        let last = Int((most / step).rounded(.down))
        guard first <= last else { return [Tick(value: 0, label: "0")] }
        return (first...last).map {
            Tick(value: Double($0) * step, label: scientific(Double($0) * step))
        }
    }

    private func decades(_ least: Double, _ most: Double) -> [Tick] {
        let top = Int(Double.log10(max(most, -least)).rounded(.down))
        let bottom = Int(Double.log10(turn).rounded(.up))
        // At most six on a side.
        let stride = max(1, (top - bottom) / 6 + 1)
        var ticks = [Tick(value: 0, label: "0")]
        for power in Swift.stride(from: top, through: bottom, by: -stride) {
            let value = Double.pow(10, power)
            if value <= most { ticks.append(Tick(value: value, label: scientific(value))) }
            if -value >= least { ticks.append(Tick(value: -value, label: scientific(-value))) }
        }
        return ticks
    }
}

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
