import RealModule

/// Round numbers along an axis.
package enum Ticks {
    /// Returns ticks of a linear axis: multiples of 1, 2, 2.5 or 5 times a power of ten.
    ///
    /// - Parameters:
    ///   - most: the largest count of ticks, 2 or more.
    ///   - isWhole: whether a fraction has no meaning, as for rounds.
    package static func linear(_ low: Double, _ high: Double, most: Int, isWhole: Bool = false)
        -> [Double]
    {
        guard low.isFinite, high.isFinite, high > low else { return low.isFinite ? [low] : [] }
        let step = step(low, high, most: max(most, 2), isWhole: isWhole)
        // Beyond this no two ticks would be different numbers.
        guard step.isFinite, step > max(abs(low), abs(high)) * 1e-13 else { return [low] }
        let first = (low / step - 1e-9).rounded(.up)
        let count = Int((high / step + 1e-9).rounded(.down) - first) + 1
        return (0..<max(count, 0)).map { clean((first + Double($0)) * step, step) }
    }

    /// Returns the smallest step of 1, 2, 2.5 or 5 times a power of ten that gives at most `most`
    /// ticks.
    package static func step(
        _ low: Double, _ high: Double, most: Int, isWhole: Bool = false
    ) -> Double {
        let raw = (high - low) / Double(max(most - 1, 1))
        guard raw.isFinite, raw > 0 else { return 1 }
        var power = Double.pow(10, Double.log10(raw).rounded(.down) - 1)
        for _ in 0..<4 {
            for factor in [1, 2, 2.5, 5.0] {
                let step = factor * power
                if isWhole, step < 1 || step != step.rounded() { continue }
                let first = (low / step - 1e-9).rounded(.up)
                let last = (high / step + 1e-9).rounded(.down)
                if last - first < Double(most) { return step }
            }
            power *= 10
        }
        return isWhole ? max(raw.rounded(.up), 1) : raw
    }

    // A sum of steps such as 0.30000000000000004 becomes 0.3.
    private static func clean(_ value: Double, _ step: Double) -> Double {
        let scale = Double.pow(10, 3 - Double.log10(step).rounded(.down))
        let rounded = (value * scale).rounded() / scale
        return rounded.isFinite ? rounded + 0 : value
    }

    /// Returns ticks of a logarithmic axis: decades from two decades on, else also 2 and 5 times
    /// them, and other round numbers where these are fewer than three.
    package static func logarithmic(_ low: Double, _ high: Double, most: Int) -> [Double] {
        guard low > 0, high > low, high.isFinite else { return [low] }
        let from = Int((Double.log10(low) - 1e-9).rounded(.up))
        let to = Int((Double.log10(high) + 1e-9).rounded(.down))
        if Double.log10(high / low) >= 2 - 1e-9 {
            let stride = max(1, (to - from + most) / max(most, 1))
            return Swift.stride(from: from, through: to, by: stride).map { Double.pow(10, $0) }
        }
        for factors in [[1, 2, 5], [1, 1.5, 2, 3, 5, 7]] as [[Double]] {
            let fine = multiples(of: factors, decades: (from - 1)...(to + 1), low, high)
            if fine.count >= 3 { return fine }
        }
        return linear(low, high, most: most).filter { $0 > 0 }
    }

    private static func multiples(
        of factors: [Double], decades: ClosedRange<Int>, _ low: Double, _ high: Double
    ) -> [Double] {
        let (least, greatest) = (low * (1 - 1e-9), high * (1 + 1e-9))
        var values: [Double] = []
        for power in decades {
            let decade = Double.pow(10, power)
            for factor in factors where factor * decade >= least {
                if factor * decade <= greatest { values.append(clean(factor * decade, decade)) }
            }
        }
        return values
    }

    /// Returns a positive number with two significant digits, rounded down or up.
    package static func rounded(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
        let scale = Double.pow(10, Double.log10(value).rounded(.down) - 1)
        let nearby = rule == .down ? 1e-9 : -1e-9
        let rounded = (value / scale + nearby).rounded(rule) * scale
        return rounded > 0 && rounded.isFinite ? rounded : value
    }
}
