import RealModule

/// What a reader of a chart must know of an axis; the numbers decide the rest.
public struct Axis: Sendable {
    /// How values are spread: equal distances are equal differences or equal ratios.
    public enum Scale: Sendable {
        case linear, logarithmic
        /// Logarithmic if all values are above 0 and span a factor of ten.
        case automatic
        /// For both signs. It is logarithmic on both sides of 0 if sizes differ by more than a
        /// hundred, else linear.
        case signed
    }

    /// Where the axis begins and ends.
    public enum Extent: Equatable, Sendable {
        /// The axis holds all values.
        case all
        /// Fixed ends, the first below the second.
        case fixed(Double, Double)
        /// Without the first twentieth: one end is the median curve's value after 5 % of the
        /// points, rounded outward to a multiple of the step. Lines are cut there.
        case withoutStart(step: Double?)
    }

    /// The title with the unit, such as "Test accuracy, %".
    public var title: String
    /// Whether equal distances are equal differences or equal ratios.
    public var scale: Scale
    /// Where the axis begins and ends.
    public var extent: Extent
    /// The values that are possible at all, such as 0 to 100 for a percentage.
    public var limits: ClosedRange<Double>
    /// Whether only whole numbers have a meaning, as for rounds.
    public var isWhole: Bool
    /// Ticks at hand-set values, or nil for round numbers.
    public var ticks: [Double]?
    /// The name of its column in a file; nil for the title.
    public var column: String?

    /// Makes an axis from its title; the rest has defaults that fit most charts.
    public init(
        _ title: String, scale: Scale = .linear, extent: Extent = .all,
        limits: ClosedRange<Double> = -Double.infinity...Double.infinity, isWhole: Bool = false,
        ticks: [Double]? = nil, column: String? = nil
    ) {
        (self.title, self.scale, self.extent) = (title, scale, extent)
        (self.limits, self.isWhole, self.ticks) = (limits, isWhole, ticks)
        self.column = column
    }

    /// An axis of rounds that are done. In a file they have another name than `round`, which
    /// counts from 0 in all tables of runs.
    public static let rounds = Axis("round", isWhole: true, column: "rounds_done")
}

extension Axis {
    /// Returns the ends for values, rounded outward so that the plot has round ends.
    ///
    /// - Parameters:
    ///   - values: all values that are drawn; those that are not finite are left out.
    ///   - start: the median curve's value after 5 % of the points, and in which direction the
    ///     curves go on from there (above 0 is up).
    package func span(
        _ values: [Double], start: (value: Double, direction: Double)? = nil
    ) -> Span {
        let finite = values.filter(\.isFinite)
        var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
        // A zero has no place on a logarithmic axis. Few of them do not flatten all other values.
        if low == 0, scale == .logarithmic || scale == .automatic,
            let least = finite.lazy.filter({ $0 > 0 }).min(), high / least >= 10
        {
            low = least
        }
        let isLogarithmic =
            switch scale {
            case .linear: false
            case .logarithmic: low > 0
            case .automatic: low > 0 && high / low >= 10
            case .signed: false
            }
        if scale == .signed, let span = Span(signed: finite) { return span }
        var isCut = (low: false, high: false)
        switch extent {
        case .all: break
        case .fixed(let first, let last):
            if last > first, !isLogarithmic || first > 0 {
                return Span(low: first, high: last, isLogarithmic: isLogarithmic)
            }
        case .withoutStart(let step):
            guard let start, start.value.isFinite else { break }
            let step = step ?? Ticks.step(low, high, most: 6)
            if start.direction >= 0 {
                let end =
                    isLogarithmic
                    ? Ticks.rounded(start.value, .down) : (start.value / step).rounded(.down) * step
                if end > low, end < high { (low, isCut.low) = (end, true) }
            } else {
                let end =
                    isLogarithmic
                    ? Ticks.rounded(start.value, .up) : (start.value / step).rounded(.up) * step
                if end < high, end > low { (high, isCut.high) = (end, true) }
            }
        }
        if isLogarithmic { return logarithmic(low, high, isCut) }
        return linear(low, high, isCut)
    }

    private func logarithmic(_ low: Double, _ high: Double, _ isCut: (low: Bool, high: Bool))
        -> Span
    {
        var (low, high) = (low, high)
        // Whole decades only where there are many.
        let isWide = high / low >= 300
        if !isCut.low { low = isWide ? decade(low, .down) : Ticks.rounded(low, .down) }
        if !isCut.high { high = isWide ? decade(high, .up) : Ticks.rounded(high, .up) }
        if !(high > low) || !high.isFinite || low <= 0 {
            let middle = min(max(low, 1e-300), 1e300)
            (low, high) = (middle / 2, middle * 2)
        }
        return Span(low: low, high: high, isLogarithmic: true)
    }

    private func decade(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
        let power = Double.log10(value) + (rule == .down ? 1e-9 : -1e-9)
        let rounded = Double.pow(10, power.rounded(rule))
        return rounded > 0 && rounded.isFinite ? rounded : value
    }

    private func linear(_ low: Double, _ high: Double, _ isCut: (low: Bool, high: Bool)) -> Span {
        var (low, high) = (low, high)
        if low == high {
            // A constant stands in the middle, or on the ground where it is 0.
            let size = low == 0 ? 1 : abs(low) * 0.5
            (low, high) = (low - (low == 0 ? 0 : size), high + size)
        }
        let step = Ticks.step(low, high, most: 6, isWhole: isWhole) / (isWhole ? 1 : 2)
        if step > 0, step.isFinite {
            // A value on the very end would lie on the baseline; 0 belongs there.
            if !isCut.low {
                let end = (low / step + 1e-9).rounded(.down) * step
                low = end == 0 || end < low - 0.05 * step ? end : end - step
            }
            if !isCut.high { high = (high / step - 1e-9).rounded(.up) * step }
        }
        (low, high) = (max(low, limits.lowerBound), min(high, limits.upperBound))
        guard high > low, (high - low).isFinite else {
            return Span(low: 0, high: 1, isLogarithmic: false)
        }
        return Span(low: low, high: high, isLogarithmic: false)
    }

    /// Returns the ticks of an axis.
    ///
    /// - Parameter most: how many have room.
    package func ticks(_ span: Span, most: Int) -> [Double] {
        if let ticks {
            let inside = ticks.filter { (-1e-9...1 + 1e-9).contains(span.position($0)) }
            guard inside.count > most, most > 0 else { return inside }
            let stride = (inside.count + most - 1) / most
            return Swift.stride(from: 0, to: inside.count, by: stride).map { inside[$0] }
        }
        if let ticks = span.signedTicks { return ticks }
        return span.isLogarithmic
            ? Ticks.logarithmic(span.low, span.high, most: most)
            : Ticks.linear(span.low, span.high, most: most, isWhole: isWhole)
    }
}
