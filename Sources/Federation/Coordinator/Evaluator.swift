public import Datasets
import LinearAlgebra
public import Models

/// Tests the global model on the test part, in batches of fixed size and order, so that the result
/// depends on the model alone.
public struct Evaluator: ~Copyable {
    private let network: Network
    private let dataset: Dataset
    private let places: Network.Places
    private let weights: Vector
    private var slots: Slots<Float>

    /// Mean loss and share of hits.
    public struct Result: Equatable, Sendable {
        /// Mean cross-entropy, natural logarithm.
        public var loss: Double
        /// Share of samples whose largest logit is their label, 0...1.
        public var accuracy: Double
    }

    /// Allocates everything that evaluations need.
    public init(network: Network, dataset: Dataset) {
        self.network = network
        self.dataset = dataset
        let batch = max(1, min(256, dataset.count(of: .test)))
        var layout = SlotsLayout()
        weights = layout.vector(network.parameterCount)
        places = network.places(in: &layout, batch: batch, for: .evaluation)
        slots = Slots(layout)
    }

    /// Loss and accuracy over the whole test part; nil when it is empty.
    public mutating func evaluate(_ model: Span<Float>) -> Result? {
        let count = dataset.count(of: .test)
        guard count > 0 else { return nil }
        slots.copy(model, to: weights)
        var lossSum = 0.0
        var hits = 0
        var first = 0
        while first < count {
            let rows = min(places.batch, count - first)
            let start = first
            slots.withMutableSpans(
                places.input.prefix(rows: rows).vector, places.target.prefix(rows: rows).vector
            ) { features, targets in
                dataset.gatherRange(
                    first: start, count: rows, from: .test, into: &features, targets: &targets)
            }
            let (loss, correct) = network.evaluate(&slots, places, rows: rows, at: weights)
            lossSum += loss
            hits += correct
            first += rows
        }
        let predictions = Double(count * network.targets)
        return Result(loss: lossSum / predictions, accuracy: Double(hits) / predictions)
    }
}
