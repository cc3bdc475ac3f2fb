public import LearningRates
public import LinearAlgebra

/// The server's part of a round: it sums the updates, asks the scheduler for the global rate, and
/// changes the global model.
///
///     Δ_t = Σ p_i Δ_i,   α_t from the scheduler,   w_{t+1} = w_t + α_t d(Δ_t)
///
/// The direction of the server optimizer is d, and d(Δ) = Δ for plain SGD. The sum is exact, so it
/// does not depend on the order of arrival. The aggregator allocates memory only when it is made.
public struct UpdateAggregator: ~Copyable {
    /// The numbers and decisions of a commit.
    public typealias Outcome = ServerOptimization<Float>.Outcome

    var steps: ServerOptimization<Float>
    private var sum: ExactSum
    var correction: CorrectionState
    private var updateWeights: UpdateWeights
    /// The local rates that were sent in earlier rounds, by the staleness of their updates.
    private var earlierRates: [UInt32: Double] = [:]
    /// β_t, the local rate of the tasks of this round.
    public private(set) var localRate: Double

    /// Creates a server before its first round.
    ///
    /// - Parameters:
    ///   - steps: the initial global model with scheduler and optimizer.
    ///   - correction: a started correction, the number of all clients, and the largest number of
    ///     local steps of a client in a round.
    ///   - largestWeight: the largest weight that an update can have.
    ///   - largestTotal: the largest possible sum of the weights of one round's updates.
    ///   - mode: the mode of the rounds, which has the staleness weight of updates.
    public init(
        _ steps: consuming ServerOptimization<Float>, weighting: Weighting,
        sampling: any CohortSampling = UniformSampling(), largestWeight: UInt32,
        largestTotal: UInt64, correction: any DriftCorrection, clients: Int,
        mostSteps: Int, mode: RoundMode = RoundMode()
    ) {
        let parameters = steps.step.vector(.weights).count
        sum = ExactSum(
            parameters: parameters, largestWeight: largestWeight, largestTotal: largestTotal)
        self.correction = CorrectionState(
            correction, parameters: parameters, clients: clients, mostSteps: mostSteps)
        updateWeights = UpdateWeights(weighting, sampling, mode: mode)
        localRate = steps.scheduler.localRate(round: 0)
        self.steps = steps
    }

    /// The rates of the last server step; the start rate α_0 before the first step.
    public var decision: RateDecision { steps.decision }

    /// Whether there is a previous aggregate to send. Before the first commit there is none.
    public var hasPreviousAggregate: Bool { steps.hasPreviousAggregate }

    /// Whether clients get the server's vector of the drift correction beside the model.
    public var sendsCorrection: Bool { correction.correction.vectorsDown > 0 }

    /// Writes the server's vector of the drift correction, shape (parameters).
    public func write(correction out: inout MutableSpan<Float>) { correction.write(server: &out) }

    /// The number of parameters of the model.
    public var parameterCount: Int { steps.step.vector(.weights).count }

    /// The weights of the updates of this round.
    public var weightsOfUpdates: UpdateWeights { updateWeights }

    /// Begins a round: sets its local rate, and how often its clients were drawn. A client that is
    /// not in `cohort` counts as drawn once.
    ///
    /// - Parameter earlierRates: the local rates of clients that started in earlier rounds, by the
    ///   staleness of their updates.
    public mutating func begin(
        round: UInt32, cohort: [CohortMember] = [], earlierRates: [UInt32: Double] = [:]
    ) {
        localRate = steps.scheduler.localRate(round: Int(round))
        updateWeights.cohort = cohort
        self.earlierRates = earlierRates
    }

    /// Returns β_t, the local rate that is sent with the tasks of a round.
    public func localRate(round: UInt32) -> Double { steps.scheduler.localRate(round: Int(round)) }

    /// Returns the local rate that was sent with the task of a report.
    private func sentRate(of report: ClientReport) -> Double {
        earlierRates.isEmpty
            ? localRate : earlierRates[updateWeights.staleness(of: report)] ?? localRate
    }

    /// Adds the update of one client to the aggregate.
    ///
    /// - Throws: `ExactSum.OutOfGrid` if a number of the update is not finite or too large.
    public mutating func add(_ update: Span<Float>, of report: ClientReport)
        throws(ExactSum.OutOfGrid)
    {
        try sum.add(
            update, weight: updateWeights.weight(of: report), times: factor(of: report))
    }

    private func factor(of report: ClientReport) -> Double {
        correction.scale.factor(of: report, localRate: sentRate(of: report))
            * updateWeights.factor(of: report)
    }

