public import LinearAlgebra

/// The server steps, one per round: scheduler and optimizer use the aggregates. The same code
/// changes the global model of a run and, in tests, replays traces in double precision.
///
///     let place = steps.prepareGradient()   where −Δ_t is written
///     steps.takeStep(round:squaredNorm:updates:)
///
/// A void round takes no step: model, rates, buffers and Δ_{t−1} stay the same.
public struct ServerOptimization<S: Scalar>: ~Copyable {
    /// The global model and the vectors beside it. The gradient is −Δ_t.
    public var step: StepContext<S>
    private let optimizer: any Optimizer
    /// Chooses both rates, and has the start rates.
    public internal(set) var scheduler: any ServerScheduler
    /// The decision of the last step. Before the first step it has the start rate α_0.
    public internal(set) var decision: RateDecision
    /// The client rule that adapts the rate inside the step. Only this copy changes.
    var clientRule: (any ClientScheduler)?
    private var problem = AggregateObjective<S>()
    var previousSquaredNorm: Double?
    private let references: [ReferenceVector]
    private let kept: ExtraVectors

    /// The vectors in addition to those of the optimizer and the client rule.
    private struct ExtraVectors: Sendable {
        /// Minus the averages of aggregates, one for each reference vector of that kind.
        var averages: [(vector: ReferenceVector, decay: Double, slot: VectorName)] = []
        /// Minus the aggregate, while the optimizer uses a scaled one.
        var unscaled: VectorName?
        /// The mean of the last two models.
        var meanOfTwo: VectorName?
    }

    /// The result of a server step.
    public struct Outcome: Sendable {
        /// The numbers that the scheduler read.
        public var summary: RoundSummary
        /// The decision of the scheduler.
        public var decision: RateDecision
    }

    /// Creates a server before its first round.
    ///
    /// - Parameters:
    ///   - weights: the initial global model, shape (parameters).
    ///   - groups: the parameters that share a rate, for rules with several rates.
    ///   - scheduler: a scheduler with its start: rates, number of rounds, optimizer.
    public init(weights: [S], groups: ParameterGroups, scheduler: any ServerScheduler) {
        let start = scheduler.start
        let wants = scheduler.needs
        optimizer = start.optimizer
        self.scheduler = scheduler
        decision = RateDecision(globalRate: start.globalRate)
        clientRule = wants.clientRule
        references = wants.references
        var needs = clientRule?.needs ?? SchedulerNeeds()
        needs.previousGradient = true
        var kept = ExtraVectors()
        func another() -> VectorName {
            needs.vectors += 1
            return .scheduler(needs.vectors - 1)
        }
        for vector in references {
            guard case .average(let decay) = vector else { continue }
            kept.averages.append((vector, decay, another()))
        }
        if wants.scalesAggregates { kept.unscaled = another() }
        if wants.evaluatesMeanOfTwo { kept.meanOfTwo = another() }
        self.kept = kept
        var layout = BlockLayout()
        let places = StepContext<S>.Vectors(in: &layout, groups, needs, optimizer)
        step = StepContext(layout, places)
        let place = step.vector(.weights)
        step.slots.copy(weights.span, to: place)
        step.begin(rate: start.globalRate, count: start.rounds, optimizer.hyperparameters)
        if let slot = kept.meanOfTwo { step.copy(.weights, to: slot) }
        clientRule?.beginRound(&step, &problem)
    }

    /// Whether a step was taken, so that there is a previous aggregate.
    public var hasPreviousAggregate: Bool { previousSquaredNorm != nil }

    /// Whether the evaluated model is another model than the one that clients start from.
    public var evaluatesAnother: Bool { kept.meanOfTwo != nil }

    /// The vector of the model to evaluate.
    public var evaluated: Vector { step.vector(kept.meanOfTwo ?? .weights) }

    /// Keeps the last aggregate as Δ_{t−1}.
    ///
    /// - Returns: the vector into which −Δ_t must be written before `takeStep`.
    public mutating func prepareGradient() -> Vector {
        step.keepGradient()
        return step.vector(.gradient)
    }

