public import LinearAlgebra
public import RandomStreams

/// Where a layer finds its numbers in the block, for one batch.
///
/// Matrices are (batch, numbers per sample). What a layer does with the numbers of a batch is its
/// own agreement with its neighbours: layers over sequences keep (positions, batch, width), position
/// after position, in the same memory.
public struct LayerPlaces: Sendable {
    /// The layer's part of the flat parameter vector.
    public var weights: Vector
    /// The same part of the gradient; an empty vector where only `forward` is called.
    public var gradient: Vector
    /// Whether `backward` must leave the weights' gradient there; else it may, and had better save
    /// the time.
    public var wantsGradient: Bool
    /// (batch, inputs).
    public var input: Matrix
    /// (batch, outputs).
    public var output: Matrix
    /// The loss's derivative in the output, (batch, outputs).
    public var outputGradient: Matrix
    /// The loss's derivative in the input, (batch, inputs); nil in the first layer, where nobody
    /// needs it.
    public var inputGradient: Matrix?
    /// `Layer.memory(batch:for:)` numbers that survive from `forward` to the other three.
    public var memory: Vector
    /// `Layer.workspace(batch:)` numbers that survive nothing: all layers share them.
    public var workspace: Vector
    /// What the block is planned for.
    public var use: Network.Use
}

/// The tangents of a layer's numbers, d/dt at t = 0 where the weights are w + t v.
public struct LayerTangents: Sendable {
    /// v, the direction in which the weights move.
    public var weights: Vector
    /// The tangent of the gradient, H v.
    public var gradient: Vector
    /// Of the input, (batch, inputs); nil in the first layer: data don't move.
    public var input: Matrix?
    /// Of the output, (batch, outputs).
    public var output: Matrix
    /// Of the loss's derivative in the output, (batch, outputs).
    public var outputGradient: Matrix
    /// Of the loss's derivative in the input, (batch, inputs); nil in the first layer.
    public var inputGradient: Matrix?
    /// `Layer.memory(batch:for:)` numbers that survive from `forwardTangent` to `backwardTangent`.
    public var memory: Vector
}

/// A differentiable map from (batch, inputs) to (batch, outputs) with parameters.
///
/// The only protocol of this room. A layer holds shapes and no numbers: parameters, activations
/// and gradients are places in the caller's block, so one layer value serves any number of
/// trainers and scalars.
///
/// The four functions are called in the order forward, backward, forwardTangent, backwardTangent
/// (any prefix of it; forwardTangent may also follow forward at once), for all layers in turn. What
/// the earlier ones left in input, output, outputGradient and memory is still there in the later.
public protocol Layer: Sendable {
    /// Numbers per sample on the way in.
    var inputs: Int { get }
    /// Numbers per sample on the way out.
    var outputs: Int { get }
    /// The layer's tensors, with places relative to the layer's first parameter.
    var parameters: [ParameterView] { get }
    /// How many modules of PyTorch's `Sequential` the layer is, itself the last of them; parameters
    /// are numbered so.
    var modules: Int { get }
    /// How many numbers must survive from `forward` on, besides input and output.
    func memory(batch: Int) -> Int
    /// The same where it depends on what comes after `forward`.
    func memory(batch: Int, for use: Network.Use) -> Int
    /// How many numbers of scratch each of the functions needs.
    func workspace(batch: Int) -> Int

    /// Draws the initial parameters, in the stored order.
    func initialize(_ weights: inout [Float], key: RandomKey)
    /// output ← f(input; weights).
    func forward<S: Scalar>(_ slots: inout Slots<S>, _ places: LayerPlaces)
    /// gradient ← ∂loss/∂weights and, where wanted, inputGradient ← ∂loss/∂input, from
    /// outputGradient and what `forward` left in input and output.
    func backward<S: Scalar>(_ slots: inout Slots<S>, _ places: LayerPlaces)
    /// The same, and the products of the layer's gradient with its part of the partners, which a
    /// layer may take while it has the gradient at hand.
    func backward<S: Scalar>(
        _ slots: inout Slots<S>, _ places: LayerPlaces, with partners: Partners
    ) -> VectorProducts
    /// tangents.output ← the tangent of `forward`'s output along tangents.input and
    /// tangents.weights (forward mode; Pearlmutter 1994's R-operator).
    func forwardTangent<S: Scalar>(
        _ slots: inout Slots<S>, _ places: LayerPlaces, _ tangents: LayerTangents)
    /// tangents.gradient and, where wanted, tangents.inputGradient ← the tangents of what `backward`
    /// wrote, along tangents.outputGradient and all that `forwardTangent` moved.
    func backwardTangent<S: Scalar>(
        _ slots: inout Slots<S>, _ places: LayerPlaces, _ tangents: LayerTangents)
}

extension Layer {
    /// How many parameters the layer has.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.place.count } }
    /// One module.
    public var modules: Int { 1 }
    /// No parameters.
    public var parameters: [ParameterView] { [] }
    /// Nothing to draw.
    public func initialize(_ weights: inout [Float], key: RandomKey) {}
    /// Nothing to keep.
    public func memory(batch: Int) -> Int { 0 }
    /// The same for each use.
    public func memory(batch: Int, for use: Network.Use) -> Int { memory(batch: batch) }
    /// One after the other.
    public func backward<S: Scalar>(
        _ slots: inout Slots<S>, _ places: LayerPlaces, with partners: Partners
    ) -> VectorProducts {
        backward(&slots, places)
        return slots.products(of: places.gradient, with: partners)
    }
    /// No scratch.
    public func workspace(batch: Int) -> Int { 0 }
}
