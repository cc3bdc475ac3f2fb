import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// Stochastic meta-descent: each parameter's rate follows its hypergradient through a tangent. The
/// tangent contains the effect of earlier rates on the parameters, corrected by the curvature.
///
///     β ← β max(least, 1 + κ g v)     (linear)     or     β ← β exp(κ g v)     (exp)
///     w⁺ = w − β g
///     v ← λ v + β (g − λ C v)          v = −∂w/∂ log β,  C the Hessian or the Gauss-Newton matrix
///
/// - Every value is per parameter. The formulas use the new β, but g and C of the old w. At the
///   start v = 0. With λ = 0, v = β g, which is the unnormalised rule of two successive gradients.
/// - Edge cases: a rate whose proposal is not finite stays and is counted. If v is not finite, or
///   if its norm is above 1e8 ‖β g‖, v starts again from 0. This is counted too.
/// - The reported hypergradient is −Σ g v / β, with the rates before the change.
/// - State: `lr_only` carries over the rates, and `all` also v.
/// - Requires plain gradient descent.
/// - Cost: a gradient and a product with C per step (none for λ = 0), and one pass over four
///   vectors. Keeps the rates, v and C v.
/// - Source: Schraudolph 1999; Schraudolph 2002, Neural Computation 14(7), as others relate them.
struct SMD: ClientScheduler {
    static let facts = RuleFacts(
        "smd", "a rate per parameter from tangents with curvature (stochastic meta-descent)",
        paper: "Schraudolph 1999, 2002", adapts: "rate", gradients: "3",
        neutral: ["hyper_rate": "0"], estimatesHypergradient: true)

    private enum Curvature { case hessian, gaussNewton }

    private let factors: MetaDescentFactors
    private let curvature: Curvature
    private let bounds: RateBounds
    private let carry: CarryOver
    private var startRate = 0.0
    private var hasTangent = false

    private static let tangent = VectorName.scheduler(0)
    private static let curved = VectorName.scheduler(1)
    /// The multiple of ‖β g‖ above which a tangent counts as diverged.
    private static let longest = 1e8

    init(_ settings: Settings) {
        let isLinear = settings.choice(
            "gain", of: ["linear": true, "exp": false], default: "linear",
            "how a hypergradient scales a rate: 1 + x, or its exponential")
        curvature = settings.choice(
            "curvature", of: ["gauss_newton": .gaussNewton, "hessian": .hessian],
            default: "gauss_newton", "the matrix that bends tangents")
        factors = MetaDescentFactors(
            hyperRate: settings.number(
                "hyper_rate", default: 0.05, in: .nonNegative,
                "hyper-rate κ: how far one hypergradient moves the rates"),
            least: isLinear
                ? settings.number(
                    "least_factor", default: 0.5, in: .positiveUpTo(1),
                    "how far a rate shrinks in one step at most") : nil,
            memory: settings.number(
                "memory", default: 0.9, in: .between(0, 1), "λ, how much of a tangent stays"))
        bounds = RateBounds(settings, floor: 1e-8)
        carry = CarryOver(settings, default: .ratesOnly)
    }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds(carry: carry)
        (needs.vectors, needs.scope) = (2, .parameter)
        needs.secondDerivatives = factors.memory > 0
        needs.plainDescentKind = "smd"
        return needs
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) { startRate = localRate }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        let (w, g) = (step.vector(.weights), step.vector(.gradient))
        let (v, curved) = (step.vector(Self.tangent), step.vector(Self.curved))
        // Before the first step v is 0, and so is C v.
        if hasTangent, factors.memory > 0 {
            switch curvature {
            case .hessian: problem.hessianProduct(&step.slots, at: w, along: v, into: curved)
            case .gaussNewton:
                problem.gaussNewtonProduct(&step.slots, at: w, along: v, into: curved)
            }
        }
        hasTangent = true
        let rates = step.vector(.rates)
        var limits = bounds.limits(around: startRate, as: P.S.self)
        if factors.hyperRate == 0 { limits = RateLimits(lower: -.infinity, upper: .infinity) }
        var tally = step.slots.metaDescent(
            rates, tangents: v, g, curved: curved, factors, limits: limits)
        let (slope, length, moved) = tally.sums
        step.hypergradients[0] = -slope
        if !length.isFinite || moved > 0 && length > Self.longest * Self.longest * moved {
            step.slots.fill(v, with: 0)
            tally.undefined += 1
        }
        step.countRateEvents(tally)
    }

    var carried: CarriedVectors {
        CarriedVectors(rates: carry != .reset, slots: carry == .all ? [Self.tangent] : [])
    }

    func save(to writer: inout ByteWriter) {
        if carry == .all { writer.write(hasTangent) }
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        if carry == .all { hasTangent = try reader.flag() }
    }
}
