import Settings

/// The forms in which rules exist; every output names the one that was used.
public enum HypergradientForm: String, Sendable {
    /// The raw inner product is added: r ← r + κ h. It has the units of a squared update, so it is
    /// inert at small local rates and saturates at large ones.
    case paper
    /// The rate is scaled by the cosine: r ← r (1 + κ c). Free of units.
    case normalized
    /// What the authors' program does, where that is another method than their paper's.
    case releasedCode = "released_code"
}

/// How a hypergradient moves a rate, shared by FedHyper-G, -SL and -CL.
///
///     paper:      r ← clip(r + κ h, lower, upper)            h an inner product
///     normalized: r ← clip(r (1 + κ c), lower, upper)        c a cosine; lower where 1 + κ c ≤ 0
///     released_code: r ← clip(r min(1.1, 1 + κ h), lower, upper) on clients; as paper on the server
///
/// - Not finite h or undefined c: r unchanged, counted. The clipped value is what is carried on.
/// - Source: Wang et al., ICLR 2024, arXiv 2310.03156 (paper form); Baydin et al. 2018,
///   arXiv 1703.04782 (multiplicative form).
struct HypergradientRule: Sendable {
    let form: HypergradientForm
    let hyperRate: Double
    let boundFactor: Double

    /// Reads `form`, `hyper_rate` and `bound`.
    ///
    /// - Parameters:
    ///   - hasReleasedCode: whether that is one of the forms.
    ///   - codeHasBounds: whether that form has bounds of its own, so that there is no `bound`.
    init(
        _ settings: Settings, bound: Double, hasReleasedCode: Bool = false,
        codeHasBounds: Bool = false
    ) {
        let forms: KeyValuePairs<String, HypergradientForm> =
            hasReleasedCode
            ? ["normalized": .normalized, "paper": .paper, "released_code": .releasedCode]
            : ["normalized": .normalized, "paper": .paper]
        form = settings.choice(
            "form", of: forms, default: "normalized",
            hasReleasedCode
                ? "cosines (free of units), raw inner products, or the released code's products"
                : "cosines (free of units), or raw inner products")
        hyperRate = settings.number(
            "hyper_rate", default: form == .normalized ? 0.1 : 1, in: .nonNegative,
            "hyper-rate κ: how far one hypergradient moves the rate")
        warnOfCosineRate(hyperRate, form == .normalized, settings)
        boundFactor =
            codeHasBounds && form == .releasedCode
            ? bound
            : settings.number(
                "bound", default: bound, in: .above(1),
                codeHasBounds
                    ? "bound factor γ: α stays within 1/γ and γ times its start; within 1/γ and γ in"
                        + " paper form"
                    : "bound factor γ: the rate stays within 1/γ and γ times its start")
    }

    /// The next rate.
    ///
    /// - Parameters:
    ///   - product: h, the inner product (paper form).
    ///   - cosine: c, or nil where it is not defined (normalized form).
    ///   - centre: the rate that the bounds lie around.
    func next(_ rate: Double, product: Double, cosine: Double?, around centre: Double)
        -> RateChange
    {
        next(
            rate, product: product, cosine: cosine,
            limits: (centre / boundFactor, centre * boundFactor))
    }

    /// The same between other bounds.
    ///
    /// - Parameter adds: whether the released code adds the product, as it does on the server.
    func next(
        _ rate: Double, product: Double, cosine: Double?, limits: (lower: Double, upper: Double),
        adds: Bool = false
    ) -> RateChange {
        let proposed: Double
        switch form {
        case .normalized:
            guard let cosine else { return RateChange(rate: rate, wasUndefined: true) }
            let factor = 1 + hyperRate * cosine
            proposed = factor > 0 ? rate * factor : 0
        case .releasedCode where !adds:
            guard product.isFinite else { return RateChange(rate: rate, wasUndefined: true) }
            proposed = rate * min(1.1, 1 + hyperRate * product)
        case .paper, .releasedCode:
            guard product.isFinite else { return RateChange(rate: rate, wasUndefined: true) }
            proposed = rate + hyperRate * product
        }
        if proposed < limits.lower { return RateChange(rate: limits.lower, bound: .lower) }
        if proposed > limits.upper { return RateChange(rate: limits.upper, bound: .upper) }
        return RateChange(rate: proposed)
    }
}

/// The cosine of two vectors from their inner product and squared norms; nil where a norm is below
/// 1e-12 or anything is not finite.
public func cosine(_ product: Double, _ squaredNorm: Double, _ otherSquaredNorm: Double) -> Double?
{
    let norms = squaredNorm.squareRoot() * otherSquaredNorm.squareRoot()
    guard squaredNorm >= 1e-24, otherSquaredNorm >= 1e-24, product.isFinite, norms.isFinite else {
        return nil
    }
    return product / norms
}

/// Warns of a hyper-rate above 1 of a rule that multiplies the rate with 1 + κ c, c a cosine: then
/// a cosine of −1/κ or less throws the rate to its lower bound in one step.
func warnOfCosineRate(_ hyperRate: Double, _ multiplies: Bool, _ settings: Settings) {
    guard multiplies, hyperRate > 1 else { return }
    settings.warn(
        "hyper_rate",
        "\(settings.path).hyper_rate: expected at most 1 (usual values are 0.001 to 0.1), found"
            + " \(hyperRate); the rate is multiplied by 1 + hyper_rate × cosine, so a single cosine"
            + " can throw it to its lower bound; lower hyper_rate")
}
