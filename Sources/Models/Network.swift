import LinearAlgebra
import RandomStreams

/// Layers in a row with a loss at the end.
///
/// A value without numbers: parameters, activations and gradients are places in a block of the
/// caller's, planned by `places`.
public struct Network: Sendable {
    /// The layers, first to last.
    public let layers: [any Layer]
    /// The loss that training minimises.
    public let loss: Loss
    /// λ of the term λ/2 ‖w‖² that is added to the mean loss: in the gradient and all tangents, not
    /// in the losses that are reported.
    public var weightDecay = 0.0
    /// Whether enough numbers of the samples are 0 for leaving them out to save time. It changes no
    /// bit of a result.
    public var samplesHaveManyZeros = false
    /// The names and vectors of the parameters.
    public let layout: ParameterLayout
    let starts: [Int]

    /// How many numbers a sample has.
    public var inputs: Int { layers.first?.inputs ?? 0 }
    /// Numbers per sample at the end: classes times positions, or targets.
    public var outputs: Int { layers.last?.outputs ?? 0 }
    /// How many numbers a sample's target has.
    public var targets: Int { loss.targets(outputs: outputs) }
    /// Length of the flat parameter vector.
    public var parameterCount: Int { layout.count }

    /// A network; each layer takes what the one before gives.
    ///
    /// - Parameter names: the name of each layer's module; nil for the numbers of PyTorch's
    ///   `Sequential`.
    public init(_ layers: [any Layer], names: [String]? = nil, loss: Loss) {
        precondition(names.map { $0.count == layers.count } ?? true, "one name per layer")
        for (one, next) in zip(layers, layers.dropFirst()) {
            precondition(
                one.outputs == next.inputs, "\(one.outputs) outputs, \(next.inputs) inputs")
        }
        var views: [ParameterView] = []
        var starts: [Int] = []
        var start = 0
        var module = -1
        for (index, layer) in layers.enumerated() {
            starts.append(start)
            module += layer.modules
            for var view in layer.parameters {
                view.name = "\(names?[index] ?? String(module)).\(view.name)"
                view.place.start += start
                views.append(view)
            }
            start += layer.parameterCount
        }
        self.layers = layers
        self.loss = loss
        self.starts = starts
        layout = ParameterLayout(views)
    }

    /// Returns the initial parameters of a seed, in stored order. Each layer has a stream of its
    /// own.
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
}
