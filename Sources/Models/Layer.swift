public import LinearAlgebra
public import RandomStreams

/// Where a layer finds its numbers in the block, for one batch.
public struct LayerPlaces: Sendable {
    /// The layer's part of the flat parameter vector.
    public var weights: Vector
    /// The same part of the gradient; an empty vector when no gradient is wanted.
    public var gradient: Vector
    /// (batch, inputs).
    public var input: Matrix
    /// (batch, outputs).
    public var output: Matrix
    /// The loss's derivative in the output, (batch, outputs).
    public var outputGradient: Matrix
    /// The loss's derivative in the input, (batch, inputs); nil in the first layer, where nobody
    /// needs it.
    public var inputGradient: Matrix?
}

/// A differentiable map from (batch, inputs) to (batch, outputs) with parameters.
///
/// The only protocol of this room. A layer holds shapes and no numbers: parameters, activations
/// and gradients are places in the caller's block, so one layer value serves any number of
/// trainers and scalars. Tangents (forward mode) are added to this protocol beside the two
/// functions below, over the same places.
public protocol Layer: Sendable {
    /// Numbers per sample on the way in.
    var inputs: Int { get }
    /// Numbers per sample on the way out.
    var outputs: Int { get }
    /// The layer's tensors, with places relative to the layer's first parameter.
    var parameters: [ParameterView] { get }

    /// Draws the initial parameters, in the stored order.
    func initialize(_ weights: inout [Float], key: RandomKey)
    /// output ← f(input; weights).
    func forward<S: Scalar>(_ slots: inout Slots<S>, _ places: LayerPlaces)
    /// gradient ← ∂loss/∂weights and, where wanted, inputGradient ← ∂loss/∂input, from
    /// outputGradient and what `forward` left in input and output.
    func backward<S: Scalar>(_ slots: inout Slots<S>, _ places: LayerPlaces)
}

extension Layer {
    /// How many parameters the layer has.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.place.count } }
}
