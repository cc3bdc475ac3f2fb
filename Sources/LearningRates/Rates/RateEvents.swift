/// What a rule decided about a rate, after its bounds.
public struct RateChange: Equatable, Sendable {
    /// A bound that a rate was held at.
    public enum Bound: Sendable { case lower, upper }

    /// The rate from now on.
    public var rate: Double
    /// The bound it was held at, if it was.
    public var bound: Bound?
    /// Whether the hypergradient was not defined (a norm of zero) or not finite, and counted as 0.
    public var wasUndefined: Bool

    /// A change.
    public init(rate: Double, bound: Bound? = nil, wasUndefined: Bool = false) {
        self.rate = rate
        self.bound = bound
        self.wasUndefined = wasUndefined
    }
}

/// The rates of the steps of one round, and what happened to them: reported, never hidden.
///
/// Where groups of parameters have rates of their own, a step's rate is the mean over the parameters,
/// and each change of a group's or a parameter's rate counts.
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
    /// How many steps there were.
    public private(set) var steps = 0
    /// How many changes were held at the lower bound.
    public private(set) var lowerBoundHits = 0
    /// How many changes were held at the upper bound.
    public private(set) var upperBoundHits = 0
    /// Whether the first change was held at a bound.
    public private(set) var saturatedAtOnce = false
    /// How many hypergradients counted as 0.
    public private(set) var undefined = 0
    private var changes = 0

    /// The mean of the rates over the steps, never outside their range; 0 without steps.
    public var mean: Double {
        steps == 0 ? 0 : held(sum / Double(steps), between: smallest, and: largest)
    }

    /// Nothing happened yet.
    public init() {}

    /// What happened after an earlier moment, as one change to this rate; nil if nothing changed it.
    func change(since before: RateEvents, rate: Double) -> RateChange? {
        guard changes > before.changes else { return nil }
        let bound: RateChange.Bound? =
            lowerBoundHits > before.lowerBoundHits
            ? .lower : upperBoundHits > before.upperBoundHits ? .upper : nil
        return RateChange(
            rate: rate, bound: bound, wasUndefined: undefined > before.undefined)
    }

    mutating func add(_ change: RateChange) {
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

/// A mean, held between the smallest and the largest of what it is the mean of: rounding can put
/// the mean of equal numbers a hair beside them.
public func held(_ mean: Double, between smallest: Double, and largest: Double) -> Double {
    mean < smallest ? smallest : mean > largest ? largest : mean
}
