import Bytes
import LearningRates
import LinearAlgebra
import RealModule
import Settings

/// Averaged zeroth-order hypergradient: copies of the client train along with perturbed
/// hyperparameters. Their validation losses give an estimate of the hypergradient, without any
/// derivative.
///
///     λ = log β, or (log β, log λ_wd);   u_1 … u_q uniform on the unit sphere of their space
///     F(λ) = E after a window of T local steps at λ, from the weights at its start
///     h = p / (s q) Σ_j (F(λ + s u_j) − F(λ)) u_j,     λ ← λ − κ h           p = dim λ
///
/// - F(λ) is the client's own training, so only the q copies cost extra work. Copies use the same
///   batches. All losses of a window are on one validation batch.
/// - Edge cases: a last window that is cut short counts if it is the round's only one. With one
///   hyperparameter, the sphere is {−1, 1}, which gives forward differences. A β beyond its bounds
///   is clipped and counted. Weight decay is clipped to at most 1e12.
/// - Requires plain gradient descent.
/// - State: `lr_only` carries over β and λ_wd. So does `all`, because there is no other state.
/// - Cost: q gradients per step, and q + 1 losses per window. Keeps q + 1 vectors.
/// - Source: Gu et al. 2021 (HOZOG), arXiv 2102.09026, in which F is a whole training. Windows of
///   local steps are this project's version for a client's round.
struct ZerothOrder: ClientScheduler {
    static let facts = RuleFacts(
        "zeroth_order", "averaged zeroth-order hypergradient from perturbed copies (HOZOG)",
        paper: "Gu et al. 2021", adapts: "rate, weight decay", gradients: "1 + q",
        neutral: ["hyper_rate": "0"], estimatesHypergradient: true)

    private let hyperRate: Double
    private let directions: Int
    private let smoothing: Double
    private let tunesDecay: Bool
    private let bounds: RateBounds
    private let carry: CarryOver
    private var startRate = 0.0
    /// The λ_wd at the end of the last round, if it is tuned. β is carried over with the rates of
    /// the step.
    private var carriedDecay: Double?
    private var unit: [Double]
    private var losses: [Double]
    private var window: StepWindow

    init(_ settings: Settings) {
        hyperRate = settings.number(
            "hyper_rate", default: 0.1, in: .nonNegative,
            "hyper-rate κ: how far one estimate moves the logarithm of the rate")
        directions = settings.integer(
            "directions", default: 4, in: .between(1, 64), "perturbed copies q")
        smoothing = settings.number(
            "smoothing", default: 0.01, in: .positiveUpTo(10),
            "size s of a perturbation of the logarithm")
        window = StepWindow(settings, default: 10)
        tunesDecay = settings.flag(
            "tune_weight_decay", default: false, "whether the weight decay is adapted too")
        bounds = RateBounds(settings, floor: 1e-8)
        carry = CarryOver(settings, default: .ratesOnly)
        unit = [Double](repeating: 0, count: directions * (tunesDecay ? 2 : 1))
        losses = [Double](repeating: 0, count: directions + 1)
    }

    private var dimension: Int { tunesDecay ? 2 : 1 }
    private var carriesDecay: Bool { tunesDecay && carry != .reset }
    private var scratch: VectorName { .scheduler(directions) }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds(carry: carry)
        needs.vectors = directions + 1
        needs.validation = true
        return needs
    }

    /// The loss F at the current hyperparameters, then at each perturbed one.
    var readings: [(name: String, value: Double)] {
        losses.enumerated().map { ($0 == 0 ? "loss" : "loss \($0)", $1) }
    }

    func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String? {
        if optimizer.buffers > 0 {
            return optimizer.plainDescentProblem("zeroth_order")
        }
        if tunesDecay, weightDecay == 0 {
            return "expected client.weight_decay above 0 with tune_weight_decay, found 0; set"
                + " client.weight_decay, such as 1e-4, or remove tune_weight_decay"
        }
        return nil
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) { startRate = localRate }

    var carried: CarriedVectors { CarriedVectors(rates: carry != .reset) }

    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        if let carriedDecay { problem.weightDecay = carriedDecay }
        window.beginRound()
        openWindow(&step)
    }

    /// Begins a window: all copies start from the client's weights.
    private mutating func openWindow<S: Scalar>(_ step: inout StepContext<S>) {
        for copy in 0..<directions {
            step.copy(.weights, to: .scheduler(copy))
            var square = 0.0
            for axis in 0..<dimension {
                let number = step.normal()
                unit[copy * dimension + axis] = number
                square += number * number
            }
            let norm = square.squareRoot()
            for axis in 0..<dimension where norm > 0 { unit[copy * dimension + axis] /= norm }
        }
    }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        let decay = problem.weightDecay
        let gradient = step.vector(scratch)
        for copy in 0..<directions {
            let weights = step.vector(.scheduler(copy))
            let rate = step.rate * Double.exp(smoothing * unit[copy * dimension])
            if tunesDecay {
                problem.weightDecay = decay * Double.exp(smoothing * unit[copy * dimension + 1])
            }
            _ = problem.gradient(&step.slots, at: weights, into: gradient)
            step.slots.add(gradient, times: P.S(-rate), to: weights)
        }
        problem.weightDecay = decay
    }

    mutating func didMoveWeights<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        if window.countStep() { close(&step, &problem) }
    }

    mutating func endRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        if window.isOnlyOne { close(&step, &problem) }
        if carriesDecay { carriedDecay = problem.weightDecay }
    }

    /// Ends a window: computes the estimate from its losses, and the next hyperparameters.
    private mutating func close<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        problem.nextValidationBatch(&step.slots)
        let weights = step.vector(.weights)
        losses[0] = problem.validationLoss(&step.slots, at: weights).mean
        var (ofRate, ofDecay) = (0.0, 0.0)
        for copy in 0..<directions {
            let place = step.vector(.scheduler(copy))
            let loss = problem.validationLoss(&step.slots, at: place).mean
            losses[copy + 1] = loss
            ofRate += (loss - losses[0]) * unit[copy * dimension]
            if tunesDecay { ofDecay += (loss - losses[0]) * unit[copy * dimension + 1] }
        }
        let scale = Double(dimension) / (smoothing * Double(directions))
        step.hypergradients[0] = scale * ofRate / step.rate
        let factor = Double.exp(-hyperRate * scale * ofRate)
        step.setRate(to: bounds.clip(step.rate * factor, keeping: step.rate, around: startRate))
        let decay = problem.weightDecay * Double.exp(-hyperRate * scale * ofDecay)
        if tunesDecay, decay.isFinite { problem.weightDecay = min(decay, 1e12) }
        window.close()
        openWindow(&step)
    }

    func save(to writer: inout ByteWriter) {
        if carriesDecay { writer.write(carriedDecay) }
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        if carriesDecay { carriedDecay = try reader.optionalDouble() }
    }
}
