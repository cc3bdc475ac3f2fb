import RealModule

/// The ends of an axis and how values lie between them.
package struct Span: Equatable {
    package var low: Double
    package var high: Double
    package var isLogarithmic: Bool
    /// The size below which an axis is linear that is logarithmic on both sides of 0.
    package private(set) var turn: Double?

    package init(low: Double, high: Double, isLogarithmic: Bool) {
        (self.low, self.high, self.isLogarithmic) = (low, high, isLogarithmic)
    }

    /// Makes a span that is logarithmic on both sides of 0.
    ///
    ///     position(v) = asinh(v / c), scaled to 0…1;  c: ten times below the median size
    ///
    /// - Returns: nil if the sizes differ by less than a hundred, so that a linear axis does.
    package init?(signed values: [Double]) {
        let sizes = values.map { abs($0) }.filter { $0 > 0 }.sorted()
        guard let largest = sizes.last else { return nil }
        let turn = sizes[sizes.count / 2] / 10
        guard turn > 0, largest > 1_000 * turn else { return nil }
        let below = Double.asinh(min(values.min() ?? 0, 0) / turn)
        let above = Double.asinh(max(values.max() ?? 0, 0) / turn)
        let margin = 0.04 * (above - below)
        self.init(
            low: turn * Double.sinh(below - margin), high: turn * Double.sinh(above + margin),
            isLogarithmic: false)
        self.turn = turn
        guard low.isFinite, high.isFinite else { return nil }
    }

    /// Returns the position of a value, 0 at the lower end and 1 at the upper. Values at or below 0
    /// lie far below a logarithmic axis.
    package func position(_ value: Double) -> Double {
        if let turn {
            let (start, end) = (Double.asinh(low / turn), Double.asinh(high / turn))
            return (Double.asinh(value / turn) - start) / (end - start)
        }
        guard isLogarithmic else { return (value - low) / (high - low) }
        guard value > 0 else { return -10 }
        return Double.log(value / low) / Double.log(high / low)
    }

    /// The ticks of an axis that is logarithmic on both sides of 0: 0 and decades, at most six on a
    /// side. Nil for another axis.
    package var signedTicks: [Double]? {
        guard let turn else { return nil }
        let top = Int(Double.log10(max(high, -low)).rounded(.down))
        let bottom = Int(Double.log10(turn).rounded(.up))
        let stride = max(1, (top - bottom) / 6 + 1)
        let sizes = Swift.stride(from: top, through: bottom, by: -stride).map {
            Double.pow(10, $0)
        }
        return sizes.filter { -$0 >= low }.map { -$0 } + [0]
            + sizes.reversed().filter { $0 <= high }
    }
}
