import Bytes
import LearningRates
import Settings

/// The hyper-rate κ of MARTHE, which can change during a round. It is never negative. If the
/// setting is 0, κ stays 0.
///
///     product:        κ ← max(κ + κ' D_t D_{t−1}, 0)     before the rate moves
///     released_code:  κ ← max(κ + κ' D_t η_new, 0)       after it moved
///
/// The first rule is the argument of hypergradient descent, one level higher. The second rule
/// shrinks κ when the rate should grow. It often ends at 0 and freezes the rate, so it is for
/// comparison only.
struct HyperRate: Equatable, Sendable {
    /// The rule by which κ changes.
    enum Rule: String, Sendable {
        case none
        case product
        case releasedCode = "released_code"
    }

    let rule: Rule
    /// The setting; nil means a value that suits the optimizer.
    private let configured: Double?
    private let isReleasedCode: Bool
    private let step: Double
    /// The current value of κ.
    private(set) var value = 0.0
    private var previousEstimate = 0.0

    /// Reads `hyper_rate`, `kappa_rule` and `kappa_step`.
    init(_ settings: Settings, isReleasedCode: Bool) {
        self.isReleasedCode = isReleasedCode
        configured = settings.optionalNumber(
            "hyper_rate", in: .nonNegative,
            isReleasedCode
                ? "hyper-rate κ; 1e-8 where not given"
                : "hyper-rate κ; where not given 1e-4 for plain gradients, 5e-6 with momentum, 1e-7"
                    + " for optimizers that divide by roots")
        rule = settings.choice(
            "kappa_rule",
            of: ["none": .none, "product": .product, "released_code": .releasedCode],
            default: "none", "how κ adapts")
        step = settings.number(
            "kappa_step", default: 1e-6, in: .nonNegative, "how far one product moves κ")
        if rule == .none {
            settings.warnUnused("kappa_step", "kappa_step has no effect with kappa_rule: none")
        }
    }

    mutating func start(for optimizer: any Optimizer) {
        value = configured ?? fallback(for: optimizer)
    }

    private func fallback(for optimizer: any Optimizer) -> Double {
        if isReleasedCode { return 1e-8 }
        // The default works with gradients of Fashion-MNIST and start rates from 0.001 to 0.1. With
        // 0.01, which suits losses with gradients of norm 1, the rates jump to values at which
        // training diverges. Momentum 0.9 makes directions ten times as long, and division by roots
        // a thousand times.
        guard optimizer.heavyBall != nil else { return 1e-7 }
        return optimizer.isPlainDescent ? 1e-4 : 5e-6
    }

    /// Removes the stored D before the first step of a round, so that there is no product. With
    /// `carry: all` it is kept.
    mutating func forgetEstimate() { previousEstimate = 0 }

    mutating func adaptBefore(_ estimate: Double) {
        if rule == .product { add(estimate * previousEstimate) }
        previousEstimate = estimate
    }

    mutating func adaptAfter(_ estimate: Double, rate: Double) {
        if rule == .releasedCode { add(estimate * rate) }
    }

    private mutating func add(_ product: Double) {
        let proposed = max(value + step * product, 0)
        if configured != 0, product.isFinite, proposed.isFinite { value = proposed }
    }

    func save(to writer: inout ByteWriter) {
        guard rule != .none else { return }
        writer.write(value)
        writer.write(previousEstimate)
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        guard rule != .none else { return }
        value = try reader.double()
        previousEstimate = try reader.double()
    }
}
