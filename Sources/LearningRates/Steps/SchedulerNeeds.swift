/// What a client scheduler needs of a step in addition to weights and gradient, and what the rest
/// of the program must know about it.
public struct SchedulerNeeds: Equatable, Sendable {
    /// `.previousGradient`, g_{k−1}.
    public var previousGradient = false
    /// That `step.previousDirection`, d_{k−1}, is still there at the next step.
    public var previousDirection = false
    /// `.previousAggregate`, Δ_{t−1}.
    public var previousAggregate = false
    /// How many vectors of its own.
    public var vectors = 0
    /// Which parameters share a rate; `.rates` is there for `.parameter`.
    public var scope = RateScope.global
    /// Validation batches.
    public var validation = false
    /// Products with the Hessian or the Gauss-Newton matrix.
    public var secondDerivatives = false

    /// Whether it adapts the local rate, and not other hyperparameters alone.
    public var adaptsRate = true
    /// Whether it adapts the momentum of the client's optimizer.
    public var adaptsMomentum = false
    /// Whether it adds another vector to `.gradient`: the optimizer then sees more than the client's
    /// own gradient. Drift corrections that compute mean gradients from updates refuse such a rule.
    public var rewritesGradient = false
    /// Whether it adapts nothing at all.
    public var isConstant = false
    /// Whether it does not use the rate that the server sends.
    public var ignoresSentRate = false
    /// Which scheduler state a client keeps for its next round.
    public var carry = CarryOver.reset
    /// The most vectors that `carried` may name after any round; nil if it always names the same.
    public var mayCarry: CarriedVectors?
    /// The form of its hypergradient, where there are several.
    public var form: HypergradientForm?
    /// What outputs print behind the kind, if it is not the form.
    public var ownDetail: String?

    /// Nothing, for a rule that adapts the local rate from the rate that the server sends.
    public init() {}

    /// What outputs print behind the kind; nil for the kind alone.
    public var detail: String? { ownDetail ?? form?.rawValue }

    /// What the clients do with the rate that the server sends.
    public var useOfSentRate: UseOfSentRate {
        guard adaptsRate else { return .everyStep }
        return ignoresSentRate || carry != .reset ? .ignored : .roundStart
    }
}
