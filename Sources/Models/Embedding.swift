import LinearAlgebra
import RandomStreams

/// Row s of a table for each symbol s of a sequence. Samples are (batch, length) whole numbers. The
/// table E is (vocabulary, width). The output is (length, batch, width), position after position.
///
/// Backward: row s of dE is the sum of dy over the positions of s. The output is linear in E, so
/// the tangents are the same maps: ẏ from the direction's rows, and from δ, the tangent of dy.
struct Embedding: Layer {
    let vocabulary: Int
    let width: Int
    /// How many symbols a sample has.
    let length: Int
    /// The table is drawn uniformly in ± this bound; nil: from the standard normal distribution.
    var bound: Double?

    var inputs: Int { length }
    var outputs: Int { length * width }

    var parameters: [ParameterView] {
        [
            ParameterView(
                name: "weight", shape: [vocabulary, width],
                place: Vector(start: 0, count: vocabulary * width))
        ]
    }

    /// Draws the table. PyTorch's own start is the standard normal distribution.
    func initialize(_ weights: inout [Float], key: RandomKey) {
        var stream = key.stream()
        for index in weights.indices {
            weights[index] = Float(
                bound.map { (2 * stream.uniform() - 1) * $0 } ?? stream.normal())
        }
    }

    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        embed(&slots, places.input, places.weights, places.output)
    }

    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        guard places.wantsGradient else { return }
        sum(&slots, places.input, places.outputGradient, places.gradient)
    }

    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        embed(&slots, places.input, tangents.weights, tangents.output)
    }

    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        sum(&slots, places.input, tangents.outputGradient, tangents.gradient)
    }

    private func embed<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ symbols: Matrix, _ table: Vector, _ output: Matrix
    ) {
        slots.embed(
            symbols, table.matrix(rows: vocabulary, columns: width),
            into: output.split(into: length))
    }

    private func sum<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ symbols: Matrix, _ d: Matrix, _ gradient: Vector
    ) {
        slots.embedBackward(
            symbols, d.split(into: length),
            into: gradient.matrix(rows: vocabulary, columns: width))
    }
}
