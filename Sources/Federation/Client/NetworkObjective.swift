import Datasets
import LearningRates
import LinearAlgebra
import Models
import RandomStreams

/// A network on a client's own samples: the objective that the rules of the client minimise.
struct NetworkObjective<S: SampleScalar>: LocalObjective, ~Copyable {
    /// The vectors of the objective, which are reserved before the block is made.
    struct Places {
        let training: Network.Places
        let validation: Network.Places?
        /// The vector of w_t, if a proximal term needs it.
        let start: Vector?
        /// The vector that is added to each gradient, if there is one.
        let offset: Vector?
    }

    private var network: Network
    private let configuredDecay: Double
    private let plain: Network
    private let proximal: Double
    private let dataset: Dataset
    private let places: Places
    private var order = BatchOrder()
    private var validationOrder = BatchOrder()
    private var rows = 0
    private var validationRows = 0

    init(_ plan: LocalTrainingSettings, _ network: Network, _ dataset: Dataset, _ places: Places) {
        self.network = network.prepared(for: dataset)
        configuredDecay = network.weightDecay
        var plain = self.network
        plain.weightDecay = 0
        self.plain = plain
        proximal = plan.proximal
        self.dataset = dataset
        self.places = places
    }

    /// Reserves the vectors of the objective.
    ///
    /// - Parameter needs: the needs of the scheduler; nil means those of the scheduler in the
    ///   settings.
    static func places(
        in layout: inout BlockLayout, _ plan: LocalTrainingSettings, _ network: Network,
        _ data: ClientData, needs: SchedulerNeeds? = nil
    ) -> Places {
        let needs = needs ?? plan.scheduler.needs
        let batch = data.largestBatch(plan.batchSize)
        return Places(
            training: network.places(
                in: &layout, batch: batch, for: needs.secondDerivatives ? .tangents : .training),
            validation: needs.validation
                ? network.places(
                    in: &layout, batch: data.largestValidationBatch(plan.validationBatchSize),
                    for: .training) : nil,
            start: plan.proximal > 0 ? layout.vector(network.parameterCount) : nil,
            offset: plan.correction != nil ? layout.vector(network.parameterCount) : nil)
    }

    /// The number of batches in the round.
    var stepCount: Int { order.stepCount }
    /// The number of batches in an epoch.
    var epochSteps: Int { order.epochSteps }

    /// Starts the round of a client.
    ///
    /// - Parameters:
    ///   - weights: the vector with w_t.
    ///   - server: the server's vector of the correction; empty if there is no offset or if none
    ///     was sent.
    ///   - own: the client's vector of the correction; empty before its first round.
    mutating func begin(
        _ plan: LocalTrainingSettings, _ data: ClientData, _ task: ClientTask, at weights: Vector,
        server: Span<S>, own: Span<S>, _ slots: inout VectorBlock<S>
    ) {
        network.weightDecay = configuredDecay
        let client = Int(task.client)
        order.begin(
            client: client, of: data.training, batchSize: plan.batchSize, length: plan.length,
            key: RandomKey(seed: plan.seed, .batches, client: task.client, round: task.round))
        if places.validation != nil {
            validationOrder.begin(
                client: client, of: data.validating(client), batchSize: plan.validationBatchSize,
                length: .steps(.max),
                key: RandomKey(
                    seed: plan.seed, .validationBatches, client: task.client, round: task.round))
        }
        if let start = places.start { slots.copy(weights, to: start) }
        if let place = places.offset, let correction = plan.correction {
            slots.withMutableSpan(place) {
                correction.makeOffset(&$0, server: server, own: own)
            }
        }
    }

    /// Computes the client's vector of a correction after its round.
    ///
    /// - Parameters:
    ///   - next: receives the vector.
    ///   - own: the vector before the round; empty in the client's first round.
    func advance(
        _ next: inout MutableSpan<S>, own: Span<S>, update: Span<S>,
        _ correction: any DriftCorrection, _ work: LocalWork, _ slots: borrowing VectorBlock<S>
    ) {
        guard let place = places.offset else { return }
        slots.withSpan(place) { offset in
            correction.updateClientVector(&next, own: own, offset: offset, update: update, work)
        }
    }

    /// Reads the next batch.
    ///
    /// - Returns: false if there are no more batches.
    mutating func nextBatch(_ slots: inout VectorBlock<S>) -> Bool {
        guard let batch = order.next() else { return false }
        gatherBatch(batch, &slots)
        dataset.prefetch(order.upcoming.span, from: .train)
        return true
    }

    /// Copies these samples into the batch.
    mutating func gatherBatch(_ batch: ArraySlice<Int32>, _ slots: inout VectorBlock<S>) {
        S.gather(batch, of: dataset, into: places.training, &slots)
        rows = batch.count
    }

