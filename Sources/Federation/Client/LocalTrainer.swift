import Bytes
public import Datasets
public import LearningRates
import LinearAlgebra
public import Models
import RandomStreams

/// The client's part of a round. It is a pure function (task, global model, client state) →
/// (report, update, new state).
///
/// Carried vectors are read and written in place. Between tasks the trainer keeps only caches: a
/// block of memory and the mapped data. So a task gives the same bits after any other task. The
/// trainer allocates memory when it is made. A task allocates only the report and the bytes of
/// client state.
public struct LocalTrainer: ~Copyable {
    let plan: LocalTrainingSettings
    private let data: ClientData
    private var problem: NetworkObjective<Float>
    private var steps: LocalOptimization<Float>
    /// The memory for compressed updates; nil if updates are sent as they are.
    var updateCompressor: Compressor?
    /// The memory for compressed models; nil if the model is sent as it is.
    var modelCompressor: Compressor?

    /// Allocates the memory of all tasks.
    ///
    /// - Parameters:
    ///   - partition: the samples that each client trains on.
    ///   - validation: the samples that each client holds out, for schedulers that validate.
    public init(
        _ plan: LocalTrainingSettings, network: Network, dataset: Dataset,
        partition: any Population,
        validation: (any Population)? = nil
    ) {
        self.plan = plan
        data = ClientData(training: partition, validation: validation)
        var layout = BlockLayout()
        let (vectors, places) = Self.places(in: &layout, plan, network, data)
        problem = NetworkObjective<Float>(plan, network, dataset, places)
        steps = LocalOptimization(
            layout, vectors, scheduler: plan.scheduler, optimizer: plan.optimizer,
            pull: plan.proximal, seriesCapacity: plan.ratePoints)
        let count = network.parameterCount
        updateCompressor = plan.compression.map { Compressor($0, count: count) }
        modelCompressor = plan.modelCompression.map { Compressor($0, count: count) }
    }

    /// Returns the number of samples in the largest batch. The largest client can limit it.
    public static func largestBatch(_ plan: LocalTrainingSettings, _ partition: any Population)
        -> Int
    {
        ClientData(training: partition, validation: nil).largestBatch(plan.batchSize)
    }

    /// Returns how many floats a trainer allocates.
    public static func numbers(
        _ plan: LocalTrainingSettings, network: Network, partition: any Population,
        validation: (any Population)? = nil
    ) -> Int {
        var layout = BlockLayout()
        _ = places(
            in: &layout, plan, network, ClientData(training: partition, validation: validation))
        let count = network.parameterCount
        let packed =
            Compressor.memoryBytes(plan.compression, count: count)
            + Compressor.memoryBytes(plan.modelCompression, count: count)
        return layout.count + (packed + 3) / 4
    }

    private static func places(
        in layout: inout BlockLayout, _ plan: LocalTrainingSettings, _ network: Network,
        _ data: ClientData
    ) -> (StepContext<Float>.Vectors, NetworkObjective<Float>.Places) {
        let vectors = StepContext<Float>.Vectors(
            in: &layout, network.layout.groups, plan.scheduler.needs, plan.optimizer)
        return (vectors, NetworkObjective<Float>.places(in: &layout, plan, network, data))
    }

