/// What a client scheduler needs from a step in addition to weights and gradient, and facts about
/// the scheduler for the rest of the program.
public struct SchedulerNeeds: Equatable, Sendable {
    /// Whether the scheduler needs `.previousGradient`, g_{k−1}.
    public var previousGradient = false
    /// Whether the next step must still have `step.previousDirection`, d_{k−1}.
    public var previousDirection = false
    /// Whether the scheduler needs `.previousAggregate`, Δ_{t−1}.
    public var previousAggregate = false
    /// The number of vectors of the scheduler.
    public var vectors = 0
    /// The parameters that share a rate. With `.parameter` the vector `.rates` exists.
    public var scope = RateScope.global
    /// Whether the scheduler needs validation batches.
    public var validation = false
    /// Whether the scheduler needs products with the Hessian or the Gauss-Newton matrix.
    public var secondDerivatives = false

    /// Whether the scheduler adapts the local rate, and not only other hyperparameters.
    public var adaptsRate = true
    /// Whether the scheduler adapts the momentum of the client's optimizer.
    public var adaptsMomentum = false
    /// Whether the scheduler adds another vector to `.gradient`. The optimizer then uses more than
    /// the client's own gradient. Drift corrections that compute mean gradients from updates refuse
    /// such a rule.
    public var rewritesGradient = false
    /// Whether the scheduler adapts nothing.
    public var isConstant = false
    /// The kind of the rule, if it works with plain gradient descent alone; nil for other rules.
    public var plainDescentKind: String?
    /// Whether the scheduler does not use the sent rate.
    public var ignoresSentRate = false
    /// Which scheduler state a client keeps for its next round.
    public var carry = CarryOver.reset
    /// The largest list that `carried` may return after a round; nil if the list is always the
    /// same.
    public var mayCarry: CarriedVectors?
    /// The form of the hypergradient, if there are several.
    public var form: HypergradientForm?
    /// The text that outputs print after the kind, if it is not the form.
    public var ownDetail: String?

    /// Creates the needs of a rule that adapts the local rate from the sent rate.
    ///
    /// - Parameter carry: the state that a client keeps for its next round.
    public init(carry: CarryOver = .reset) { self.carry = carry }

    /// The text that outputs print after the kind; nil if there is none.
    public var detail: String? { ownDetail ?? form?.rawValue }

    /// How the clients use the sent rate.
    public var useOfSentRate: UseOfSentRate {
        guard adaptsRate else { return .everyStep }
        return ignoresSentRate || carry != .reset ? .ignored : .roundStart
    }
}
