/// The derivatives of a client's validation loss E in its local rate, exact, along one round at a
/// constant rate.
public struct HypergradientTruth: Equatable, Sendable {
    /// E(w_K) after the round's last step.
    public var loss: Double
    /// ∂E(w_K)/∂β_k: what the rate of each step does to the loss after the last one.
    public var perStep: [Double]
    /// The derivative of E(w_k) in the one rate of the steps before step k; 0 at step 0.
    public var soFar: [Double]
    /// ∂E(w_K)/∂β of one rate for all steps: the sum over `perStep`.
    public var shared: Double { perStep.reduce(0, +) }
    /// What both cost, in gradients per step.
    public var gradientsPerStep: Double
    /// How many samples E is measured on.
    public var samples: Int
    /// Whether the client holds those out; else they are what it trains on.
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

/// What one method takes for the derivative at each step of the same path.
public struct HypergradientEstimates: Equatable, Sendable {
    /// The kind of the client scheduler.
    public var method: String
    /// Its estimate at each step; the sum over groups where it has several rates.
    public var values: [Double]
    /// What it asked for, in gradients per step; plain training is 1.
    public var gradientsPerStep: Double
    /// How far its weights are from the base path's at the end, over the path's length; 0 where it
    /// stayed on it.
    public var distance: Double

    /// Creates the estimates of one method.
    public init(
        method: String, values: [Double], gradientsPerStep: Double, distance: Double = 0
    ) {
        (self.method, self.values) = (method, values)
        (self.gradientsPerStep, self.distance) = (gradientsPerStep, distance)
    }
}

/// How two series of derivatives agree, over the steps.
public struct HypergradientAgreement: Equatable, Sendable {
    /// Share of the steps with equal signs, among those where neither is 0; nil without any.
    public var signs: Double?
    /// ⟨x, y⟩ / (‖x‖ ‖y‖); nil where a norm is 0 or anything is not finite.
    public var cosine: Double?
    /// ‖x − y‖ / ‖y‖; nil likewise.
    public var relativeError: Double?

    /// Compares estimates with the truth, step by step.
    public init(_ estimates: [Double], with truth: [Double]) {
        let pairs = Array(zip(estimates, truth))
        let compared = pairs.filter { $0 != 0 && $1 != 0 && !$0.isNaN && !$1.isNaN }
        if !compared.isEmpty {
            let equal = compared.count { ($0 < 0) == ($1 < 0) }
            signs = Double(equal) / Double(compared.count)
        }
        func norm(_ values: [Double]) -> Double {
            // Scaled, so that no square is too large or too small.
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