    /// Trains one client for one round.
    ///
    /// - Parameters:
    ///   - weights: the global model w_t, shape (parameters).
    ///   - movement: the previous aggregate Δ_{t−1}, shape (parameters). It is nil in the first
    ///     round, or if no scheduler needs it.
    ///   - server: the server's vector of the correction, shape (parameters); empty if the server
    ///     sends none.
    ///   - carried: the vectors that the client carries into the round, one after the other. The
    ///     task gives their number.
    ///   - update: receives the update that arrives at the server, shape (parameters). Without
    ///     compression it is Δ_i = w_i − w_t.
    ///   - next: receives the vectors that the client carries out of the round. The report gives
    ///     their number. The memory has room for `carriedVectors` of the settings.
    ///   - progressed: called after each local step. It does not change the result.
    /// - Throws: `TaskFailure.diverged` if a loss or the update is not finite, `.broken` if the
    ///   client state cannot be decoded.
    public mutating func trainClient(
        _ task: ClientTask, weights: Span<Float>, previousAggregate: Span<Float>?,
        server: Span<Float>,
        carried: Span<Float>, into update: inout MutableSpan<Float>,
        carrying next: inout MutableSpan<Float>, progressed: () -> Void = {}
    ) throws(TaskFailure) -> ClientReport {
        try check(task, carried: carried.count, server: server.count, parameters: weights.count)
        let count = weights.count
        let hasOwn = plan.correction != nil && !carried.isEmpty
        let own = carried.extracting(first: hasOwn ? count : 0)
        let others = carried.extracting(droppingFirst: own.count)
        let error = others.extracting(first: plan.keepsError ? count : 0)
        let ofScheduler = others.extracting(droppingFirst: error.count)
        let isCompressed = plan.modelCompression != nil
        if isCompressed {
            try receiveModel(weights, task, into: &update)
            try begin(
                task, weights: update.span, previousAggregate: previousAggregate, server: server,
                own: own, carried: ofScheduler)
        } else {
            try begin(
                task, weights: weights, previousAggregate: previousAggregate, server: server,
                own: own, carried: ofScheduler)
        }
        let losses = try takeSteps(task, progressed)
        steps.finish(&problem)

        let local = steps.step.vector(.weights)
        // A received model is in the memory of the update.
        let squaredNorm =
            isCompressed
            ? steps.step.slots.subtractStart(&update, from: local)
            : steps.step.slots.subtract(weights, from: local, into: &update)
        guard squaredNorm.isFinite else {
            throw failure(task, "expected a finite update, found values that are not")
        }
        var report = ClientReport(
            round: task.round, client: task.client, attempt: task.attempt,
            samples: UInt32(data.training.size(of: Int(task.client))),
            steps: UInt32(steps.step.index), effectiveRate: steps.effectiveRate ?? 0,
            meanLoss: losses.mean, startLoss: losses.start,
            squaredNorm: squaredNorm,
            rates: RateTrace(steps.step.events, start: task.localRate), traces: traces,
            state: steps.savedState, seconds: 0)
        try write(carriedTo: &next, task, &report, own: own, update: update.span)
        try sendUpdate(&update, task, &report, adding: error, keeping: &next)
        return report
    }

    /// Throws an error if the vectors of a task are not those of this run.
    ///
    /// - Parameters:
    ///   - carried: the number of floats that the client carries into the round.
    ///   - server: the number of floats of the server's vector.
    private func check(_ task: ClientTask, carried: Int, server: Int, parameters count: Int)
        throws(TaskFailure)
    {
        guard carried == Int(task.carriedVectors) * count else {
            throw fault(
                task,
                "expected client state of \(task.carriedVectors) vectors of \(count) numbers, found"
                    + " \(carried) numbers")
        }
        if let correction = plan.correction, correction.vectorsDown > 0, server != count {
            throw fault(task, "expected the server's vector of the drift correction, found none")
        }
        guard carried == 0 || carried >= plan.vectorsBeforeScheduler * count else {
            throw fault(
                task,
                "expected client state of \(plan.vectorsBeforeScheduler) vectors or more, found"
                    + " \(task.carriedVectors)")
        }
    }

    /// Takes all local steps of the round.
    ///
    /// - Returns: the mean loss over the samples, and the mean loss of the first batch. Both are 0
    ///   without steps.
    private mutating func takeSteps(_ task: ClientTask, _ progressed: () -> Void)
        throws(TaskFailure) -> (mean: Double, start: Double)
    {
        var lossSum = 0.0
        var seen = 0
        var startLoss = 0.0
        while problem.nextBatch(&steps.step.slots) {
            let loss = steps.takeStep(&problem)
            guard loss.sum.isFinite else {
                throw failure(
                    task,
                    "expected a finite training loss, found"
                        + " \(loss.sum.isNaN ? "nan" : "\(loss.sum)")")
            }
            if seen == 0 { startLoss = loss.mean }
            lossSum += loss.sum
            seen += loss.count
            progressed()
        }
        return (seen == 0 ? 0 : lossSum / Double(seen), startLoss)
    }

