import LinearAlgebra

/// What is minimised: the mean over a batch.
public enum Loss: Equatable, Sendable {
    /// −log softmax(z)[label], natural logarithm, averaged over samples and positions.
    ///
    /// Outputs are (positions, batch, classes), targets (batch, positions) whole numbers.
    case crossEntropy(positions: Int)
    /// (y − target)², averaged over samples and outputs (PyTorch's MSELoss).
    case squaredError

    /// Returns how many numbers a sample's target has.
    func targets(outputs: Int) -> Int {
        switch self {
        case .crossEntropy(let positions): positions
        case .squaredError: outputs
        }
    }

    /// Returns the sum of the losses, and the hits; with `gradient`, the derivative of the mean
    /// too.
    func value<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ output: Matrix, _ target: Matrix, gradient: Matrix?
    ) -> (loss: Double, correct: Int) {
        switch self {
        case .crossEntropy(let positions):
            slots.crossEntropy(
                output.split(into: positions), target.vector, positions: positions,
                gradient: gradient.map { $0.split(into: positions) })
        case .squaredError:
            (slots.squaredError(output.vector, target.vector, gradient: gradient?.vector), 0)
        }
    }

    /// out ← H ż: the Hessian of the mean loss in the outputs, times a tangent of these.
    func hessianProduct<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ output: Matrix, _ tangent: Matrix, into out: Matrix
    ) {
        switch self {
        case .crossEntropy(let positions):
            slots.crossEntropyTangent(
                output.split(into: positions), along: tangent.split(into: positions),
                into: out.split(into: positions))
        case .squaredError:
            slots.fill(out.vector, with: 0)
            slots.add(
                tangent.vector, times: S(2 / Double(max(out.vector.count, 1))), to: out.vector)
        }
    }
}
