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
    /// μ of FedProx's term μ/2 ‖w − w_t‖², which holds a client near the global model w_t it started
    /// from: its derivative μ (w − w_t) is added to each gradient (Li et al. 2020, arXiv
    /// 1812.06127). 0 is FedAvg.
    public var proximal: Double

    /// A plan.
    public init(
        seed: UInt64, length: BatchOrder.Length, batchSize: Int, optimizer: any Optimizer,
        scheduler: any ClientScheduler, proximal: Double = 0
    ) {
        self.seed = seed
        self.length = length
        self.batchSize = batchSize
        self.optimizer = optimizer
        self.scheduler = scheduler
        self.proximal = proximal
    }
}

/// The client's half of a round: a pure function
/// (task, global model, client state) → (report, update, new state).
///
/// What it holds between tasks are caches: its block of memory, the mapped data. Whatever it worked
/// on before, the same task gives the same bits. It allocates when it is made and, in a task, only
/// the report.
public struct LocalTrainer: ~Copyable {
    private let plan: TrainingPlan
    private let network: Network
    private let dataset: Dataset
    private let partition: Partition
    private let places: Network.Places
    private var step: Step<Float>
    private var order = BatchOrder()

    /// Allocates everything that tasks need.
    public init(_ plan: TrainingPlan, network: Network, dataset: Dataset, partition: Partition) {
        self.plan = plan
        self.network = network
        self.dataset = dataset
        self.partition = partition
        var layout = SlotsLayout()
        let vectors: Step<Float>.Places
        (vectors, places) = Self.places(in: &layout, plan, network, partition)
        step = Step(layout, vectors)
    }

    /// Samples in the largest batch: no more than the largest client has.
    public static func largestBatch(_ plan: TrainingPlan, _ partition: Partition) -> Int {
        max(1, min(plan.batchSize, partition.sizes.max() ?? 1))
    }

    /// How many floats a trainer allocates.
    public static func numbers(
        _ plan: TrainingPlan, network: Network, partition: Partition
    ) -> Int {
        var layout = SlotsLayout()
        _ = places(in: &layout, plan, network, partition)
        return layout.count
    }

    private static func places(
        in layout: inout SlotsLayout, _ plan: TrainingPlan, _ network: Network,
        _ partition: Partition
    ) -> (Step<Float>.Places, Network.Places) {
        let vectors = Step<Float>.Places(
            in: &layout, parameters: network.parameterCount,
            keepsPreviousGradient: plan.scheduler.needsPreviousGradient,
            keepsMovement: plan.scheduler.needsMovement, buffers: plan.optimizer.buffers)
        let batch = largestBatch(plan, partition)
        return (vectors, network.places(in: &layout, batch: batch, for: .training))
    }

    /// Trains one client for one round.
    ///
    /// - Parameters:
    ///   - weights: the global model w_t, (parameters).
    ///   - movement: Δ_{t−1}, (parameters); nil in the first round, or where no one needs it.
    ///   - update: receives w_i − w_t, (parameters).
    /// - Throws: `ClientFailure` when a loss or the update is not finite.
    public mutating func run(
        _ task: ClientTask, weights: Span<Float>, movement: Span<Float>?,
        into update: inout MutableSpan<Float>
    ) throws(ClientFailure) -> ClientReport {
        var scheduler = plan.scheduler
        do {
            if !task.state.isEmpty { try scheduler.restore(task.state) }
        } catch {
            throw failure(task, "client state can't be read: \(error)")
        }
        let samples = partition.samples(of: Int(task.client))
        order.begin(
            samples: samples, batchSize: plan.batchSize, length: plan.length,
            key: RandomKey(seed: plan.seed, .batches, client: task.client, round: task.round))
        step.slots.copy(weights, to: step.place(.weights))
        step.hasMovement = movement != nil && plan.scheduler.needsMovement
        if let movement, step.hasMovement { step.slots.copy(movement, to: step.place(.movement)) }
        step.clearBuffers()
        step.begin(rate: task.localRate, count: order.stepCount)
        scheduler.begin(&step)

        var lossSum = 0.0
        var seen = 0
        while let rows = nextBatch() {
            step.keepGradient()
            let (local, gradient) = (step.place(.weights), step.place(.gradient))
            let loss = network.gradient(&step.slots, places, rows: rows, at: local, into: gradient)
            guard loss.isFinite else {
                throw failure(task, "training loss is \(loss.isNaN ? "nan" : "\(loss)")")
            }
            // At the first step the term is 0.
            if plan.proximal > 0, step.index > 0 {
                step.slots.add(
                    local, minus: weights, times: Float(plan.proximal), to: gradient)
            }
            lossSum += loss
            seen += rows * network.targets
            scheduler.adapt(&step)
            step.move(along: plan.optimizer.direction(&step))
        }

        let squaredNorm = step.slots.subtract(
            weights, from: step.place(.weights), into: &update)
        guard squaredNorm.isFinite else {
            throw failure(task, "the update is not finite")
        }
        return ClientReport(
            round: task.round, client: task.client, attempt: task.attempt,
            samples: UInt32(samples.count), steps: UInt32(step.index),
            meanLoss: seen == 0 ? 0 : lossSum / Double(seen), squaredNorm: squaredNorm,
            rates: RateTrace(step.events, start: task.localRate), state: scheduler.savedBytes,
            seconds: 0)
    }

    /// Reads the next batch; nil after the last.
    private mutating func nextBatch() -> Int? {
        guard let batch = order.next() else { return nil }
        let dataset = dataset
        step.slots.withMutableSpans(
            places.input.prefix(rows: batch.count).vector,
            places.target.prefix(rows: batch.count).vector
        ) { features, targets in
            dataset.gather(batch.span, from: .train, into: &features, targets: &targets)
        }
        return batch.count
    }

    private func failure(_ task: ClientTask, _ reason: String) -> ClientFailure {
        ClientFailure(
            round: task.round, client: task.client, attempt: task.attempt,
            step: UInt32(step.index), localRate: step.rate, reason: reason)
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
            lowerBoundHits: UInt32(events.lowerBoundHits),
            upperBoundHits: UInt32(events.upperBoundHits),
            saturatedAtOnce: events.saturatedAtOnce, undefined: UInt32(events.undefined))
    }
}