    /// Adds the sum of the updates of a process to the aggregate.
    ///
    /// - Parameters:
    ///   - words: the exact sum of the updates with their weights and factors (`ExactSum`).
    ///   - isPacked: whether the words are a packed part.
    ///   - reports: the reports of these updates.
    /// - Throws: `ExactSum.OutOfGrid` if the sum is larger than the norms in the reports allow.
    public mutating func add(sum words: Span<Float>, isPacked: Bool, of reports: [ClientReport])
        throws(ExactSum.OutOfGrid)
    {
        var (weight, norm) = (UInt64(0), 0.0)
        for report in reports {
            let own = updateWeights.weight(of: report)
            weight += UInt64(own)
            norm += Double(own) * factor(of: report) * report.squaredNorm.squareRoot()
        }
        try isPacked
            ? sum.add(packed: words, weight: weight, norm: norm)
            : sum.add(part: words, weight: weight, norm: norm)
    }

    /// Changes the global model with the sum of the added updates, and starts a new sum.
    ///
    /// - Parameters:
    ///   - reports: the reports of the added updates, in client order.
    ///   - states: the client states. The new states of these reports take effect.
    ///   - start: with FedAsync, the model w_v that the client of the only update started from, if
    ///     it is not the global model w_t. The aggregate is then a s(τ) (w_v + Δ_i − w_t).
    public mutating func commit<Floats: HeldFloats>(
        round: UInt32, _ reports: [ClientReport], _ states: inout ClientStates<Floats>,
        from start: (any HeldFloats)? = nil
    ) -> Outcome {
        let place = steps.prepareGradient()
        let factor = correction.factor(reports, updateWeights) { sentRate(of: $0) }
        var squaredNorm = Self.setGradient(
            &steps.step.slots, at: place, to: -factor, sum, &correction, reports, states)
        var updates = UpdateStatistics(reports, updateWeights)
        if let start, let report = reports.first {
            squaredNorm = addMove(from: start, times: updateWeights.factor(of: report), to: place)
            updates.meanSquaredNorm = squaredNorm
        }
        states.commit(reports)
        sum.clear()
        return steps.takeStep(round: Int(round), squaredNorm: squaredNorm, updates: updates)
    }

    /// Adds factor (w_v − w_t) to the aggregate, whose negative is the gradient.
    ///
    /// - Returns: the squared norm of the aggregate.
    private mutating func addMove(
        from start: any HeldFloats, times factor: Double, to place: Vector
    )
        -> Double
    {
        let weights = steps.step.slots.values(steps.step.vector(.weights))
        let factor = Float(factor)
        return steps.step.slots.withMutableSpan(place) { gradient in
            start.withFloats { start in
                for index in weights.indices {
                    gradient[index] -= factor * (start[index] - weights[index])
                }
            }
            return gradient.span.squaredNorm
        }
    }

    private static func setGradient<Floats: HeldFloats>(
        _ slots: inout VectorBlock<Float>, at place: Vector, to factor: Double,
        _ sum: borrowing ExactSum, _ correction: inout CorrectionState,
        _ reports: [ClientReport], _ states: ClientStates<Floats>
    ) -> Double {
        slots.withMutableSpan(place) { gradient in
            let squaredNorm = sum.mean(into: &gradient, times: factor)
            return correction.commit(reports, states, &gradient) ?? squaredNorm
        }
    }

    /// Returns the numbers that the scheduler read in the last commit and those that it adapts, in
    /// addition to the numbers of the outcome.
    public func readings(_ outcome: Outcome) -> [TracedValue] {
        steps.readings(outcome.summary).map { TracedValue(name: $0.name, value: $0.value) }
    }

    /// Whether all parameters and the sum of their squares are finite.
    public var isFinite: Bool { steps.step.dot(.weights, .weights).isFinite }

    /// Whether the evaluated model is another model than the one that clients start from.
    public var evaluatesAnother: Bool { steps.evaluatesAnother }

    /// Passes the model to evaluate to `body`. With nearly all schedulers it is the global model.
    public func withEvaluated<R>(_ body: (Span<Float>) throws -> R) rethrows -> R {
        try steps.step.slots.withSpan(steps.evaluated, body)
    }

    /// Writes the model to evaluate.
    public func write(evaluated: inout MutableSpan<Float>) {
        steps.step.slots.write(steps.evaluated, times: 1, into: &evaluated)
    }

    /// A copy of the model to evaluate: the result of a run.
    public var evaluated: [Float] { steps.step.slots.values(steps.evaluated) }

    /// Passes the global model to `body`.
    public func withWeights<R>(_ body: (Span<Float>) throws -> R) rethrows -> R {
        try steps.step.slots.withSpan(steps.step.vector(.weights), body)
    }

    /// Writes the global model w_t, shape (parameters), into `weights`.
    public func write(weights: inout MutableSpan<Float>) {
        steps.step.slots.write(steps.step.vector(.weights), times: 1, into: &weights)
    }

    /// Writes the previous aggregate Δ_{t−1}, shape (parameters), into `previousAggregate`.
    public func write(previousAggregate: inout MutableSpan<Float>) {
        steps.step.slots.write(steps.step.vector(.gradient), times: -1, into: &previousAggregate)
    }

    /// A copy of the global model.
    public var weights: [Float] { steps.step.slots.values(steps.step.vector(.weights)) }
}
