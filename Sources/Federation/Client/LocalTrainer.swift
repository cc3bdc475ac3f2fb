import Bytes
public import Datasets
public import LearningRates
import LinearAlgebra
public import Models
import RandomStreams

/// What all clients of a run do: fixed by the scenario.
public struct LocalTrainingSettings: Sendable {
    /// The seed of the run.
    public var seed: UInt64
    /// Local epochs or steps per round.
    public var length: BatchOrder.Length
    /// How many samples a local step uses.
    public var batchSize: Int
    /// Turns gradients into directions.
    public var optimizer: any Optimizer
    /// Adapts the local rate; already started with β_0.
    public var scheduler: any ClientScheduler
    /// a of the term a/2 ‖w − w_t‖², which holds a client near the global model w_t it started
    /// from: its derivative a (w − w_t) is added to each gradient. 0 is FedAvg.
    public var proximal: Double
    /// The drift correction, already started, where clients keep a vector for it: an offset is
    /// added to each gradient. Nil where they keep none.
    public var correction: (any DriftCorrection)?
    /// Samples per validation batch, for schedulers that use them.
    public var validationBatchSize: Int
    /// How many of a round's rates a report has at most; even. 0: no traces.
    public var ratePoints: Int

    /// Creates the settings.
    ///
    /// - Parameter validationBatchSize: as many as are trained on where not given.
    public init(
        seed: UInt64, length: BatchOrder.Length, batchSize: Int, optimizer: any Optimizer,
        scheduler: any ClientScheduler, proximal: Double = 0,
        correction: (any DriftCorrection)? = nil, validationBatchSize: Int? = nil,
        ratePoints: Int = 0
    ) {
        (self.seed, self.length, self.batchSize) = (seed, length, batchSize)
        (self.optimizer, self.scheduler, self.proximal) = (optimizer, scheduler, proximal)
        self.correction = correction.flatMap { $0.keepsVectors ? $0 : nil }
        self.validationBatchSize = validationBatchSize ?? batchSize
        self.ratePoints = ratePoints
    }

    /// How many vectors of (parameters) floats a client carries from round to round, at most: its
    /// vector of the correction, then those of its scheduler.
    public var carriedVectors: Int {
        (correction == nil ? 0 : 1)
            + scheduler.mayCarry.count(scope: scheduler.needs.scope, buffers: optimizer.buffers)
    }

    /// How many vectors the server sends to each process in a round, at most: the weights, what the
    /// scheduler and the correction want beside them.
    public var modelVectors: Int {
        1 + (scheduler.needs.previousAggregate ? 1 : 0) + (correction?.vectorsDown ?? 0)
    }
}

/// The client's half of a round: a pure function
/// (task, global model, client state) → (report, update, new state).
///
/// What a client carries is read where it lies and written where it will lie. What the trainer
/// holds between tasks are caches: its block of memory, the mapped data. Whatever it worked on
/// before, the same task gives the same bits. It allocates when it is made and, in a task, only the
/// report and the numbers of the client's state.
public struct LocalTrainer: ~Copyable {
    private let plan: LocalTrainingSettings
    private let data: ClientData
    private var problem: NetworkObjective<Float>
    private var steps: LocalOptimization<Float>

