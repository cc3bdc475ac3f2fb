/// The decision of a rule about a rate, after its bounds.
public struct RateChange: Equatable, Sendable {
    /// A bound to which a rate was clipped.
    public enum Bound: Sendable { case lower, upper }

    /// The rate from now on.
    public var rate: Double
    /// The bound to which the rate was clipped; nil if it was not clipped.
    public var bound: Bound?
    /// Whether the hypergradient counted as 0, because it was not defined (a norm of zero) or not
    /// finite.
    public var wasUndefined: Bool

    /// Creates a change of a rate.
    public init(rate: Double, bound: Bound? = nil, wasUndefined: Bool = false) {
        self.rate = rate
        self.bound = bound
        self.wasUndefined = wasUndefined
    }
}

/// The rates of the steps of one round, and the events of these rates, for reports.
///
/// If groups of parameters have their own rates, a step's rate is the mean over the parameters.
/// Each change of the rate of a group or of a parameter counts as one change.
public struct RateEvents: Equatable, Sendable {
    /// The rate of the first step.
    public private(set) var first = 0.0
    /// The rate of the last step.
    public private(set) var last = 0.0
    /// The smallest rate of any parameter in a step.
    public private(set) var smallest = Double.infinity
    /// The largest rate of any parameter in a step.
    public private(set) var largest = -Double.infinity
    /// The sum of the rates over the steps.
    public private(set) var sum = 0.0
    /// The number of steps so far.
    public private(set) var steps = 0
    /// The number of changes that were clipped to the lower bound.
    public private(set) var lowerBoundHits = 0
    /// The number of changes that were clipped to the upper bound.
    public private(set) var upperBoundHits = 0
    /// Whether the first change was clipped to a bound.
    public private(set) var saturatedAtOnce = false
    /// The number of hypergradients that counted as 0.
    public private(set) var undefined = 0
    private var changes = 0

    /// The mean of the rates over the steps, always within their range; 0 without steps.
    public var mean: Double {
        steps == 0 ? 0 : held(sum / Double(steps), between: smallest, and: largest)
    }

    /// Creates the record of a round without steps.
    public init() {}

    /// Returns the events since an earlier state, as one change to this rate. Returns nil if
    /// nothing changed.
    func change(since before: RateEvents, rate: Double) -> RateChange? {
        guard changes > before.changes else { return nil }
        let bound: RateChange.Bound? =
            lowerBoundHits > before.lowerBoundHits
            ? .lower : upperBoundHits > before.upperBoundHits ? .upper : nil
        return RateChange(
            rate: rate, bound: bound, wasUndefined: undefined > before.undefined)
    }

    /// Counts a change of a rate.
    package mutating func add(_ change: RateChange) {
        switch change.bound {
        case .lower: lowerBoundHits += 1
        case .upper: upperBoundHits += 1
        case nil: break
        }
        if change.wasUndefined { undefined += 1 }
        if changes == 0, change.bound != nil { saturatedAtOnce = true }
        changes += 1
    }

    mutating func addParameters(lowerBoundHits: Int, upperBoundHits: Int, undefined: Int) {
        self.lowerBoundHits += lowerBoundHits
        self.upperBoundHits += upperBoundHits
        self.undefined += undefined
        changes += 1
    }

    mutating func used(_ rate: Double, smallest: Double, largest: Double) {
        if steps == 0 { first = rate }
        last = rate
        self.smallest = min(self.smallest, smallest)
        self.largest = max(self.largest, largest)
        sum += rate
        steps += 1
    }
}

/// Returns a mean, clipped to the smallest and the largest of its values. Without the clip,
/// rounding could make the mean of equal numbers slightly different from them.
public func held(_ mean: Double, between smallest: Double, and largest: Double) -> Double {
    mean < smallest ? smallest : mean > largest ? largest : mean
}
