/// A ratio, or all that is known of one: a bound that it is below.
public struct BoundedRatio: Equatable, Sendable {
    /// What the value says about the ratio.
    public enum Relation: Sendable {
        /// The ratio is equal to `value`.
        case exact
        /// The ratio is less than `value`.
        case below
        /// The ratio is at most `value`.
        case atMost
    }

    /// The ratio, or its bound.
    public let value: Double
    /// How the ratio and `value` are related.
    public let relation: Relation

    /// Makes a ratio, or a bound of one.
    public init(_ value: Double, _ relation: Relation = .exact) {
        (self.value, self.relation) = (value, relation)
    }

    /// "1.85", "< 1.85", "≤ 1.85".
    public var text: String {
        switch relation {
        case .exact: fixed(value, 2)
        case .below: "< " + fixed(value, 2)
        case .atMost: "≤ " + fixed(value, 2)
        }
    }

    /// Returns the smallest of the ratios, as far as it is known; nil if there are none.
    static func smallest(_ ratios: [BoundedRatio]) -> BoundedRatio? {
        ratios.isEmpty ? nil : ordered(0, ratios)
    }

    /// Returns the median of the ratios, as far as it is known; nil if there are none. The median
    /// of an even count is the mean of the two in the middle.
    static func median(_ ratios: [BoundedRatio]) -> BoundedRatio? {
        guard !ratios.isEmpty else { return nil }
        let middle = ratios.count / 2
        let upper = ordered(middle, ratios)
        guard ratios.count % 2 == 0 else { return upper }
        let lower = ordered(middle - 1, ratios)
        let relations = [lower.relation, upper.relation]
        let relation: Relation =
            relations.contains(.below) ? .below : relations.contains(.atMost) ? .atMost : .exact
        return BoundedRatio((lower.value + upper.value) / 2, relation)
    }

    /// Returns the ratio at a position of the ascending order. A bound is larger than its ratio, so
    /// with bounds in place of ratios the result is not too small. With 0 in place of each bounded
    /// ratio it is not too large. If both results agree, the ratio is known.
    private static func ordered(_ place: Int, _ ratios: [BoundedRatio]) -> BoundedRatio {
        func isExact(_ ratio: BoundedRatio) -> Bool { ratio.relation == .exact }
        // Of equal values the bound comes first: what it stands for is less.
        let above = ratios.sorted {
            $0.value == $1.value ? !isExact($0) && isExact($1) : $0.value < $1.value
        }[place]
        let below = ratios.map { isExact($0) ? $0.value : 0 }.sorted()[place]
        guard isExact(above) else { return BoundedRatio(above.value, .below) }
        return BoundedRatio(above.value, below == above.value ? .exact : .atMost)
    }
}
