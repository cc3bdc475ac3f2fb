import LinearAlgebra
import RandomStreams

/// Refuses groups of one number, whose normalized value is 0 whatever the sample is.
///
/// - Parameter size: how many numbers a group has.
func checkGroups(_ size: Int) throws(ModelError) {
    guard size > 1 else {
        throw ModelError(
            "expected two numbers or more in each group of the normalization, found one, which"
                + " would be 0 for all samples; use fewer groups (group_norm), a smaller stride or"
                + " larger images")
    }
}

/// Group normalization: in each sample, each group of neighbouring channels gets mean 0 and
/// variance 1, then each channel its scale s and shift b (Wu, He 2018, arXiv 1803.08494).
///
///     y = s z + b,   z = (x − mean) / √(variance + 1e-5)
///
/// If the shape rectifies, y = max(0, s z + b): the ReLU is part of the layer.
///
/// There is no batch normalization here. Its statistics mix the samples of a batch and, after they
/// are averaged with the model, the clients. Under data skew that is harmful: Hsieh et al. 2020
/// (arXiv 1910.00189) show it and propose group normalization. Here a sample's output depends on
/// that sample alone.
struct GroupNorm: Layer {
    let shape: GroupNormShape

    var inputs: Int { shape.inputs }
    var outputs: Int { shape.inputs }

    var parameters: [ParameterView] {
        let channels = shape.channels
        return [
            ParameterView(
                name: "weight", shape: [channels], place: Vector(start: 0, count: channels)),
            ParameterView(
                name: "bias", shape: [channels], place: Vector(start: channels, count: channels)),
        ]
    }

    func retainedCount(batch: Int) -> Int { batch * shape.moments }
    func workspace(batch: Int) -> Int { shape.workspace }

    /// Sets each scale to 1 and each shift to 0.
    func initialize(_ weights: inout [Float], key: RandomKey) {
        for index in weights.indices { weights[index] = index < shape.channels ? 1 : 0 }
    }

    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        forward(&slots, places, adding: nil)
    }

    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        backward(&slots, places, added: nil)
    }

    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        forwardTangent(&slots, places, tangents, adding: nil)
    }

    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        backwardTangent(&slots, places, tangents, added: nil)
    }

    // What ends a residual block: y = s z + b + added, before the ReLU. So a block makes one pass
    // over its output where the sum and the ReLU would be two more.

    func forward<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, adding added: Matrix?
    ) {
        slots.groupNorm(
            shape, places.input, .init(places.weights), adding: added, into: places.output,
            moments: places.memory, workspace: places.workspace)
    }

    /// Computes the gradients, and into `added` the derivative in what was added.
    func backward<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, added: Matrix?
    ) {
        slots.groupNormGradient(
            shape, places.input, moments: places.memory, .init(places.weights), y: places.output,
            places.outputGradient, into: .init(places.gradient), dx: places.inputGradient,
            dadded: added, workspace: places.workspace)
    }

    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents,
        adding added: Matrix?
    ) {
        slots.groupNormTangent(
            shape, places.input, moments: places.memory, .init(places.weights), y: places.output,
            xTangent: tangents.input, direction: .init(tangents.weights), addedTangent: added,
            into: tangents.output, moved: tangents.memory, workspace: places.workspace)
    }

    /// Computes the gradients' tangents, and into `added` that of the derivative in what was added.
    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents,
        added: Matrix?
    ) {
        slots.groupNormGradientTangent(
            shape, places.input, moments: places.memory, moved: tangents.memory,
            .init(places.weights), y: places.output, xTangent: tangents.input,
            direction: .init(tangents.weights), places.outputGradient,
            dyTangent: tangents.outputGradient, into: .init(tangents.gradient),
            dxTangent: tangents.inputGradient, daddedTangent: added,
            workspace: places.workspace)
    }
}