    /// Allocates everything that tasks need.
    ///
    /// - Parameters:
    ///   - partition: what each client trains on.
    ///   - validation: what each client holds out, for schedulers that need it.
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
    }

    /// Samples in the largest batch: no more than the largest client has.
    public static func largestBatch(_ plan: LocalTrainingSettings, _ partition: any Population)
        -> Int
    {
        ClientData(training: partition, validation: nil).largestBatch(plan.batchSize)
    }

    /// How many floats a trainer allocates.
    public static func numbers(
        _ plan: LocalTrainingSettings, network: Network, partition: any Population,
        validation: (any Population)? = nil
    ) -> Int {
        var layout = BlockLayout()
        _ = places(
            in: &layout, plan, network, ClientData(training: partition, validation: validation))
        return layout.count
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
    ///   - weights: the global model w_t, (parameters).
    ///   - movement: Δ_{t−1}, (parameters); nil in the first round, or where no one needs it.
    ///   - server: the server's vector of the correction, (parameters); empty where it sends none.
    ///   - carried: the vectors that the client carries into the round, one after the other, as
    ///     many as the task says.
    ///   - update: receives w_i − w_t, (parameters).
    ///   - next: receives the vectors that the client carries out of the round, as many as the
    ///     report says. It has room for the plan's `carriedVectors`.
    ///   - progressed: called after each local step; it can't change the result.
    /// - Throws: `TaskFailure.diverged` when a loss or the update is not finite, `.broken` when the
    ///   client state can't be read.
    public mutating func trainClient(
        _ task: ClientTask, weights: Span<Float>, previousAggregate: Span<Float>?,
        server: Span<Float>,
        carried: Span<Float>, into update: inout MutableSpan<Float>,
        carrying next: inout MutableSpan<Float>, progressed: () -> Void = {}
    ) throws(TaskFailure) -> ClientReport {
        let count = weights.count
        guard carried.count == Int(task.carriedVectors) * count else {
            throw fault(
                task,
                "expected client state of \(task.carriedVectors) vectors of \(count) numbers, found"
                    + " \(carried.count) numbers")
        }
        if let correction = plan.correction, correction.vectorsDown > 0, server.count != count {
            throw fault(task, "expected the server's vector of the drift correction, found none")
        }
        let hasOwn = plan.correction != nil && !carried.isEmpty
        let own = carried.extracting(first: hasOwn ? count : 0)
        try begin(
            task, weights: weights, previousAggregate: previousAggregate, server: server, own: own,
            carried: carried.extracting(droppingFirst: own.count))
        var lossSum = 0.0
        var seen = 0
        var startLoss = 0.0
        while problem.nextBatch(&steps.step.slots) {
            let loss = steps.takeStep(&problem)
            guard loss.sum.isFinite else {
                throw failure(
                    task,
                    "expected a finite training loss, found \(loss.sum.isNaN ? "nan" : "\(loss.sum)")"
                )
            }
            if seen == 0 { startLoss = loss.mean }
            lossSum += loss.sum
            seen += loss.count
            progressed()
        }
        steps.finish(&problem)

        let local = steps.step.vector(.weights)
        let squaredNorm = steps.step.slots.subtract(weights, from: local, into: &update)
        guard squaredNorm.isFinite else {
            throw failure(task, "expected a finite update, found values that are not")
        }
        var report = ClientReport(
            round: task.round, client: task.client, attempt: task.attempt,
            samples: UInt32(data.training.size(of: Int(task.client))),
            steps: UInt32(steps.step.index), effectiveRate: steps.effectiveRate ?? 0,
            meanLoss: seen == 0 ? 0 : lossSum / Double(seen), startLoss: startLoss,
            squaredNorm: squaredNorm,
            rates: RateTrace(steps.step.events, start: task.localRate), traces: traces,
            state: steps.savedState, seconds: 0)
        try write(carriedTo: &next, task, &report, own: own, update: update.span)
        return report
    }

    /// Writes what the client carries on: its vector of the correction, then its scheduler's.
    private func write(
        carriedTo next: inout MutableSpan<Float>, _ task: ClientTask,
        _ report: inout ClientReport, own: Span<Float>, update: Span<Float>
    ) throws(TaskFailure) {
        let first = plan.correction == nil ? 0 : update.count
        let vectors = steps.carriedVectors + (plan.correction == nil ? 0 : 1)
        guard vectors * update.count <= next.count, let count = UInt16(exactly: vectors) else {
            throw fault(task, "expected room for \(vectors) vectors of client state, found none")
        }
        report.carriedVectors = count
        if let correction = plan.correction {
            let work = LocalWork(report, localRate: task.localRate)
            Self.advance(&next, own: own, update, correction, work, problem, steps.step.slots)
        }
        steps.write(carriedTo: &next, at: first)
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

    private func failure(_ task: ClientTask, _ reason: String) -> TaskFailure {
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
    /// How schedulers see the parameters.
    public var groups: ParameterGroups {
        ParameterGroups(
            count: count, tensors: tensors, layers: layers, tensorNames: views.map(\.name))
    }
}

extension RateTrace {
    /// The trace of a round's events; all `start` where no step was taken.
    init(_ events: RateEvents, start: Double) {
        let hasSteps = events.steps > 0
        self.init(
            first: hasSteps ? events.first : start, last: hasSteps ? events.last : start,
            smallest: hasSteps ? events.smallest : start,
            largest: hasSteps ? events.largest : start,
            mean: hasSteps ? events.mean : start,
            // Where each parameter has its rate, there may be more than a report can count.
            lowerBoundHits: UInt32(clamping: events.lowerBoundHits),
            upperBoundHits: UInt32(clamping: events.upperBoundHits),
            saturatedAtOnce: events.saturatedAtOnce,
            undefined: UInt32(clamping: events.undefined))
    }
}
