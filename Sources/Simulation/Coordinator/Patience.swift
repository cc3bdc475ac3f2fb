/// Computes when to warn that no event has arrived: after 30 s, then after longer and longer times.
package struct Patience {
    /// The seconds until the first warning, and the longest time between two warnings.
    package static let (first, most) = (30.0, 600.0)

    private var start = 0.0
    private var next = Self.first

    package init() {}

    /// Starts a new wait, because an event has arrived.
    package mutating func begin(at now: Double) { (start, next) = (now, Self.first) }

    /// Records that no event has arrived up to now.
    ///
    /// - Returns: the seconds waited, if a warning is due now; nil otherwise.
    package mutating func timeout(at now: Double) -> Double? {
        let waited = now - start
        guard waited >= next else { return nil }
        next = waited + min(max(waited, Self.first), Self.most)
        return waited
    }
}
