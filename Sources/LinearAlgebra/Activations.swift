import CKernels

/// An element-wise function y = f(x) whose derivatives can be told from y.
public enum Activation: String, Sendable, CaseIterable {
    /// max(x, 0); the derivative at 0 is taken as 0, a NaN stays one.
    case relu
    /// The hyperbolic tangent.
    case tanh
    /// 1 / (1 + exp(−x)).
    case sigmoid
}

/// The loops of `Activation` over raw memory.
public protocol ActivationLoops {
    /// y ← f(x).
    static func activate(
        _ f: Activation, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ n: Int)
    /// out ← f' d, with f' told from y = f(x).
    static func slope(
        _ f: Activation, _ y: UnsafePointer<Self>, times d: UnsafePointer<Self>,
        _ out: UnsafeMutablePointer<Self>, _ n: Int)
    /// out ← f' ḋ + (tangent of f') d.
    static func slopeTangent(
        _ f: Activation, _ y: UnsafePointer<Self>, _ yTangent: UnsafePointer<Self>,
        times d: UnsafePointer<Self>, _ dTangent: UnsafePointer<Self>,
        _ out: UnsafeMutablePointer<Self>, _ n: Int)
}

extension Slots {
    /// y ← f(x).
    public mutating func activate(_ f: Activation, _ x: Vector, into y: Vector) {
        precondition(x.count == y.count, "\(x.count) numbers into \(y.count)")
        S.activate(f, at(x), at(y), x.count)
    }

    /// out ← f' d, with f' told from y = f(x): the derivative backward, and the tangent forward.
    public mutating func slope(
        _ f: Activation, at y: Vector, times d: Vector, into out: Vector
    ) {
        precondition(
            y.count == d.count && y.count == out.count,
            "\(y.count), \(d.count) and \(out.count) numbers")
        S.slope(f, at(y), times: at(d), at(out), y.count)
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
        S.slopeTangent(
            f, at(y), at(yTangent), times: at(d), at(dTangent), at(out), y.count)
    }
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: ActivationLoops {
    public static func activate(
        _ f: Activation, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ n: Int
    ) {
        switch f {
        case .relu: hyperfed_relu_f(x, y, n)
        case .tanh: hyperfed_tanh_f(x, y, n)
        case .sigmoid: hyperfed_sigmoid_f(x, y, n)
        }
    }

    public static func slope(
        _ f: Activation, _ y: UnsafePointer<Float>, times d: UnsafePointer<Float>,
        _ out: UnsafeMutablePointer<Float>, _ n: Int
    ) {
        switch f {
        case .relu: hyperfed_relu_slope_f(y, d, out, n)
        case .tanh: hyperfed_tanh_slope_f(y, d, out, n)
        case .sigmoid: hyperfed_sigmoid_slope_f(y, d, out, n)
        }
    }

    public static func slopeTangent(
        _ f: Activation, _ y: UnsafePointer<Float>, _ yTangent: UnsafePointer<Float>,
        times d: UnsafePointer<Float>, _ dTangent: UnsafePointer<Float>,
        _ out: UnsafeMutablePointer<Float>, _ n: Int
    ) {
        switch f {
        case .relu: hyperfed_relu_slope_tangent_f(y, yTangent, d, dTangent, out, n)
        case .tanh: hyperfed_tanh_slope_tangent_f(y, yTangent, d, dTangent, out, n)
        case .sigmoid: hyperfed_sigmoid_slope_tangent_f(y, yTangent, d, dTangent, out, n)
        }
    }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: ActivationLoops {
    public static func activate(
        _ f: Activation, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ n: Int
    ) {
        switch f {
        case .relu: hyperfed_relu_d(x, y, n)
        case .tanh: hyperfed_tanh_d(x, y, n)
        case .sigmoid: hyperfed_sigmoid_d(x, y, n)
        }
    }

    public static func slope(
        _ f: Activation, _ y: UnsafePointer<Double>, times d: UnsafePointer<Double>,
        _ out: UnsafeMutablePointer<Double>, _ n: Int
    ) {
        switch f {
        case .relu: hyperfed_relu_slope_d(y, d, out, n)
        case .tanh: hyperfed_tanh_slope_d(y, d, out, n)
        case .sigmoid: hyperfed_sigmoid_slope_d(y, d, out, n)
        }
    }

    public static func slopeTangent(
        _ f: Activation, _ y: UnsafePointer<Double>, _ yTangent: UnsafePointer<Double>,
        times d: UnsafePointer<Double>, _ dTangent: UnsafePointer<Double>,
        _ out: UnsafeMutablePointer<Double>, _ n: Int
    ) {
        switch f {
        case .relu: hyperfed_relu_slope_tangent_d(y, yTangent, d, dTangent, out, n)
        case .tanh: hyperfed_tanh_slope_tangent_d(y, yTangent, d, dTangent, out, n)
        case .sigmoid: hyperfed_sigmoid_slope_tangent_d(y, yTangent, d, dTangent, out, n)
        }
    }
}
