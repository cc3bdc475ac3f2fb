/// Says from time to time that nothing has come: after half a minute, then ever more seldom.
package struct Patience {
    /// Seconds until the first time, and the most between two.
    package static let (first, most) = (30.0, 600.0)

    private var start = 0.0
    private var next = Self.first

    package init() {}

    /// Something came.
    package mutating func begin(at now: Double) { (start, next) = (now, Self.first) }

    /// Nothing came up to now.
    ///
    /// - Returns: for how long, where that should be said now.
    package mutating func timeout(at now: Double) -> Double? {
        let waited = now - start
        guard waited >= next else { return nil }
        next = waited + min(max(waited, Self.first), Self.most)
        return waited
    }
}
