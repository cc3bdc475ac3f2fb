public import LinearAlgebra
import RandomStreams

/// Layers in a row with mean cross-entropy at the end.
///
/// A value without numbers: parameters, activations and gradients are places in a block of the
/// caller's, planned by `places`.
public struct Network: Sendable {
    /// The layers, first to last.
    public let layers: [any Layer]
    /// Names and places of the parameters.
    public let layout: ParameterLayout
    private let starts: [Int]

    /// Numbers per sample.
    public var inputs: Int { layers.first?.inputs ?? 0 }
    /// Classes.
    public var outputs: Int { layers.last?.outputs ?? 0 }
    /// Length of the flat parameter vector.
    public var parameterCount: Int { layout.count }

    /// A network; each layer takes what the one before gives.
    public init(_ layers: [any Layer]) {
        for (one, next) in zip(layers, layers.dropFirst()) {
            precondition(
                one.outputs == next.inputs, "\(one.outputs) outputs, \(next.inputs) inputs")
        }
        var views: [ParameterView] = []
        var starts: [Int] = []
        var start = 0
        for (index, layer) in layers.enumerated() {
            starts.append(start)
            for var view in layer.parameters {
                view.name = "\(index).\(view.name)"
                view.place.start += start
                views.append(view)
            }
            start += layer.parameterCount
        }
        self.layers = layers
        self.starts = starts
        layout = ParameterLayout(views)
    }

    /// The initial parameters of a seed, in stored order. Each layer has a stream of its own.
    public func initialParameters(seed: UInt64) -> [Float] {
        var flat: [Float] = []
        flat.reserveCapacity(parameterCount)
        for (index, layer) in layers.enumerated() {
            var weights = [Float](repeating: 0, count: layer.parameterCount)
            layer.initialize(
                &weights, key: RandomKey(seed: seed, .initialization, client: UInt32(index)))
            flat.append(contentsOf: weights)
        }
        return flat
    }

    /// Places for the activations of a batch, and for their gradients.
    public struct Places: Sendable {
        /// (batch, inputs): the caller fills it.
        public let input: Matrix
        let outputs: [Matrix]
        let gradients: [Matrix]
        /// The largest batch.
        public var batch: Int { input.rows }
    }

    /// Plans a block for batches of up to `batch` samples.
    ///
    /// - Parameter training: whether gradients are wanted too.
    public func places(in plan: inout SlotsLayout, batch: Int, training: Bool) -> Places {
        Places(
            input: plan.matrix(rows: batch, columns: inputs),
            outputs: layers.map { plan.matrix(rows: batch, columns: $0.outputs) },
            gradients: training
                ? layers.map { plan.matrix(rows: batch, columns: $0.outputs) } : [])
    }

    /// The gradient of the mean loss over the first `rows` samples in `places.input`.
    ///
    /// - Parameters:
    ///   - weights: the flat parameters.
    ///   - gradient: receives ∂loss/∂weights, same length.
    ///   - labels: at least `rows`, each in 0..<outputs.
    /// - Returns: the *sum* of the samples' losses.
    public func gradient<S: Scalar>(
        _ slots: inout Slots<S>, _ places: Places, rows: Int, labels: [Int32],
        at weights: Vector, into gradient: Vector
    ) -> Double {
        forward(&slots, places, rows: rows, at: weights)
        let last = layers.count - 1
        let (loss, _) = slots.crossEntropy(
            places.outputs[last].prefix(rows: rows), labels.span,
            gradient: places.gradients[last].prefix(rows: rows))
        for index in layers.indices.reversed() {
            layers[index].backward(
                &slots,
                layerPlaces(places, index, rows: rows, at: weights, into: gradient))
        }
        return loss
    }

    /// Loss and hits on the first `rows` samples in `places.input`.
    ///
    /// - Returns: the sum of the samples' losses, and how many are classified correctly.
    public func evaluate<S: Scalar>(
        _ slots: inout Slots<S>, _ places: Places, rows: Int, labels: [Int32],
        at weights: Vector
    ) -> (loss: Double, correct: Int) {
        forward(&slots, places, rows: rows, at: weights)
        return slots.crossEntropy(
            places.outputs[layers.count - 1].prefix(rows: rows), labels.span, gradient: nil)
    }

    private func forward<S: Scalar>(
        _ slots: inout Slots<S>, _ places: Places, rows: Int, at weights: Vector
    ) {
        for index in layers.indices {
            layers[index].forward(
                &slots, layerPlaces(places, index, rows: rows, at: weights, into: nil))
        }
    }

    private func layerPlaces(
        _ places: Places, _ index: Int, rows: Int, at weights: Vector, into gradient: Vector?
    ) -> LayerPlaces {
        let count = (index + 1 < starts.count ? starts[index + 1] : layout.count) - starts[index]
        let input = index == 0 ? places.input : places.outputs[index - 1]
        let isTraining = gradient != nil
        return LayerPlaces(
            weights: weights.part(starts[index], count: count),
            gradient: gradient?.part(starts[index], count: count) ?? Vector(start: 0, count: 0),
            input: input.prefix(rows: rows), output: places.outputs[index].prefix(rows: rows),
            outputGradient: (isTraining ? places.gradients[index] : places.outputs[index])
                .prefix(rows: rows),
            inputGradient: isTraining && index > 0
                ? places.gradients[index - 1].prefix(rows: rows) : nil)
    }
}
