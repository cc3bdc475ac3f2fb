import Bytes
import LinearAlgebra
import Settings

/// FedHyper-CL: the local rate grows while a client's gradients agree with each other and with the
/// last movement of the global model.
///
///     h_k = ⟨g_k, g_{k−1}⟩ − (λ) ⟨g_k, Δ_{t−1}⟩                          (paper)
///     c_k = cos(g_k, g_{k−1}) − λ cos(g_k, Δ_{t−1})                     (normalized)
///     β_k = clip(β_{k−1} + κ h_k, β_0/γ, β_0 γ)   or   clip(β_{k−1} (1 + κ c_k), …)
///     w_{k+1} = w_k − β_k g_k,      λ = 1/K by default, K this client's steps in this round
///
/// - First step of a round: β unchanged. First round: no movement yet, the second term is 0.
/// - A cosine that is not defined (a norm below 1e-12) counts as 0; where the first one is, the
///   rate stays and it is counted. K = 1: nothing changes.
/// - The new rate is used in the same step. Each round starts from the rate the server sent, or
///   with `carry` from the rate the client ended its previous round with.
/// - Products are of gradients, also with momentum. Bounds lie around β_0, not around β_t.
/// - Costs one pass over three vectors a step; keeps one number.
/// - Source: Wang et al., ICLR 2024, arXiv 2310.03156 (paper form).
struct FedHyperCL: ClientScheduler {
    private let rule: HypergradientRule
    private let usesMovement: Bool
    private let movementWeight: Double?
    private let carry: Carry
    private var startRate = 0.0
    private var carriedRate: Double?
    private var movementSquaredNorm = 0.0
    private var previousSquaredNorm = 0.0

    init(_ settings: Settings) {
        rule = HypergradientRule(settings, bound: 10)
        usesMovement = settings.flag(
            "global_term", default: true, "whether the last global movement takes part")
        movementWeight = settings.optionalNumber(
            "global_weight", in: .nonNegative, "its weight λ; 1/K where not given")
        carry = Carry(settings, default: .reset)
    }

    var form: HypergradientForm? { rule.form }
    private var carries: Bool { carry != .reset }
    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds()
        (needs.previousGradient, needs.movement) = (true, usesMovement)
        return needs
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) { startRate = localRate }

    mutating func begin<P: LocalProblem & ~Copyable>(_ step: inout Step<P.S>, _ problem: inout P) {
        if carries, let carriedRate { step.start(at: carriedRate) }
        movementSquaredNorm =
            usesMovement && step.hasMovement ? step.dot(.movement, .movement) : 0
        previousSquaredNorm = 0
    }

    mutating func adapt<P: LocalProblem & ~Copyable>(_ step: inout Step<P.S>, _ problem: inout P) {
        defer { if carries { carriedRate = step.rate } }
        let hasMovement = usesMovement && step.hasMovement
        guard step.index > 0 else {
            previousSquaredNorm = step.dot(.gradient, .gradient)
            return
        }
        // Without a movement the third product repeats the second and is not used.
        let (square, agreement, drift) = step.dots(
            of: .gradient, with: .previousGradient,
            and: hasMovement ? .movement : .previousGradient)
        let weight = movementWeight ?? 1 / Double(step.count)
        let own = cosine(agreement, square, previousSquaredNorm)
        let global = hasMovement ? cosine(drift, square, movementSquaredNorm) ?? 0 : 0
        step.change(
            to: rule.next(
                step.rate, product: agreement - (hasMovement ? weight * drift : 0),
                cosine: own.map { $0 - weight * global }, around: startRate))
        step.hypergradients[0] = -agreement + (hasMovement ? weight * drift : 0)
        previousSquaredNorm = square
    }

    func save(to writer: inout ByteWriter) {
        if carries { writer.write(carriedRate) }
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        // Empty at a client's first round.
        if carries, reader.left > 0 { carriedRate = try reader.optionalDouble() }
    }
}