    /// Copies these samples into the validation batch.
    mutating func gatherValidationBatch(_ batch: ArraySlice<Int32>, _ slots: inout VectorBlock<S>) {
        guard let validation = places.validation else { return }
        S.gather(batch, of: dataset, into: validation, &slots)
        validationRows = batch.count
    }

    /// Returns the remaining batches of this round.
    mutating func remainingBatches() -> [[Int32]] {
        var batches: [[Int32]] = []
        while let batch = order.next() { batches.append(Array(batch)) }
        return batches
    }

    mutating func nextValidationBatch(_ slots: inout VectorBlock<S>) {
        guard places.validation != nil, let batch = validationOrder.next() else { return }
        gatherValidationBatch(batch, &slots)
    }

    var weightDecay: Double {
        get { network.weightDecay }
        set { network.weightDecay = newValue }
    }

    mutating func gradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        let sum = network.gradient(
            &slots, places.training, rows: rows, at: weights, into: gradient)
        correct(&slots, at: weights, gradient)
        return BatchLoss(sum: sum, count: rows * network.targets)
    }

    mutating func gradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector,
        with partners: ProductVectors
    ) -> (loss: BatchLoss, products: VectorProducts) {
        // Corrections of the gradient follow after the network's own gradient.
        if places.start != nil || places.offset != nil {
            let loss = self.gradient(&slots, at: weights, into: gradient)
            return (loss, slots.products(of: gradient, with: partners))
        }
        let (sum, products) = network.gradient(
            &slots, places.training, rows: rows, at: weights, into: gradient, with: partners)
        return (BatchLoss(sum: sum, count: rows * network.targets), products)
    }

    mutating func descend(
        _ slots: inout VectorBlock<S>, at weights: Vector, times scale: S, through gradient: Vector
    ) -> BatchLoss {
        // Corrections of the gradient follow after the network's own gradient.
        if places.start != nil || places.offset != nil {
            return descendInTwoPasses(&slots, at: weights, times: scale, through: gradient)
        }
        let sum = network.descend(
            &slots, places.training, rows: rows, at: weights, times: scale, through: gradient)
        return BatchLoss(sum: sum, count: rows * network.targets)
    }

    private func correct(_ slots: inout VectorBlock<S>, at weights: Vector, _ gradient: Vector) {
        switch (places.start, places.offset) {
        case (let start?, let offset?):
            slots.add(weights, minus: start, times: S(proximal), and: offset, to: gradient)
        case (let start?, nil):
            slots.add(weights, minus: start, times: S(proximal), to: gradient)
        case (nil, let offset?): slots.add(offset, times: 1, to: gradient)
        case (nil, nil): break
        }
    }

    mutating func hessianProduct(
        _ slots: inout VectorBlock<S>, at weights: Vector, along direction: Vector,
        into product: Vector
    ) {
        network.hessianProduct(
            &slots, places.training, rows: rows, at: weights, along: direction, into: product)
        if proximal > 0 { slots.add(direction, times: S(proximal), to: product) }
    }

    mutating func gaussNewtonProduct(
        _ slots: inout VectorBlock<S>, at weights: Vector, along direction: Vector,
        into product: Vector
    ) {
        network.gaussNewtonProduct(
            &slots, places.training, rows: rows, at: weights, along: direction, into: product)
        if proximal > 0 { slots.add(direction, times: S(proximal), to: product) }
    }

    mutating func validationGradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        guard let validation = places.validation else { return BatchLoss(sum: 0, count: 0) }
        let sum = plain.gradient(
            &slots, validation, rows: validationRows, at: weights, into: gradient)
        return BatchLoss(sum: sum, count: validationRows * network.targets)
    }

    mutating func validationLoss(_ slots: inout VectorBlock<S>, at weights: Vector) -> BatchLoss {
        guard let validation = places.validation else { return BatchLoss(sum: 0, count: 0) }
        let (sum, _) = plain.evaluate(&slots, validation, rows: validationRows, at: weights)
        return BatchLoss(sum: sum, count: validationRows * network.targets)
    }
}

/// The samples that clients train on and validate on.
struct ClientData: Sendable {
    let training: any Population
    /// The samples that clients hold out; nil if no scheduler validates.
    let validation: (any Population)?

    /// Returns the samples in the largest batch: at most as many as the largest client has.
    func largestBatch(_ size: Int) -> Int { max(1, min(size, training.largestSize)) }

    /// Returns the samples in the largest batch that is trained on or validated on.
    func largestValidationBatch(_ size: Int) -> Int {
        max(largestBatch(size), min(size, validation?.largestSize ?? 1))
    }

    /// Returns the population whose samples of this client are used for validation: its held-out
    /// samples, or its training samples if it holds out none.
    func validating(_ client: Int) -> any Population {
        guard holdsOut(client), let validation else { return training }
        return validation
    }

    /// Returns whether a client holds out samples to validate on.
    func holdsOut(_ client: Int) -> Bool { (validation?.size(of: client) ?? 0) > 0 }
}
