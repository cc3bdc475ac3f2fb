import Bytes
public import Datasets
public import LearningRates
import LinearAlgebra
public import Models
import RandomStreams

/// What all clients of a run do: fixed by the scenario.
public struct TrainingPlan: Sendable {
    /// The seed of the run.
    public var seed: UInt64
    /// Local epochs or steps per round.
    public var length: BatchOrder.Length
    /// Samples per step.
    public var batchSize: Int
    /// Turns gradients into directions.
    public var optimizer: any Optimizer
    /// Adapts the local rate; already started with β_0.
    public var scheduler: any ClientScheduler
    /// a of the term a/2 ‖w − w_t‖², which holds a client near the global model w_t it started
    /// from: its derivative a (w − w_t) is added to each gradient. 0 is FedAvg.
    public var proximal: Double
    /// Whether a task's state starts with an offset, (parameters) floats, that is added to each
    /// gradient.
    public var hasOffset: Bool
    /// Samples per validation batch, for schedulers that use them.
    public var validationBatchSize: Int
    /// How many of a round's rates a report has at most; even. 0: no traces.
    public var ratePoints: Int

    /// A plan.
    ///
    /// - Parameter validationBatchSize: as many as are trained on where not given.
    public init(
        seed: UInt64, length: BatchOrder.Length, batchSize: Int, optimizer: any Optimizer,
        scheduler: any ClientScheduler, proximal: Double = 0, hasOffset: Bool = false,
        validationBatchSize: Int? = nil,
        ratePoints: Int = 0
    ) {
        self.seed = seed
        self.length = length
        self.batchSize = batchSize
        self.optimizer = optimizer
        self.scheduler = scheduler
        self.proximal = proximal
        self.hasOffset = hasOffset
        self.validationBatchSize = validationBatchSize ?? batchSize
        self.ratePoints = ratePoints
    }

    /// Bytes of the vectors in a task's state, for a model of this size: what a client's scheduler
    /// carries over, and the offset. What else it saves are a few numbers for each tensor at most.
    public func carriedBytes(parameters: Int) -> Int {
        let carried = scheduler.carried
        let vectors =
            carried.slots.count + (carried.includesOptimizer ? optimizer.buffers : 0)
            + (carried.includesRates && scheduler.needs.scope == .parameter ? 1 : 0)
            + (hasOffset ? 1 : 0)
        return vectors * parameters * MemoryLayout<Float>.stride
    }
}

extension TrainingPlan {
    /// The offset and the scheduler's own part of a task's state; nil where it is too short.
    func parts(of state: [UInt8], parameters: Int) -> (
        offset: ArraySlice<UInt8>, scheduler: ArraySlice<UInt8>
    )? {
        let bytes = hasOffset ? parameters * MemoryLayout<Float>.stride : 0
        return state.count < bytes ? nil : (state.prefix(bytes), state.dropFirst(bytes))
    }
}

/// The client's half of a round: a pure function
/// (task, global model, client state) → (report, update, new state).
///
/// What it holds between tasks are caches: its block of memory, the mapped data. Whatever it worked
/// on before, the same task gives the same bits. It allocates when it is made and, in a task, only
/// the report and the client's state.
public struct LocalTrainer: ~Copyable {
    private let plan: TrainingPlan
    private let data: ClientData
    private var problem: NetworkProblem<Float>
    private var steps: LocalSteps<Float>

    /// Allocates everything that tasks need.
    ///
    /// - Parameters:
    ///   - partition: what each client trains on.
    ///   - validation: what each client holds out, for schedulers that need it.
    public init(
        _ plan: TrainingPlan, network: Network, dataset: Dataset, partition: Partition,
        validation: Partition? = nil
    ) {
        self.plan = plan
        data = ClientData(training: partition, validation: validation)
        var layout = SlotsLayout()
        let (vectors, places) = Self.places(in: &layout, plan, network, data)
        problem = NetworkProblem<Float>(plan, network, dataset, places)
        steps = LocalSteps(
            layout, vectors, scheduler: plan.scheduler, optimizer: plan.optimizer,
            seriesCapacity: plan.ratePoints)
    }

    /// Samples in the largest batch: no more than the largest client has.
    public static func largestBatch(_ plan: TrainingPlan, _ partition: Partition) -> Int {
        ClientData(training: partition, validation: nil).largestBatch(plan.batchSize)
    }

