/// The vectors that a scheduler carries from a client's round to the client's next one.
public struct CarriedVectors: Equatable, Sendable {
    /// These of the step.
    public var slots: [VectorName] = []
    /// The rates: of each group, or of each parameter.
    public var includesRates = false
    /// All buffers of the optimizer, and how many steps they have seen.
    public var includesOptimizer = false

    /// These vectors; none without arguments.
    public init(rates: Bool = false, slots: [VectorName] = [], optimizer: Bool = false) {
        (includesRates, self.slots, includesOptimizer) = (rates, slots, optimizer)
    }

    /// Parameter-sized vectors that these are.
    ///
    /// - Parameters:
    ///   - scope: which parameters share a rate.
    ///   - buffers: the optimizer's.
    public func count(scope: RateScope, buffers: Int) -> Int {
        slots.count + (includesRates && scope == .parameter ? 1 : 0)
            + (includesOptimizer ? buffers : 0)
    }
}