    /// Changes the global model with the aggregate that was written.
    ///
    /// - Parameters:
    ///   - round: the round, from 0.
    ///   - squaredNorm: ‖Δ_t‖².
    public mutating func takeStep(
        round: Int, squaredNorm: Double, updates: UpdateStatistics = UpdateStatistics()
    ) -> Outcome {
        // Gradients on the server are −Δ. The minus signs cancel in the product of two gradients.
        var summary = RoundSummary(
            round: round, squaredNorm: squaredNorm,
            alignment: hasPreviousAggregate ? step.dot(.gradient, .previousGradient) : nil,
            previousSquaredNorm: previousSquaredNorm, updates: updates)
        addReferences(to: &summary)
        decision = scheduler.decideRates(after: summary)
        if let slot = kept.meanOfTwo { step.copy(.weights, to: slot) }
        if clientRule != nil {
            moveByClientRule()
        } else {
            move()
        }
        if let slot = kept.meanOfTwo {
            step.combine(slot, times: 0.5, with: .weights, times: 0.5)
        }
        previousSquaredNorm = squaredNorm
        return Outcome(summary: summary, decision: decision)
    }

    /// Returns other numbers that the scheduler read, and numbers that it adapts beside the rates,
    /// with their names. Call it after the step that had this summary.
    public func readings(_ summary: RoundSummary) -> [(name: String, value: Double)] {
        var readings: [(name: String, value: Double)] = []
        for (index, reference) in summary.references.enumerated() {
            // Nearly all rules have one reference vector; a combined scheduler can have two.
            let suffix = references.count > 1 ? "[\(index)]" : ""
            readings.append(("memory_product\(suffix)", reference.product))
            if let cosine = summary.cosine(with: reference.vector) {
                readings.append(("memory_cosine\(suffix)", cosine))
            }
        }
        // Without a previous aggregate there are no products, so nothing is known.
        guard let clientRule, summary.productWithPrevious != nil else { return readings }
        if step.groupCount == 1 {
            readings.append(("hypergradient", step.hypergradients[0]))
        } else {
            for group in 0..<step.groupCount {
                readings.append(("rate[\(group)]", step.rates[group]))
                readings.append(("hypergradient[\(group)]", step.hypergradients[group]))
            }
        }
        return readings + clientRule.readings
    }

    private mutating func addReferences(to summary: inout RoundSummary) {
        for vector in references {
            let slot: VectorName?
            switch vector {
            case .previousAggregate: slot = nil
            case .direction: slot = step.previousDirection
            case .average:
                slot =
                    hasPreviousAggregate ? kept.averages.first { $0.vector == vector }?.slot : nil
            }
            guard let slot else { continue }
            summary.append(
                ReferenceProduct(
                    vector, product: step.dot(.gradient, slot), squaredNorm: step.dot(slot, slot)))
        }
        for average in kept.averages {
            step.combine(
                average.slot, times: S(average.decay), with: .gradient,
                times: S(1 - average.decay))
        }
    }

    private mutating func move() {
        if decision.aggregateScale != 1, let slot = kept.unscaled {
            step.copy(.gradient, to: slot)
            step.combine(.gradient, times: S(decision.aggregateScale), with: slot, times: 0)
        }
        step.start(at: decision.globalRate - decision.aggregateRate)
        let direction = optimizer.direction(&step)
        step.move(along: direction)
        if decision.aggregateScale != 1, let slot = kept.unscaled {
            step.copy(slot, to: .gradient)
        }
        if decision.aggregateRate != 0 {
            step.combine(.weights, times: 1, with: .gradient, times: S(-decision.aggregateRate))
        }
    }

    private mutating func moveByClientRule() {
        if let partners = clientRule?.gradientProducts(step) {
            let (gradient, places) = (step.vector(.gradient), step.places(of: partners))
            step.products = step.slots.products(of: gradient, with: places)
        }
        let before = step.events
        clientRule?.adaptRates(&step, &problem)
        let direction = optimizer.direction(&step)
        clientRule?.didComputeDirection(direction, &step, &problem)
        step.move(along: direction)
        // With rates of single parameters, the mean is known only after the move.
        decision.globalRate = step.rate
        decision.globalChange = step.events.change(since: before, rate: step.rate)
        clientRule?.didMoveWeights(&step, &problem)
    }
}

/// The objective of a client rule in the server step. The server has aggregates and nothing else
/// to differentiate. The step has written −Δ_t already.
private struct AggregateObjective<S: Scalar>: GradientObjective {
    var weightDecay = 0.0

    mutating func gradient(_ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector)
        -> BatchLoss
    { BatchLoss(sum: 0, count: 0) }
}
