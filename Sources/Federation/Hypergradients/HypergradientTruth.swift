/// The exact derivatives of a client's validation loss E in its local rate, along one round at a
/// constant rate.
public struct HypergradientTruth: Equatable, Sendable {
    /// E(w_K) after the round's last step.
    public var loss: Double
    /// ∂E(w_K)/∂β_k: the effect of the rate of each step on the loss after the last step.
    public var perStep: [Double]
    /// The derivative of E(w_k) in the one rate of the steps before step k; 0 at step 0.
    public var soFar: [Double]
    /// ∂E(w_K)/∂β of one rate for all steps: the sum over `perStep`.
    public var shared: Double { perStep.reduce(0, +) }
    /// The cost of both series, in gradients per step.
    public var gradientsPerStep: Double
    /// The number of samples that E is measured on.
    public var samples: Int
    /// Whether the client holds out these samples. If false, they are its training samples.
    public var isHeldOut: Bool
    /// The weights at the end of the path.
    var end: [Double] = []

    /// Creates the derivatives of one round.
    public init(
        loss: Double, perStep: [Double], soFar: [Double], gradientsPerStep: Double, samples: Int,
        isHeldOut: Bool
    ) {
        (self.loss, self.perStep, self.soFar) = (loss, perStep, soFar)
        self.gradientsPerStep = gradientsPerStep
        (self.samples, self.isHeldOut) = (samples, isHeldOut)
    }
}

/// The estimates that one method computes at each step of the same path.
public struct HypergradientEstimates: Equatable, Sendable {
    /// The kind of the client scheduler.
    public var method: String
    /// The estimate at each step. With several rates it is the sum over their groups.
    public var values: [Double]
    /// The cost in gradients per step; plain training costs 1.
    public var gradientsPerStep: Double
    /// The distance of the final weights from those of the path, divided by the length of the path.
    /// It is 0 if the method stayed on the path.
    public var distance: Double

    /// Creates the estimates of one method.
    public init(
        method: String, values: [Double], gradientsPerStep: Double, distance: Double = 0
    ) {
        (self.method, self.values) = (method, values)
        (self.gradientsPerStep, self.distance) = (gradientsPerStep, distance)
    }
}

/// The agreement of two series of derivatives over the steps.
public struct HypergradientAgreement: Equatable, Sendable {
    /// The share of steps with equal signs, among those where neither value is 0; nil if there are
    /// none.
    public var signs: Double?
    /// ⟨x, y⟩ / (‖x‖ ‖y‖); nil if a norm is 0 or a value is not finite.
    public var cosine: Double?
    /// ‖x − y‖ / ‖y‖; nil if ‖y‖ is 0 or a value is not finite.
    public var relativeError: Double?

    /// Compares estimates with the exact derivatives, step by step.
    public init(_ estimates: [Double], with truth: [Double]) {
        let pairs = Array(zip(estimates, truth))
        let compared = pairs.filter { $0 != 0 && $1 != 0 && !$0.isNaN && !$1.isNaN }
        if !compared.isEmpty {
            let equal = compared.count { ($0 < 0) == ($1 < 0) }
            signs = Double(equal) / Double(compared.count)
        }
        func norm(_ values: [Double]) -> Double {
            // Values are scaled, so that no square overflows or underflows.
            let scale = values.reduce(0) { max($0, abs($1)) }
            guard scale > 0, scale.isFinite else { return scale }
            return scale
                * values.reduce(0) { $0 + ($1 / scale) * ($1 / scale) }.squareRoot()
        }
        let (own, other) = (norm(estimates), norm(truth))
        guard other > 0, other.isFinite, own.isFinite else { return }
        relativeError = norm(pairs.map { $0 - $1 }) / other
        guard own > 0 else { return }
        cosine = pairs.reduce(0) { $0 + ($1.0 / own) * ($1.1 / other) }
    }
}
