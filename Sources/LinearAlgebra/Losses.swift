import CKernels

/// The loops of the losses over raw memory.
public protocol LossLoops {
    /// The index of the first number that isn't in 0..<limit; a NaN isn't.
    static func firstOutside(_ x: UnsafePointer<Self>, below limit: Self, _ n: Int) -> Int?
    /// The sum of the rows' cross-entropies; see `Slots.crossEntropy`.
    static func crossEntropy(
        _ logits: UnsafePointer<Self>, _ labels: UnsafePointer<Self>,
        _ gradient: UnsafeMutablePointer<Self>?, rows: Int, classes: Int, positions: Int,
        correct: inout Int
    ) -> Double
    /// The tangent of the mean cross-entropy's gradient.
    static func crossEntropyTangent(
        _ logits: UnsafePointer<Self>, _ tangent: UnsafePointer<Self>,
        _ out: UnsafeMutablePointer<Self>, rows: Int, classes: Int)
    /// The sum of the squared differences, and the gradient of their mean.
    static func squaredError(
        _ y: UnsafePointer<Self>, _ target: UnsafePointer<Self>,
        _ gradient: UnsafeMutablePointer<Self>?, _ n: Int
    ) -> Double
}

extension Slots {
    /// The sum over the rows of −log softmax(logits)[label], and how many rows' largest logit is
    /// their label. With `gradient`, also writes the derivative of the *mean* loss.
    ///
    /// - Parameters:
    ///   - logits: (rows, classes), with rows = (positions, samples): position after position.
    ///   - labels: (samples, positions), whole numbers in 0..<classes.
    ///   - positions: predictions per sample.
    ///   - gradient: (rows, classes), or nil.
    public mutating func crossEntropy(
        _ logits: Matrix, _ labels: Vector, positions: Int = 1, gradient: Matrix?
    ) -> (loss: Double, correct: Int) {
        precondition(
            labels.count == logits.rows && positions >= 1 && logits.rows % positions == 0,
            "\(labels.count) labels for \(logits.rows) rows of \(positions) positions")
        precondition(
            gradient.map { $0.vector.count == logits.vector.count } ?? true,
            "gradient of another size than the logits")
        if let row = S.firstOutside(at(labels), below: S(logits.columns), labels.count) {
            preconditionFailure("label \(self[labels, row]) of \(logits.columns) classes")
        }
        var correct = 0
        let loss = S.crossEntropy(
            at(logits.vector), at(labels), gradient.map { at($0.vector) }, rows: logits.rows,
            classes: logits.columns, positions: positions, correct: &correct)
        return (loss, correct)
    }

    /// out ← the tangent of the gradient of the mean cross-entropy, where the logits move along
    /// `tangent`:  p ∘ (ż − ⟨p, ż⟩) / rows with p = softmax(z), row by row. This is the Hessian of
    /// the mean loss in the logits, times the tangent.
    public mutating func crossEntropyTangent(
        _ logits: Matrix, along tangent: Matrix, into out: Matrix
    ) {
        precondition(
            tangent.vector.count == logits.vector.count && out.vector.count == logits.vector.count,
            "matrices of different sizes")
        S.crossEntropyTangent(
            at(logits.vector), at(tangent.vector), at(out.vector), rows: logits.rows,
            classes: logits.columns)
    }

    /// The sum of (y − target)². With `gradient`, also writes the derivative of the *mean*,
    /// 2 (y − target) / count.
    public mutating func squaredError(_ y: Vector, _ target: Vector, gradient: Vector?) -> Double {
        precondition(
            y.count == target.count && (gradient?.count ?? y.count) == y.count,
            "\(y.count) outputs, \(target.count) targets")
        return S.squaredError(at(y), at(target), gradient.map { at($0) }, y.count)
    }
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: LossLoops {
    public static func firstOutside(_ x: UnsafePointer<Float>, below limit: Float, _ n: Int) -> Int?
    {
        let index = hyperfed_first_outside_f(x, limit, n)
        return index < 0 ? nil : index
    }

    public static func crossEntropy(
        _ logits: UnsafePointer<Float>, _ labels: UnsafePointer<Float>,
        _ gradient: UnsafeMutablePointer<Float>?, rows: Int, classes: Int, positions: Int,
        correct: inout Int
    ) -> Double {
        hyperfed_cross_entropy_f(logits, labels, gradient, rows, classes, positions, &correct)
    }

    public static func crossEntropyTangent(
        _ logits: UnsafePointer<Float>, _ tangent: UnsafePointer<Float>,
        _ out: UnsafeMutablePointer<Float>, rows: Int, classes: Int
    ) {
        hyperfed_cross_entropy_tangent_f(logits, tangent, out, rows, classes)
    }

    public static func squaredError(
        _ y: UnsafePointer<Float>, _ target: UnsafePointer<Float>,
        _ gradient: UnsafeMutablePointer<Float>?, _ n: Int
    ) -> Double {
        hyperfed_squared_error_f(y, target, gradient, n)
    }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: LossLoops {
    public static func firstOutside(_ x: UnsafePointer<Double>, below limit: Double, _ n: Int)
        -> Int?
    {
        let index = hyperfed_first_outside_d(x, limit, n)
        return index < 0 ? nil : index
    }

    public static func crossEntropy(
        _ logits: UnsafePointer<Double>, _ labels: UnsafePointer<Double>,
        _ gradient: UnsafeMutablePointer<Double>?, rows: Int, classes: Int, positions: Int,
        correct: inout Int
    ) -> Double {
        hyperfed_cross_entropy_d(logits, labels, gradient, rows, classes, positions, &correct)
    }

    public static func crossEntropyTangent(
        _ logits: UnsafePointer<Double>, _ tangent: UnsafePointer<Double>,
        _ out: UnsafeMutablePointer<Double>, rows: Int, classes: Int
    ) {
        hyperfed_cross_entropy_tangent_d(logits, tangent, out, rows, classes)
    }

    public static func squaredError(
        _ y: UnsafePointer<Double>, _ target: UnsafePointer<Double>,
        _ gradient: UnsafeMutablePointer<Double>?, _ n: Int
    ) -> Double {
        hyperfed_squared_error_d(y, target, gradient, n)
    }
}
