import CKernels

/// What a report needs of many rates.
public struct RateSummary: Equatable, Sendable {
    /// The smallest of the rates.
    public var smallest: Double
    /// The largest of the rates.
    public var largest: Double
    /// Their sum, in double precision over fixed lanes.
    public var sum: Double

    /// A summary; of no rates by default.
    public init(smallest: Double = .infinity, largest: Double = -.infinity, sum: Double = 0) {
        (self.smallest, self.largest, self.sum) = (smallest, largest, sum)
    }
}

extension VectorBlock {
    /// w ← w − r ∘ d with one rate per parameter: one pass over the three.
    public mutating func move(_ w: Vector, along d: Vector, rates r: Vector) -> RateSummary {
        precondition(
            w.count == d.count && w.count == r.count,
            "vectors of \(w.count), \(d.count) and \(r.count) numbers")
        let (smallest, largest, sum) = threeSums {
            hyperfed_move(S.isDouble, at(w), at(d), at(r), w.count, $0)
        }
        return RateSummary(smallest: smallest, largest: largest, sum: sum)
    }
}
