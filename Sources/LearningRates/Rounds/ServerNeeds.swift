/// The rate that a server scheduler adapts by a hypergradient.
public enum AdaptedRate: Sendable {
    /// The global rate α.
    case global
    /// The local rate β of the next round.
    case local
}

/// A vector whose inner product with the aggregate Δ_t a round can give.
public enum ReferenceVector: Equatable, Sendable {
    /// Δ_{t−1}.
    case previousAggregate
    /// The optimizer's last direction: of momentum the velocity v_{t−1}.
    case direction
    /// The average G of the aggregates so far: G ← a G + (1 − a) Δ_t after the round, 0 at first.
    case average(decay: Double)
}

/// A number that a round can give to a server scheduler beside ‖Δ_t‖². A new one is a case here,
/// and widens no protocol.
public enum RoundQuantity: Equatable, Sendable {
    /// ⟨Δ_t, v⟩ and ‖v‖². The round keeps v only for a rule that names it here.
    case product(with: ReferenceVector)
    /// Σ p_i ‖Δ_i‖². A rule that names it compares the updates of a round with each other.
    case updateNorms
    /// Σ p_i times the mean loss of client i in the round.
    case meanLoss
    /// Σ p_i times the loss of client i before its first step.
    case startLoss
}

/// What a server scheduler wants of a round, and what the rest of the program must know about it.
public struct ServerNeeds: Sendable {
    /// A part of a scheduler that is made of several.
    public struct Part: Sendable {
        /// The kind of the part.
        public var kind: String
        /// What the part needs.
        public var needs: ServerNeeds
    }

    /// The quantities of a round that the rule reads.
    public var quantities: [RoundQuantity] = []
    /// The rates that the rule moves; nil if it moves none.
    public var moves: RateTarget?
    /// Whether the key `rate` chooses `moves`.
    public var choosesRates = false
    /// Whether the local rate stays the same with the rule's settings, such as `factor: 1`.
    public var holdsLocalRate = false
    /// Whether the rule's rates depend on the number of rounds of the run.
    public var followsRunLength = false
    /// The rate that the rule's hypergradient adapts; nil for a rule without one. Each decision
    /// then says what happened to this rate, and a run warns if the rate stays at a bound.
    public var adaptedRate: AdaptedRate?
    /// The range of the adapted rate, or of the adapted scale.
    public var bounds: ClosedRange<Double>?
    /// The form of the hypergradient, where the rule has several.
    public var form: HypergradientForm?
    /// What outputs print behind the kind, if it is not the form.
    public var ownDetail: String?
    /// Whether the rule scales aggregates before the optimizer sees them.
    public var scalesAggregates = false
    /// Whether the mean of the last two models is evaluated instead of the last model.
    public var evaluatesMeanOfTwo = false
    /// A client rule that adapts the global rate inside the server step, with −Δ_t as gradient. The
    /// server step owns, starts and moves a copy of it; `decideRates` then returns the start rate.
    public var clientRule: (any ClientScheduler)?
    /// The parts of a combined scheduler; empty for all others.
    public var parts: [Part] = []

    /// Nothing: a rule that moves no rate.
    public init() {}

    /// What outputs print behind the kind; nil for the kind alone.
    public var detail: String? { ownDetail ?? form?.rawValue }

    /// Whether the global rate stays as configured.
    public var leavesGlobalRate: Bool { moves?.isGlobal != true }

    /// Whether the local rate that clients receive changes from round to round.
    public var changesLocalRate: Bool { moves?.isLocal == true && !holdsLocalRate }

    /// Whether the rule compares the updates of a round, so that a round with one is FedAvg's.
    public var comparesUpdates: Bool { quantities.contains(.updateNorms) }

    /// Whether the rule reads or adapts more than the columns of rounds.csv show.
    public var hasReadings: Bool { !references.isEmpty || clientRule != nil }

    /// The reference vectors in addition to Δ_{t−1}, which every round has.
    public var references: [ReferenceVector] {
        quantities.compactMap { quantity in
            guard case .product(let vector) = quantity, vector != .previousAggregate else {
                return nil
            }
            return vector
        }
    }

    /// The parts with their kinds; a scheduler without parts is its own only part.
    public func parts(of kind: String) -> [Part] {
        parts.isEmpty ? [Part(kind: kind, needs: self)] : parts
    }

    /// The needs of two rules, the first for the global rate and the second for the local rate.
    static func combined(global: Part, local: Part) -> ServerNeeds {
        var needs = global.needs
        for quantity in local.needs.quantities where !needs.quantities.contains(quantity) {
            needs.quantities.append(quantity)
        }
        switch (global.needs.moves, local.needs.moves) {
        case (nil, nil): needs.moves = nil
        case (.some, nil): needs.moves = .global
        case (nil, .some): needs.moves = .local
        case (.some, .some): needs.moves = .both
        }
        needs.holdsLocalRate = local.needs.holdsLocalRate
        needs.followsRunLength = global.needs.followsRunLength || local.needs.followsRunLength
        (needs.adaptedRate, needs.bounds, needs.form) = (nil, nil, nil)
        needs.choosesRates = false
        needs.parts = [global, local]
        needs.ownDetail = needs.parts.map { part in
            part.needs.detail.map { "\(part.kind) \($0)" } ?? part.kind
        }.joined(separator: " + ")
        return needs
    }
}
