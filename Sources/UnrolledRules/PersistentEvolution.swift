import Bytes
import LearningRates
import LinearAlgebra
import RealModule
import Settings

/// Persistent evolution strategies: N pairs of copies of the client train along through the whole
/// round, each pair with rates perturbed up and down. The sums of the perturbations remove the bias
/// of short windows.
///
///     every T steps:  ε_j ~ N(0, σ²);  copy j± takes its steps at exp(log β ± ε_j)
///     L_j± = sum of E after each of these steps;     ξ_j ← ξ_j + ε_j
///     h = Σ_j ξ_j (L_j⁺ − L_j⁻) / (2 N σ²),     log β ← log β − κ h
///
/// - Settings: `persistent: false` uses ε_j instead of ξ_j. These are truncated evolution
///   strategies, which are biased.
/// - Copies start at the client's weights at the start of the round, with ξ = 0, and use the same
///   batches. A window that the end of the round cuts short counts if it is the round's only one.
/// - Edge cases: a β beyond its bounds is clipped and counted.
/// - Requires plain gradient descent.
/// - State: `lr_only` carries over β. So does `all`, because the copies belong to the round's
///   global model.
/// - Cost: 2N gradients and 2N losses per step. Keeps 2N + 1 vectors.
/// - Source: Vicol, Metz, Sohl-Dickstein 2021, arXiv 2112.13835.
struct PersistentEvolution: ClientScheduler {
    static let facts = RuleFacts(
        "pes", "persistent evolution strategies: pairs of perturbed copies",
        paper: "Vicol et al. 2021", adapts: "rate", gradients: "1 + 2 N",
        neutral: ["hyper_rate": "0"], estimatesHypergradient: true)

    private let hyperRate: Double
    private let pairs: Int
    private let deviation: Double
    private let isPersistent: Bool
    private let bounds: RateBounds
    private let carry: CarryOver
    private var startRate = 0.0
    private var perturbations: [Double]
    private var accumulated: [Double]
    private var losses: [Double]
    /// The losses of the last whole window, for reports.
    private var reported: [Double]
    private var window: StepWindow

    init(_ settings: Settings) {
        hyperRate = settings.number(
            "hyper_rate", default: 0.05, in: .nonNegative,
            "hyper-rate κ: how far one estimate moves the logarithm of the rate")
        pairs = settings.integer(
            "pairs", default: 2, in: .between(1, 32), "antithetic pairs of copies N")
        deviation = settings.number(
            "sigma", default: 0.1, in: .positiveUpTo(10),
            "standard deviation σ of a perturbation of the logarithm")
        window = StepWindow(settings, default: 5)
        isPersistent = settings.flag(
            "persistent", default: true, "whether perturbations add up over the windows of a round")
        bounds = RateBounds(settings, floor: 1e-8)
        carry = CarryOver(settings, default: .ratesOnly)
        perturbations = [Double](repeating: 0, count: pairs)
        accumulated = perturbations
        losses = [Double](repeating: 0, count: 2 * pairs)
        reported = losses
    }

    private var scratch: VectorName { .scheduler(2 * pairs) }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds(carry: carry)
        needs.vectors = 2 * pairs + 1
        needs.validation = true
        return needs
    }

    var readings: [(name: String, value: Double)] {
        var all: [(name: String, value: Double)] = []
        for pair in 0..<pairs {
            all.append(("loss \(pair + 1) up", reported[2 * pair]))
            all.append(("loss \(pair + 1) down", reported[2 * pair + 1]))
            all.append(("accumulated \(pair + 1)", accumulated[pair]))
        }
        return all
    }

    func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String? {
        optimizer.buffers > 0 ? optimizer.plainDescentProblem("pes") : nil
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) { startRate = localRate }

    var carried: CarriedVectors { CarriedVectors(rates: carry != .reset) }

    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        for pair in 0..<pairs { accumulated[pair] = 0 }
        for copy in 0..<2 * pairs { step.copy(.weights, to: .scheduler(copy)) }
        window.beginRound()
        openWindow(&step)
    }

    private mutating func openWindow<S: Scalar>(_ step: inout StepContext<S>) {
        for pair in 0..<pairs { perturbations[pair] = deviation * step.normal() }
        for copy in losses.indices { losses[copy] = 0 }
    }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        problem.nextValidationBatch(&step.slots)
        let gradient = step.vector(scratch)
        for copy in 0..<2 * pairs {
            let weights = step.vector(.scheduler(copy))
            let perturbation = perturbations[copy / 2]
            let rate = step.rate * Double.exp(copy % 2 == 0 ? perturbation : -perturbation)
            _ = problem.gradient(&step.slots, at: weights, into: gradient)
            step.slots.add(gradient, times: P.S(-rate), to: weights)
            losses[copy] += problem.validationLoss(&step.slots, at: weights).mean
        }
    }

    mutating func didMoveWeights<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        if window.countStep() { close(&step) }
    }

    mutating func endRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        if window.isOnlyOne { close(&step) }
    }

    private mutating func close<S: Scalar>(_ step: inout StepContext<S>) {
        var sum = 0.0
        for pair in 0..<pairs {
            accumulated[pair] += perturbations[pair]
            let weight = isPersistent ? accumulated[pair] : perturbations[pair]
            sum += weight * (losses[2 * pair] - losses[2 * pair + 1])
        }
        for copy in losses.indices { reported[copy] = losses[copy] }
        let estimate = sum / (2 * Double(pairs) * deviation * deviation)
        step.hypergradients[0] = estimate / step.rate
        step.setRate(
            to: bounds.clip(
                step.rate * Double.exp(-hyperRate * estimate), keeping: step.rate, around: startRate
            ))
        window.close()
        openWindow(&step)
    }
}
