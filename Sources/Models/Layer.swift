public import LinearAlgebra
public import RandomStreams

/// Where a layer finds its numbers in the block, for one batch.
///
/// Matrices are (batch, numbers per sample). A layer and its neighbours agree on the order of the
/// numbers of a batch. Layers over sequences keep (positions, batch, width), position after
/// position, in the same memory.
public struct LayerPlaces: Sendable {
    /// The layer's part of the flat parameter vector.
    public var weights: Vector
    /// The vector for the gradient of this layer, as `weights` for its parameters. It is empty if
    /// only `forward` is called.
    public var gradient: Vector
    /// Whether `backward` must write the weights' gradient. If false, `backward` may skip this
    /// work.
    public var wantsGradient: Bool
    /// The inputs, shape (batch, inputs).
    public var input: Matrix
    /// Whether many of the inputs are 0, so that a layer may save time by leaving them out. It must
    /// not change a bit of the result.
    public var inputHasManyZeros: Bool
    /// The outputs, shape (batch, outputs).
    public var output: Matrix
    /// The loss's derivative in the output, (batch, outputs).
    public var outputGradient: Matrix
    /// The loss's derivative in the input, (batch, inputs); nil in the first layer, where no layer
    /// needs it.
    public var inputGradient: Matrix?
    /// `Layer.memory(batch:for:)` numbers that survive from `forward` to the other three.
    public var memory: Vector
    /// `Layer.workspace(batch:)` numbers that survive nothing: all layers share them.
    public var workspace: Vector
    /// The passes that the block has vectors for.
    public var use: Network.Use
}

/// The tangents of a layer's numbers, d/dt at t = 0 where the weights are w + t v.
public struct LayerTangents: Sendable {
    /// v, the direction in which the weights move.
    public var weights: Vector
    /// The tangent of the gradient, H v.
    public var gradient: Vector
    /// The tangent of the input, (batch, inputs). It is nil in the first layer, since data do not
    /// move.
    public var input: Matrix?
    /// The tangent of the output, (batch, outputs).
    public var output: Matrix
    /// The tangent of the loss's derivative in the output, (batch, outputs).
    public var outputGradient: Matrix
    /// The tangent of the loss's derivative in the input, (batch, inputs). It is nil in the first
    /// layer.
    public var inputGradient: Matrix?
    /// `Layer.memory(batch:for:)` numbers that survive from `forwardTangent` to `backwardTangent`.
    public var memory: Vector
}

/// A differentiable map from (batch, inputs) to (batch, outputs) with parameters.
///
/// This is the only protocol of the room. A layer contains shapes and no numbers. Parameters,
/// activations and gradients are in the caller's block, so one layer value serves any number of
/// trainers and scalars.
///
/// The four functions are called in the order forward, backward, forwardTangent, backwardTangent,
/// for all layers in turn. The last ones may be left out, and forwardTangent may also follow
/// forward at once. The values that earlier functions left in input, output, outputGradient and
/// memory are still there later.
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
    /// Returns how many numbers must stay from `forward` to `backward`, besides input and output.
    func retainedCount(batch: Int) -> Int
    /// Returns how many numbers must stay if only these passes follow `forward`.
    func retainedCount(batch: Int, for use: Network.Use) -> Int
    /// Returns how many numbers of scratch each function needs.
    func workspace(batch: Int) -> Int

    /// Draws the initial parameters, in the stored order.
    func initialize(_ weights: inout [Float], key: RandomKey)
    /// output ← f(input; weights).
    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces)
    /// gradient ← ∂loss/∂weights and, where wanted, inputGradient ← ∂loss/∂input, from
    /// outputGradient and what `forward` left in input and output.
    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces)
    /// Computes the gradients as `backward` does, and returns the products of the layer's gradient
    /// with its part of the partners. A layer may compute both in one pass.
    func backward<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, with partners: ProductVectors
    ) -> VectorProducts
    /// Computes inputGradient as `backward` does, and moves the layer's weights along its gradient:
    /// weights ← weights + scale · ∂loss/∂weights. Each number has the bits of `backward` and an
    /// addition after it. `places.gradient` has any content afterwards.
    func descend<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces, times scale: S)
    /// tangents.output ← the tangent of `forward`'s output along tangents.input and
    /// tangents.weights (forward mode; Pearlmutter 1994's R-operator).
    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents)
    /// tangents.gradient and, where wanted, tangents.inputGradient ← the tangents of what
    /// `backward` wrote, along tangents.outputGradient and all that `forwardTangent` moved.
    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents)
}

extension Layer {
    /// How many parameters the layer has.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.place.count } }
    /// By default, a layer is one module.
    public var modules: Int { 1 }
    /// By default, a layer has no parameters.
    public var parameters: [ParameterView] { [] }
    /// Leaves the weights as they are. By default, a layer has no parameters to draw.
    public func initialize(_ weights: inout [Float], key: RandomKey) {}
    /// Returns 0. By default, no number stays from `forward` to `backward`.
    public func retainedCount(batch: Int) -> Int { 0 }
    /// Returns the same number for each use. By default, what follows `forward` makes no
    /// difference.
    public func retainedCount(batch: Int, for use: Network.Use) -> Int {
        retainedCount(batch: batch)
    }
    /// Computes the gradients first and the products after that. By default, no layer computes both
    /// in one pass.
    public func backward<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, with partners: ProductVectors
    ) -> VectorProducts {
        backward(&slots, places)
        return slots.products(of: places.gradient, with: partners)
    }
    /// Computes the gradient first and adds it after that. By default, no layer does both in one
    /// pass.
    public func descend<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, times scale: S
    ) {
        backward(&slots, places)
        if places.weights.count > 0 {
            slots.add(places.gradient, times: scale, to: places.weights)
        }
    }
    /// Returns 0. By default, a layer needs no scratch.
    public func workspace(batch: Int) -> Int { 0 }
}
