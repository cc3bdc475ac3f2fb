/// The vectors that a scheduler carries over from a client's round to its next round.
public struct CarriedVectors: Equatable, Sendable {
    /// The names of these vectors of the step.
    public var slots: [VectorName] = []
    /// Whether the rates of each group, or of each parameter, are carried over.
    public var includesRates = false
    /// Whether all buffers of the optimizer and their number of steps are carried over.
    public var includesOptimizer = false

    /// Creates the list; without arguments it is empty.
    public init(rates: Bool = false, slots: [VectorName] = [], optimizer: Bool = false) {
        (includesRates, self.slots, includesOptimizer) = (rates, slots, optimizer)
    }

    /// Returns the number of these vectors that have the model's size.
    ///
    /// - Parameters:
    ///   - scope: the parameters that share a rate.
    ///   - buffers: the number of the optimizer's buffers.
    public func count(scope: RateScope, buffers: Int) -> Int {
        slots.count + (includesRates && scope == .parameter ? 1 : 0)
            + (includesOptimizer ? buffers : 0)
    }
}
