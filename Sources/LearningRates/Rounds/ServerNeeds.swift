/// The rate that a server scheduler adapts by a hypergradient.
public enum AdaptedRate: Sendable {
    /// The global rate α.
    case global
    /// The local rate β of the next round.
    case local
}

/// A vector whose inner product with the aggregate Δ_t a round can compute.
public enum ReferenceVector: Equatable, Sendable {
    /// The previous aggregate Δ_{t−1}.
    case previousAggregate
    /// The optimizer's last direction. With momentum it is the velocity v_{t−1}.
    case direction
    /// The average G of the aggregates so far: G ← a G + (1 − a) Δ_t after the round, 0 at first.
    case average(decay: Double)
}

/// A number that a round can compute for a server scheduler, in addition to ‖Δ_t‖². A new number is
/// a new case here, and no protocol changes.
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

/// What a server scheduler needs from a round, and facts about the scheduler for the rest of the
/// program.
public struct ServerNeeds: Sendable {
    /// A part of a scheduler that consists of several.
    public struct Part: Sendable {
        /// The kind of the part.
        public var kind: String
        /// What the part needs.
        public var needs: ServerNeeds

        /// Creates a part from its kind and its needs.
        package init(kind: String, needs: ServerNeeds) { (self.kind, self.needs) = (kind, needs) }
    }

    /// The quantities of a round that the rule reads.
    public var quantities: [RoundQuantity] = []
    /// The rates that the rule changes; nil if it changes none.
    public var moves: RateTarget?
    /// Whether the key `rate` chooses `moves`.
    public var choosesRates = false
    /// Whether the local rate stays the same with the rule's settings, such as `factor: 1`.
    public var holdsLocalRate = false
    /// Whether the rule's rates depend on the number of rounds of the run.
    public var followsRunLength = false
    /// The rate that the rule's hypergradient adapts; nil for a rule without one. Each decision
    /// then contains the change of this rate, and a run warns if the rate stays at a bound.
    public var adaptedRate: AdaptedRate?
    /// The range of the adapted rate, or of the adapted scale.
    public var bounds: ClosedRange<Double>?
    /// The form of the hypergradient, if the rule has several.
    public var form: HypergradientForm?
    /// The text that outputs print after the kind, if it is not the form.
    public var ownDetail: String?
    /// Whether the rule scales aggregates before the optimizer uses them.
    public var scalesAggregates = false
    /// Whether the mean of the last two models is evaluated instead of the last model.
    public var evaluatesMeanOfTwo = false
    /// A client rule that adapts the global rate inside the server step, with −Δ_t as gradient. The
    /// server step owns a copy, which it starts and changes. `decideRates` then returns the start
    /// rate.
    public var clientRule: (any ClientScheduler)?
    /// The parts of a combined scheduler; empty for all others.
    public var parts: [Part] = []

    /// Creates the needs of a rule that changes no rate.
    public init() {}

    /// The text that outputs print after the kind; nil if there is none.
    public var detail: String? { ownDetail ?? form?.rawValue }

    /// Whether the global rate always stays at its start rate.
    public var leavesGlobalRate: Bool { moves?.isGlobal != true }

    /// Whether the local rate that clients receive changes from round to round.
    public var changesLocalRate: Bool { moves?.isLocal == true && !holdsLocalRate }

    /// Whether the rule compares the updates of a round. Then a round with one update is a round of
    /// FedAvg.
    public var comparesUpdates: Bool { quantities.contains(.updateNorms) }

    /// Whether the rule reads or adapts more numbers than rounds.csv contains.
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

    /// Returns the parts with their kinds. A scheduler without parts is its only part.
    public func parts(of kind: String) -> [Part] {
        parts.isEmpty ? [Part(kind: kind, needs: self)] : parts
    }

    /// Returns the needs of two rules, the first for the global rate and the second for the local
    /// rate.
    package static func combined(global: Part, local: Part) -> ServerNeeds {
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
