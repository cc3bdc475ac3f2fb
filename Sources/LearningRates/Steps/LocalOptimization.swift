public import Bytes
public import LinearAlgebra
public import RandomStreams

/// A client's local steps: optimizer and scheduler minimise a local objective. The same code trains
/// networks on data and, in tests, replays traces of other implementations.
///
///     steps.begin(rate:count:key:state:vectors:problem)   restores what was carried over
///     steps.takeStep(&problem)                            once for each batch
///     steps.finish(&problem)                              then `savedState` and the vectors of
///                                                         `write` are the new client state
///
/// One step: g ← ∂loss/∂w with the products that the scheduler names, `adaptRates`, d ← direction,
/// `didComputeDirection`, w ← w − β d, `didMoveWeights`.
public struct LocalOptimization<S: Scalar>: ~Copyable {
    /// The vectors and the rate of the current step.
    public var step: StepContext<S>
    /// The scheduler as in the settings, without the state of a round.
    private let configured: any ClientScheduler
    private var scheduler: any ClientScheduler
    private let optimizer: any Optimizer
    /// Whether a step only moves the weights along the gradient, with one rate for all.
    private let onlyDescends: Bool
    private var effective: EffectiveRate?

    /// Creates local steps with a new block.
    ///
    /// - Parameters:
    ///   - places: vectors that were reserved with this scheduler's needs and this optimizer.
    ///   - scheduler: a started scheduler.
    ///   - pull: the weight μ of a proximal term in the loss, for `effectiveRate`.
    ///   - seriesCapacity: the number of rates of a round that are kept; even.
    public init(
        _ layout: BlockLayout, _ places: StepContext<S>.Vectors, scheduler: any ClientScheduler,
        optimizer: any Optimizer, pull: Double = 0, seriesCapacity: Int = 0
    ) {
        step = StepContext(layout, places, seriesCapacity: seriesCapacity)
        configured = scheduler
        self.scheduler = scheduler
        self.optimizer = optimizer
        onlyDescends =
            scheduler.needs.isConstant && optimizer.isPlainDescent && step.groupCount == 1
            && step.scope != .parameter
        effective = EffectiveRate(optimizer, pull: pull)
    }

    /// Σ_k a_k of the round so far: how far its steps move the weights for each unit of a constant
    /// gradient.
    ///
    /// It is nil if the optimizer's direction is not linear in the gradients, or if parameters have
    /// several rates. It is also nil if all steps had one rate and the momentum of the settings:
    /// then it follows from the number of steps and the rate.
    public var effectiveRate: Double? {
        guard let effective, !effective.isEven, step.groupCount == 1, step.scope != .parameter
        else { return nil }
        return effective.sum
    }

    /// Starts a round at the weights and the previous aggregate that the caller has written into
    /// their vectors.
    ///
    /// - Parameters:
    ///   - rate: the sent rate β_t.
    ///   - count: the number of steps of the round.
    ///   - epochSteps: the steps of one pass over the client's samples; nil means all steps.
    ///   - state: the numbers of the client state; empty before the client's first round.
    ///   - vectors: the vectors of the client state, one after the other, each with the shape
    ///     (parameters).
    /// - Throws: `BytesError` if the state does not belong to this scheduler.
    public mutating func begin<P: LocalObjective & ~Copyable>(
        rate: Double, count: Int, epochSteps: Int? = nil, key: RandomKey, state: [UInt8],
        vectors: Span<S>, _ problem: inout P
    ) throws(BytesError) where P.S == S {
        scheduler = configured
        step.draw(from: key)
        step.clearBuffers()
        step.begin(rate: rate, count: count, optimizer.hyperparameters)
        effective?.begin()
        step.epochSteps = epochSteps ?? count
        if !state.isEmpty || !vectors.isEmpty {
            var reader = ByteReader(state)
            try scheduler.restore(from: &reader)
            try restoreNumbers(from: &reader)
            try reader.end()
            try restore(vectors)
        }
        scheduler.beginRound(&step, &problem)
    }