    /// Writes the vectors that the client carries over, without the error of its compression: first
    /// that of the correction, then those of the scheduler.
    private func write(
        carriedTo next: inout MutableSpan<Float>, _ task: ClientTask,
        _ report: inout ClientReport, own: Span<Float>, update: Span<Float>
    ) throws(TaskFailure) {
        let vectors = steps.carriedVectors + plan.vectorsBeforeScheduler
        guard vectors * update.count <= next.count, let count = UInt16(exactly: vectors) else {
            throw fault(task, "expected room for \(vectors) vectors of client state, found none")
        }
        report.carriedVectors = count
        if let correction = plan.correction {
            let work = LocalWork(report, localRate: task.localRate)
            Self.advance(&next, own: own, update, correction, work, problem, steps.step.slots)
        }
        steps.write(carriedTo: &next, at: plan.vectorsBeforeScheduler * update.count)
    }

    private static func advance(
        _ next: inout MutableSpan<Float>, own: Span<Float>, _ update: Span<Float>,
        _ correction: any DriftCorrection, _ work: LocalWork,
        _ problem: borrowing NetworkObjective<Float>, _ slots: borrowing VectorBlock<Float>
    ) {
        next.withPart(from: 0, count: update.count) { next in
            problem.advance(&next, own: own, update: update, correction, work, slots)
        }
    }

    private var traces: ClientTraces {
        guard plan.ratePoints > 0 else { return ClientTraces() }
        return ClientTraces(
            stride: UInt32(clamping: steps.step.series.stride), rates: steps.step.series.rates,
            readings: steps.readings.map { TracedValue(name: $0.name, value: $0.value) })
    }

    private mutating func begin(
        _ task: ClientTask, weights: Span<Float>, previousAggregate: Span<Float>?,
        server: Span<Float>,
        own: Span<Float>, carried: Span<Float>
    ) throws(TaskFailure) {
        steps.step.slots.copy(weights, to: steps.step.vector(.weights))
        steps.step.hasPreviousAggregate =
            previousAggregate != nil && plan.scheduler.needs.previousAggregate
        if let previousAggregate, steps.step.hasPreviousAggregate {
            steps.step.slots.copy(previousAggregate, to: steps.step.vector(.previousAggregate))
        }
        let place = steps.step.vector(.weights)
        problem.begin(
            plan, data, task, at: place, server: server, own: own, &steps.step.slots)
        do {
            try steps.begin(
                rate: task.localRate, count: problem.stepCount, epochSteps: problem.epochSteps,
                key: RandomKey(
                    seed: plan.seed, .scheduler, client: task.client, round: task.round),
                state: task.state, vectors: carried, &problem)
        } catch {
            throw fault(task, "expected client state of this build, found other bytes (\(error))")
        }
    }

    func failure(_ task: ClientTask, _ reason: String) -> TaskFailure {
        .diverged(
            ClientFailure(
                round: task.round, client: task.client, attempt: task.attempt,
                step: UInt32(steps.step.index), localRate: steps.step.rate, reason: reason))
    }

    private func fault(_ task: ClientTask, _ reason: String) -> TaskFailure {
        .broken(TaskFault(task.assignment, reason))
    }
}

extension ParameterLayout {
    /// The parameters as schedulers see them: groups that can share a rate.
    public var groups: ParameterGroups {
        ParameterGroups(
            count: count, tensors: tensors, layers: layers, tensorNames: views.map(\.name))
    }
}

extension RateTrace {
    /// Makes the trace of a round's rates and events. If there was no step, all rates are `start`.
    init(_ events: RateEvents, start: Double) {
        let hasSteps = events.steps > 0
        self.init(
            first: hasSteps ? events.first : start, last: hasSteps ? events.last : start,
            smallest: hasSteps ? events.smallest : start,
            largest: hasSteps ? events.largest : start,
            mean: hasSteps ? events.mean : start,
            // With a rate for each parameter, there can be more events than a report can count.
            lowerBoundHits: UInt32(clamping: events.lowerBoundHits),
            upperBoundHits: UInt32(clamping: events.upperBoundHits),
            saturatedAtOnce: events.saturatedAtOnce,
            undefined: UInt32(clamping: events.undefined))
    }
}
