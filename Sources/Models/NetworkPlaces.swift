public import LinearAlgebra

extension Network {
    /// What a block has vectors for.
    public enum Use: Int, Comparable, Sendable {
        /// Only losses are computed.
        case evaluation
        /// Losses and gradients are computed.
        case training
        /// Losses, gradients and the tangents of both are computed.
        case tangents

        /// Compares two uses: the larger one needs all vectors of the smaller one.
        public static func < (one: Use, other: Use) -> Bool { one.rawValue < other.rawValue }
    }

    /// Places for a batch, its activations, their gradients and the tangents of both.
    public struct Places: Sendable {
        /// (batch, inputs): the caller fills it.
        public let input: Matrix
        /// (batch, targets): the caller fills it.
        public let target: Matrix
        let outputs: [Matrix]
        let memories: [Vector]
        let workspace: Vector
        let gradients: [Matrix]
        let outputTangents: [Matrix]
        let gradientTangents: [Matrix]
        let memoryTangents: [Vector]
        let use: Use
        /// The largest batch that fits.
        public var batch: Int { input.rows }

        /// Returns the outputs of the network for the first `rows` samples, (rows, outputs);
        /// sequences are (positions, rows, classes).
        public func output(rows: Int) -> Matrix { last(outputs, rows) }
        /// Returns the derivative of the loss in the outputs, (rows, outputs).
        public func outputGradient(rows: Int) -> Matrix { last(gradients, rows) }
        /// Returns the tangent of the outputs, (rows, outputs).
        public func outputTangent(rows: Int) -> Matrix { last(outputTangents, rows) }
        func outputGradientTangent(rows: Int) -> Matrix { last(gradientTangents, rows) }

        private func last(_ matrices: [Matrix], _ rows: Int) -> Matrix {
            matrices[matrices.count - 1].prefix(rows: rows)
        }
    }

    /// Plans a block for batches of up to `batch` samples.
    public func places(in layout: inout BlockLayout, batch: Int, for use: Use) -> Places {
        func matrices(if isWanted: Bool) -> [Matrix] {
            isWanted ? layers.map { layout.matrix(rows: batch, columns: $0.outputs) } : []
        }
        func memories(if isWanted: Bool) -> [Vector] {
            isWanted ? layers.map { layout.vector($0.retainedCount(batch: batch, for: use)) } : []
        }
        return Places(
            input: layout.matrix(rows: batch, columns: inputs),
            target: layout.matrix(rows: batch, columns: targets),
            outputs: matrices(if: true), memories: memories(if: true),
            workspace: layout.vector(layers.map { $0.workspace(batch: batch) }.max() ?? 0),
            gradients: matrices(if: use >= .training),
            outputTangents: matrices(if: use >= .tangents),
            gradientTangents: matrices(if: use >= .tangents),
            memoryTangents: memories(if: use >= .tangents), use: use)
    }

    func weights(of index: Int, in flat: Vector) -> Vector {
        let end = index + 1 < starts.count ? starts[index + 1] : layout.count
        return flat.part(starts[index], count: end - starts[index])
    }

    /// Returns where a layer finds its numbers. Without a gradient, backward places repeat the
    /// forward ones.
    func layerPlaces(
        _ places: Places, _ index: Int, rows: Int, at flat: Vector, into gradient: Vector?,
        wantsGradient: Bool = true
    ) -> LayerPlaces {
        let input = index == 0 ? places.input : places.outputs[index - 1]
        let hasGradients = !places.gradients.isEmpty
        return LayerPlaces(
            weights: weights(of: index, in: flat),
            gradient: gradient.map { weights(of: index, in: $0) } ?? Vector(start: 0, count: 0),
            wantsGradient: wantsGradient,
            input: input.prefix(rows: rows), inputHasManyZeros: index == 0 && samplesHaveManyZeros,
            output: places.outputs[index].prefix(rows: rows),
            outputGradient: (hasGradients ? places.gradients : places.outputs)[index]
                .prefix(rows: rows),
            inputGradient: hasGradients && index > 0
                ? places.gradients[index - 1].prefix(rows: rows) : nil,
            memory: places.memories[index], workspace: places.workspace,
            use: places.use)
    }

    func layerTangents(
        _ places: Places, _ index: Int, rows: Int, along direction: Vector, into product: Vector?
    ) -> LayerTangents {
        LayerTangents(
            weights: weights(of: index, in: direction),
            gradient: product.map { weights(of: index, in: $0) } ?? Vector(start: 0, count: 0),
            input: index == 0 ? nil : places.outputTangents[index - 1].prefix(rows: rows),
            output: places.outputTangents[index].prefix(rows: rows),
            outputGradient: places.gradientTangents[index].prefix(rows: rows),
            inputGradient: index == 0
                ? nil : places.gradientTangents[index - 1].prefix(rows: rows),
            memory: places.memoryTangents[index])
    }
}