    /// Takes a step on the batch of the objective.
    ///
    /// - Returns: the loss before the step. If it is not finite, no step was taken.
    public mutating func takeStep<P: LocalObjective & ~Copyable>(_ problem: inout P) -> BatchLoss
    where P.S == S {
        if onlyDescends { return descend(&problem) }
        step.keepGradient()
        let (weights, gradient) = (step.vector(.weights), step.vector(.gradient))
        let loss: BatchLoss
        if let partners = scheduler.gradientProducts(step) {
            let places = step.places(of: partners)
            (loss, step.products) = problem.gradient(
                &step.slots, at: weights, into: gradient, with: places)
        } else {
            loss = problem.gradient(&step.slots, at: weights, into: gradient)
        }
        guard loss.sum.isFinite else { return loss }
        step.loss = loss.mean
        scheduler.adaptRates(&step, &problem)
        let momentum = step.hyperparameters.momentum
        let direction = optimizer.direction(&step)
        scheduler.didComputeDirection(direction, &step, &problem)
        effective?.take(rate: step.rate, momentum: momentum)
        step.move(along: direction)
        scheduler.didMoveWeights(&step, &problem)
        return loss
    }

    /// Takes a step that needs no gradient for itself, with the same bits.
    private mutating func descend<P: LocalObjective & ~Copyable>(_ problem: inout P) -> BatchLoss
    where P.S == S {
        let (weights, gradient) = (step.vector(.weights), step.vector(.gradient))
        let loss = problem.descend(
            &step.slots, at: weights, times: S(-step.rate), through: gradient)
        guard loss.sum.isFinite else { return loss }
        step.loss = loss.mean
        effective?.take(rate: step.rate, momentum: step.hyperparameters.momentum)
        step.didMove(along: .gradient)
        return loss
    }

    /// Ends the round, after its last step.
    public mutating func finish<P: LocalObjective & ~Copyable>(_ problem: inout P) where P.S == S {
        scheduler.endRound(&step, &problem)
    }

    /// Numbers of the scheduler's state, with their names.
    public var readings: [(name: String, value: Double)] { scheduler.readings }

    /// The numbers of the new client state: those of the scheduler, the rates of groups, and the
    /// number of steps of the optimizer's buffers. It is empty if nothing is carried over.
    public var savedState: [UInt8] {
        var writer = ByteWriter()
        scheduler.save(to: &writer)
        let carried = scheduler.carried
        if carried.includesRates, step.scope != .parameter {
            for rate in step.rates { writer.write(rate) }
        }
        if carried.includesOptimizer { writer.write(UInt64(step.stepsOfBuffers)) }
        return writer.bytes
    }

    /// The number of vectors of the new client state.
    public var carriedVectors: Int {
        scheduler.carried.count(scope: step.scope, buffers: optimizer.buffers)
    }

    /// Writes these vectors, one after the other, each with the shape (parameters).
    ///
    /// - Parameters:
    ///   - out: memory outside the block.
    ///   - start: the position of the first vector. There must be room for all of them.
    public func write(carriedTo out: inout MutableSpan<S>, at start: Int) {
        var next = start
        for slot in carriedSlots {
            let place = step.vector(slot)
            step.slots.write(place, into: &out, at: next)
            next += place.count
        }
    }

    /// The carried vectors, in the order in which they are sent.
    private var carriedSlots: [VectorName] {
        let carried = scheduler.carried
        let rates = carried.includesRates && step.scope == .parameter ? [VectorName.rates] : []
        let buffers = carried.includesOptimizer ? optimizer.buffers : 0
        return rates + carried.slots + (0..<buffers).map { .buffer($0) }
    }

    private mutating func restoreNumbers(from reader: inout ByteReader) throws(BytesError) {
        let carried = scheduler.carried
        if carried.includesRates, step.scope != .parameter {
            for group in step.rates.indices { step.rates[group] = try reader.double() }
        }
        if carried.includesOptimizer {
            step.stepsOfBuffers = Int(clamping: try reader.integer(UInt64.self))
        }
    }

    private mutating func restore(_ vectors: Span<S>) throws(BytesError) {
        let slots = carriedSlots
        let size = step.vector(.weights).count
        guard vectors.count == slots.count * size else {
            throw .invalid(
                "expected \(slots.count) vectors of \(size) numbers, found \(vectors.count) numbers"
            )
        }
        for (index, slot) in slots.enumerated() {
            let start = index * size
            step.slots.copy(vectors.extracting(start..<start + size), to: step.vector(slot))
        }
    }
}
