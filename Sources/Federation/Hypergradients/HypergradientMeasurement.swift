public import Datasets
public import LearningRates
import LinearAlgebra
public import Models
import RandomStreams

/// Measures one client's round: the exact derivatives of its validation loss E in the local rate,
/// and the estimates of client schedulers.
///
/// All values belong to one path, the round at a constant rate. Schedulers must not change the rate
/// (hyper-rate 0), so that exact values and estimates are derivatives at the same weights. The
/// computation is in double precision. E is measured on the client's held-out samples. With fewer
/// than two held-out samples, it is measured on the training samples.
public struct HypergradientMeasurement: Sendable {
    private let plan: LocalTrainingSettings
    private let network: Network
    private let dataset: Dataset
    private let data: ClientData
    private let task: ClientTask
    private let weights: [Double]
    private let previousAggregate: [Double]?
    /// The server's and the client's vectors of the drift correction; empty if there are none.
    private let server: [Double]
    private let own: [Double]

    /// Prepares one round of one client.
    ///
    /// - Parameters:
    ///   - plan: the settings of local training; their scheduler is not used.
    ///   - task: the round, the client and the local rate; the scheduler state in it is not used.
    ///   - weights: the global model w_t.
    ///   - movement: the previous aggregate Δ_{t−1}; nil in the first round.
    ///   - server: the server's vector of a correction; empty if the server sends none.
    ///   - own: the client's vector of a correction; empty if the client has none yet.
    public init(
        _ plan: LocalTrainingSettings, network: Network, dataset: Dataset,
        partition: any Population, validation: any Population, task: ClientTask, weights: [Float],
        previousAggregate: [Float]?,
        server: [Float] = [], own: [Float] = []
    ) {
        (self.plan, self.network, self.dataset) = (plan, network, dataset)
        self.server = server.map(Double.init)
        self.own = own.map(Double.init)
        data = ClientData(training: partition, validation: validation)
        self.task = task
        self.weights = weights.map(Double.init)
        self.previousAggregate = previousAggregate?.map(Double.init)
    }

    private struct Places {
        var vectors: StepContext<Double>.Vectors
        var problem: NetworkObjective<Double>.Places
        var scratch: Vector
    }

    private func places(
        in layout: inout BlockLayout, _ needs: SchedulerNeeds
    ) -> Places {
        Places(
            vectors: StepContext<Double>.Vectors(
                in: &layout, network.layout.groups, needs, plan.optimizer),
            problem: NetworkObjective<Double>.places(
                in: &layout, plan, network, data, needs: needs),
            scratch: layout.vector(network.parameterCount))
    }

    /// Makes the client's objective at the start of the round.
    private func problem(_ places: Places, _ step: inout StepContext<Double>) -> ObservedObjective {
        step.slots.copy(weights.span, to: step.vector(.weights))
        step.hasPreviousAggregate = false
        if let previousAggregate, step.vector(.previousAggregate).count > 0 {
            step.slots.copy(previousAggregate.span, to: step.vector(.previousAggregate))
            step.hasPreviousAggregate = true
        }
        let place = step.vector(.weights)
        var problem = NetworkObjective<Double>(plan, network, dataset, places.problem)
        problem.begin(
            plan, data, task, at: place, server: server.span, own: own.span, &step.slots)
        let batches = problem.remainingBatches()
        problem.begin(
            plan, data, task, at: place, server: server.span, own: own.span, &step.slots)
        return ObservedObjective(
            problem, batches: batches, validation: validationSamples,
            part: data.largestValidationBatch(plan.validationBatchSize), scratch: places.scratch)
    }

    private var validationSamples: [Int32] {
        let client = Int(task.client)
        return data.validating(client).samples(of: client)
    }

    private var stepCount: Int { stepCount(plan.length) }

    private func stepCount(_ length: BatchOrder.Length) -> Int {
        BatchOrder.stepCount(
            samples: data.training.size(of: Int(task.client)), batchSize: plan.batchSize,
            length: length)
    }

    /// Computes the exact derivatives: per step in reverse mode, up to each step in forward mode.
    ///
    /// - Throws: `ClientFailure` if a loss on the path is not finite.
    public func truth() throws(ClientFailure) -> HypergradientTruth {
        var layout = BlockLayout()
        let places = places(in: &layout, UnrolledSteps.needs)
        var step = StepContext<Double>(layout, places.vectors)
        var problem = problem(places, &step)
        let steps = UnrolledSteps(
            optimizer: plan.optimizer, rate: task.localRate, count: stepCount)
        guard let running = steps.running(.rate, &step, &problem) else {
            throw failure(step.index)
        }
        let end = step.slots.values(step.vector(.weights))
        step.slots.copy(weights.span, to: step.vector(.weights))
        guard let exact = steps.exact(&step, &problem) else { throw failure(step.index) }
        var truth = HypergradientTruth(
            loss: exact.loss, perStep: exact.schedule,
            soFar: [0] + running.derivatives.dropLast(),
            gradientsPerStep: problem.gradients / Double(max(stepCount, 1)),
            samples: validationSamples.count, isHeldOut: data.holdsOut(Int(task.client)))
        truth.end = end
        return truth
    }

    /// Computes the estimates of one method at each step.
    ///
    /// - Parameters:
    ///   - scheduler: a started scheduler with hyper-rate 0.
    ///   - method: the name of the method.
    /// - Throws: `ClientFailure` if a loss is not finite.
    public func estimates(
        of scheduler: any ClientScheduler, named method: String, beside truth: HypergradientTruth
    ) throws(ClientFailure) -> HypergradientEstimates {
        var layout = BlockLayout()
        let places = places(in: &layout, scheduler.needs)
        var steps = LocalOptimization<Double>(
            layout, places.vectors, scheduler: scheduler, optimizer: plan.optimizer)
        var problem = problem(places, &steps.step)
        do {
            try steps.begin(
                rate: task.localRate, count: stepCount, epochSteps: stepCount(.epochs(1)),
                key: RandomKey(
                    seed: plan.seed, .scheduler, client: task.client, round: task.round),
                state: [], vectors: Span(), &problem)
        } catch {
            throw failure(0)
        }
        var values: [Double] = []
        for index in 0..<stepCount {
            problem.select(step: index, &steps.step.slots)
            guard steps.takeStep(&problem).sum.isFinite else { throw failure(index) }
            values.append(steps.step.hypergradients.reduce(0, +))
        }
        steps.finish(&problem)
        // Methods that update the rate once per round do this at its end.
        if let last = values.indices.last { values[last] = steps.step.hypergradients.reduce(0, +) }
        let end = steps.step.slots.values(steps.step.vector(.weights))
        return HypergradientEstimates(
            method: method, values: values,
            gradientsPerStep: problem.gradients / Double(max(stepCount, 1)),
            distance: distance(end, truth.end))
    }

    private func distance(_ end: [Double], _ other: [Double]) -> Double {
        func norm(_ x: [Double], _ y: [Double]) -> Double {
            zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        }
        let apart = norm(end, other)
        return apart == 0 ? 0 : apart / norm(other, weights)
    }

    private func failure(_ step: Int) -> ClientFailure {
        ClientFailure(
            round: task.round, client: task.client, attempt: task.attempt, step: UInt32(step),
            localRate: task.localRate, reason: "expected finite losses, found others")
    }
}
