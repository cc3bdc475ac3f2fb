/// One line of a chart with its bands.
public struct Curve: Sendable {
    /// A range around a line.
    public struct Band: Sendable {
        /// The lower ends, one for each point of the line.
        public var low: [Double]
        /// The upper ends, one for each point of the line.
        public var high: [Double]
        /// Whether the band is the outer one of two.
        public var isPale: Bool

        /// Makes a band from its ends.
        public init(low: [Double], high: [Double], isPale: Bool = false) {
            (self.low, self.high, self.isPale) = (low, high, isPale)
        }
    }

    /// The role of the variant; 0 is the baseline.
    public var variant: Int
    /// The name beside the line.
    public var name: String
    /// The horizontal values in rising order.
    public var x: [Double]
    /// The vertical values, as many as `x`; a value that is not finite is a gap.
    public var y: [Double]
    /// Ranges around the line, such as those over seeds.
    public var bands: [Band]

    /// Makes a curve. Lists of different lengths are cut to the shortest.
    public init(variant: Int, name: String, x: [Double], y: [Double], bands: [Band] = []) {
        let count = bands.reduce(min(x.count, y.count)) { min($0, $1.low.count, $1.high.count) }
        (self.variant, self.name) = (max(variant, 0), name)
        (self.x, self.y) = (Array(x.prefix(count)), Array(y.prefix(count)))
        self.bands = bands.map {
            Band(
                low: Array($0.low.prefix(count)), high: Array($0.high.prefix(count)),
                isPale: $0.isPale)
        }
    }

    /// The last finite value.
    package var last: Double? { y.last { $0.isFinite } }

    /// Returns the curve with centred running means, shorter at both ends so that nothing shifts.
    ///
    /// - Parameter width: an odd count of points; 1 changes nothing.
    package func smoothed(_ width: Int) -> Curve {
        guard width > 1 else { return self }
        var out = self
        out.y = RunningMean.of(y, width: width)
        out.bands = bands.map {
            Band(
                low: RunningMean.of($0.low, width: width),
                high: RunningMean.of($0.high, width: width), isPale: $0.isPale)
        }
        return out
    }

    /// Returns the curve up to a horizontal value, with an interpolated last point.
    package func cut(at end: Double) -> Curve {
        guard let last = x.last, last > end, let next = x.firstIndex(where: { $0 > end }),
            next > 0
        else { return self }
        let share = (end - x[next - 1]) / (x[next] - x[next - 1])
        func cut(_ values: [Double]) -> [Double] {
            Array(values[..<next]) + [values[next - 1] + share * (values[next] - values[next - 1])]
        }
        return Curve(
            variant: variant, name: name, x: Array(x[..<next]) + [end], y: cut(y),
            bands: bands.map { Band(low: cut($0.low), high: cut($0.high), isPale: $0.isPale) })
    }
}

/// Centred running means along a curve.
public enum RunningMean {
    /// Returns the width that charts use for jagged curves: 3 % of the points, odd, at most 9.
    public static func width(points: Int) -> Int {
        let wished = min(max(points * 3 / 100, 1), 9)
        return wished % 2 == 0 ? wished - 1 : wished
    }

    /// Returns the means. Near an end the window is narrower on both sides; gaps stay gaps.
    package static func of(_ values: [Double], width: Int) -> [Double] {
        let half = max(width, 1) / 2
        return values.indices.map { index in
            guard values[index].isFinite else { return values[index] }
            let reach = min(half, index, values.count - 1 - index)
            let near = values[(index - reach)...(index + reach)].filter(\.isFinite)
            return near.reduce(0, +) / Double(near.count)
        }
    }
}