    /// How many floats a trainer allocates.
    public static func numbers(
        _ plan: TrainingPlan, network: Network, partition: Partition, validation: Partition? = nil
    ) -> Int {
        var layout = SlotsLayout()
        _ = places(
            in: &layout, plan, network, ClientData(training: partition, validation: validation))
        return layout.count
    }

    private static func places(
        in layout: inout SlotsLayout, _ plan: TrainingPlan, _ network: Network, _ data: ClientData
    ) -> (Step<Float>.Places, NetworkProblem<Float>.Places) {
        let vectors = Step<Float>.Places(
            in: &layout, network.layout.groups, plan.scheduler.needs, plan.optimizer)
        return (vectors, NetworkProblem<Float>.places(in: &layout, plan, network, data))
    }

    /// Trains one client for one round.
    ///
    /// - Parameters:
    ///   - weights: the global model w_t, (parameters).
    ///   - movement: Δ_{t−1}, (parameters); nil in the first round, or where no one needs it.
    ///   - update: receives w_i − w_t, (parameters).
    ///   - progressed: called after each local step; it can't change the result.
    /// - Throws: `TaskFailure.diverged` when a loss or the update is not finite, `.broken` when the
    ///   client state can't be read.
    public mutating func run(
        _ task: ClientTask, weights: Span<Float>, movement: Span<Float>?,
        into update: inout MutableSpan<Float>, progressed: () -> Void = {}
    ) throws(TaskFailure) -> ClientReport {
        try begin(task, weights: weights, movement: movement)
        var lossSum = 0.0
        var seen = 0
        var startLoss = 0.0
        while problem.nextBatch(&steps.step.slots) {
            let loss = steps.take(&problem)
            guard loss.sum.isFinite else {
                throw failure(task, "training loss is \(loss.sum.isNaN ? "nan" : "\(loss.sum)")")
            }
            if seen == 0 { startLoss = loss.mean }
            lossSum += loss.sum
            seen += loss.count
            progressed()
        }
        steps.finish(&problem)

        let local = steps.step.place(.weights)
        let squaredNorm = steps.step.slots.subtract(weights, from: local, into: &update)
        guard squaredNorm.isFinite else {
            throw failure(task, "the update is not finite")
        }
        return ClientReport(
            round: task.round, client: task.client, attempt: task.attempt,
            samples: UInt32(data.training.samples(of: Int(task.client)).count),
            steps: UInt32(steps.step.index),
            meanLoss: seen == 0 ? 0 : lossSum / Double(seen), startLoss: startLoss,
            squaredNorm: squaredNorm,
            rates: RateTrace(steps.step.events, start: task.localRate), traces: traces,
            state: steps.savedState, seconds: 0)
    }

    private var traces: ClientTraces {
        guard plan.ratePoints > 0 else { return ClientTraces() }
        return ClientTraces(
            stride: UInt32(clamping: steps.step.series.stride), rates: steps.step.series.rates,
            readings: steps.readings.map { Reading(name: $0.name, value: $0.value) })
    }

    private mutating func begin(
        _ task: ClientTask, weights: Span<Float>, movement: Span<Float>?
    ) throws(TaskFailure) {
        steps.step.slots.copy(weights, to: steps.step.place(.weights))
        steps.step.hasMovement = movement != nil && plan.scheduler.needs.movement
        if let movement, steps.step.hasMovement {
            steps.step.slots.copy(movement, to: steps.step.place(.movement))
        }
        let place = steps.step.place(.weights)
        guard let (offset, state) = plan.parts(of: task.state, parameters: place.count) else {
            throw fault(task, "the client state can't be read: it has no offset")
        }
        problem.begin(plan, data, task, at: place, offset: offset, &steps.step.slots)
        do {
            try steps.begin(
                rate: task.localRate, count: problem.stepCount, epochSteps: problem.epochSteps,
                key: RandomKey(
                    seed: plan.seed, .scheduler, client: task.client, round: task.round),
                state: Array(state), &problem)
        } catch {
            throw fault(task, "the client state can't be read: \(error)")
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
            mean: hasSteps ? events.sum / Double(events.steps) : start,
            // Where each parameter has its rate, there may be more than a report can count.
            lowerBoundHits: UInt32(clamping: events.lowerBoundHits),
            upperBoundHits: UInt32(clamping: events.upperBoundHits),
            saturatedAtOnce: events.saturatedAtOnce,
            undefined: UInt32(clamping: events.undefined))
    }
}
