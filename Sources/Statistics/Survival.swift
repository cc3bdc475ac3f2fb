/// What is known of the time at which something happens, such as the rounds to a target.
public enum EventTime: Equatable, Sendable {
    /// The event happened at this time.
    case arrived(Double)
    /// The event had not happened at this time; nothing is known of later.
    case censored(Double)

    /// The time of the event or of the last observation.
    public var time: Double {
        switch self {
        case .arrived(let time), .censored(let time): time
        }
    }

    /// Whether the event happened.
    public var hasArrived: Bool {
        if case .arrived = self { true } else { false }
    }
}

/// The survival function of times of which some are censored.
///
///     S(t) = Π over arrival times tᵢ ≤ t of (1 − dᵢ/rᵢ)
///
/// dᵢ events happened at tᵢ, and rᵢ were still open just before. A censored time counts as open at
/// its own time.
///
/// - Source: Kaplan and Meier 1958.
public struct SurvivalCurve: Equatable, Sendable {
    /// A drop of the curve: from its time on the share that is still open.
    public struct Drop: Equatable, Sendable {
        /// The time of the arrivals.
        public let time: Double
        /// S after the arrivals, in 0...1.
        public let share: Double
    }

    /// The drops in the order of time; none if nothing arrived.
    public let drops: [Drop]
    /// The largest time, arrived or censored; nil of no times.
    public let last: Double?

    /// Estimates the curve of some times.
    public init(_ times: [EventTime]) {
        let sorted = times.map(\.time).sorted()
        last = sorted.last
        var (drops, share): ([Drop], Double) = ([], 1)
        for time in Set(times.filter(\.hasArrived).map(\.time)).sorted() {
            let open = sorted.count { $0 >= time }
            let arrived = times.count { $0 == .arrived(time) }
            share *= 1 - Double(arrived) / Double(open)
            drops.append(Drop(time: time, share: share))
        }
        self.drops = drops
    }

    /// The median: the smallest time with S ≤ ½. It is censored at the last time if S stays above,
    /// and nil of no times.
    ///
    /// With equal budgets it is the ⌈n/2⌉-th smallest time, censored ones last.
    public var median: EventTime? {
        // The product of exact shares can end a rounding error above ½.
        if let drop = drops.first(where: { $0.share <= 0.5 + 1e-12 }) {
            return .arrived(drop.time)
        }
        return last.map(EventTime.censored)
    }
}

/// A number of which only bounds may be known.
public struct BoundedValue: Equatable, Sendable {
    /// The number is at least this.
    public let lower: Double
    /// The number is at most this; infinite if nothing bounds it.
    public let upper: Double

    /// Makes a number between two bounds.
    public init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }

    /// Whether the number itself is known.
    public var isExact: Bool { lower == upper }
}

/// Returns how many times sooner a run arrives than the baseline's with the same seed.
///
///     baseline / own
///
/// A censored run of its own bounds the ratio from above, one of the baseline's from below. If both
/// are censored, nothing is known.
///
/// - Returns: nil if the own time is not positive.
public func speedUp(of own: EventTime, over baseline: EventTime) -> BoundedValue? {
    guard own.time > 0, baseline.time >= 0 else { return nil }
    let ratio = baseline.time / own.time
    switch (own.hasArrived, baseline.hasArrived) {
    case (true, true): return BoundedValue(lower: ratio, upper: ratio)
    case (false, true): return BoundedValue(lower: 0, upper: ratio)
    case (true, false): return BoundedValue(lower: ratio, upper: .infinity)
    case (false, false): return BoundedValue(lower: 0, upper: .infinity)
    }
}

/// Returns the bounds of the median of numbers of which only bounds may be known; nil of none.
public func boundedMedian(_ values: [BoundedValue]) -> BoundedValue? {
    guard let lower = median(values.map(\.lower)), let upper = median(values.map(\.upper)) else {
        return nil
    }
    return BoundedValue(lower: lower, upper: upper)
}
