import CKernels

/// An element-wise function y = f(x) whose derivatives can be computed from y alone.
public enum Activation: String, Sendable, CaseIterable {
    /// max(x, 0); the derivative at 0 is taken as 0, a NaN stays one.
    case relu
    /// The hyperbolic tangent of x.
    case tanh
    /// 1 / (1 + exp(−x)).
    case sigmoid
}

extension VectorBlock {
    /// Computes y ← f(x) for each number of x.
    public mutating func activate(_ f: Activation, _ x: Vector, into y: Vector) {
        precondition(x.count == y.count, "\(x.count) numbers into \(y.count)")
        switch f {
        case .relu: hyperfed_relu(S.isDouble, at(x), at(y), x.count)
        case .tanh: hyperfed_tanh(S.isDouble, at(x), at(y), x.count)
        case .sigmoid: hyperfed_sigmoid(S.isDouble, at(x), at(y), x.count)
        }
    }

    /// Computes out ← f' d, with f' computed from y = f(x): the derivative backward, and the
    /// tangent forward.
    public mutating func slope(
        _ f: Activation, at y: Vector, times d: Vector, into out: Vector
    ) {
        precondition(
            y.count == d.count && y.count == out.count,
            "\(y.count), \(d.count) and \(out.count) numbers")
        switch f {
        case .relu: hyperfed_relu_slope(S.isDouble, at(y), at(d), at(out), y.count)
        case .tanh: hyperfed_tanh_slope(S.isDouble, at(y), at(d), at(out), y.count)
        case .sigmoid: hyperfed_sigmoid_slope(S.isDouble, at(y), at(d), at(out), y.count)
        }
    }

    /// out ← the tangent of f' d, where y moves along `yTangent` and d along `dTangent`.
    public mutating func slopeTangent(
        _ f: Activation, at y: Vector, along yTangent: Vector, times d: Vector,
        along dTangent: Vector, into out: Vector
    ) {
        precondition(
            yTangent.count == y.count && d.count == y.count && dTangent.count == y.count
                && out.count == y.count,
            "vectors of different sizes")
        let (double, count) = (S.isDouble, y.count)
        let (y, yTangent, d, dTangent, out) = (at(y), at(yTangent), at(d), at(dTangent), at(out))
        switch f {
        case .relu: hyperfed_relu_slope_tangent(double, y, yTangent, d, dTangent, out, count)
        case .tanh: hyperfed_tanh_slope_tangent(double, y, yTangent, d, dTangent, out, count)
        case .sigmoid: hyperfed_sigmoid_slope_tangent(double, y, yTangent, d, dTangent, out, count)
        }
    }
}
