package import Settings

/// The forms of rules. Every output names the form that was used.
public enum HypergradientForm: String, Sendable {
    /// The raw inner product is added: r ← r + κ h. It has the units of a squared update. So it has
    /// little effect at small local rates and reaches the bounds at large ones.
    case paper
    /// The rate is multiplied with the cosine: r ← r (1 + κ c). This form has no units.
    case normalized
    /// The method of the authors' program, if it differs from their paper.
    case releasedCode = "released_code"
}

/// How a hypergradient changes a rate, for FedHyper-G, -SL and -CL.
///
///     paper:      r ← clip(r + κ h, lower, upper)            h an inner product
///     normalized: r ← clip(r (1 + κ c), lower, upper)        c a cosine; lower where 1 + κ c ≤ 0
///     released_code: r ← clip(r min(1.1, 1 + κ h), lower, upper) on clients; paper on the server
///
/// - Edge cases: if h is not finite or c is not defined, r stays the same and the event is counted.
///   The next round starts from the clipped value.
/// - Source: Wang et al., ICLR 2024, arXiv 2310.03156 (paper form); Baydin et al. 2018, arXiv
///   1703.04782 (multiplicative form).
package struct HypergradientRule: Sendable {
    package let form: HypergradientForm
    package let hyperRate: Double
    package let boundFactor: Double

    /// Reads `form`, `hyper_rate` and `bound`.
    ///
    /// - Parameters:
    ///   - hasReleasedCode: whether `released_code` is one of the forms.
    ///   - codeHasBounds: whether that form has its own bounds, so that `bound` does not exist.
    package init(
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
                    ? "bound factor γ: α stays within 1/γ and γ times its start; within 1/γ and γ"
                        + " in paper form"
                    : "bound factor γ: the rate stays within 1/γ and γ times its start")
    }

    /// Returns the next rate.
    ///
    /// - Parameters:
    ///   - product: the inner product h (paper form).
    ///   - cosine: the cosine c, or nil if it is not defined (normalized form).
    ///   - centre: the rate that the bounds are relative to.
    package func next(_ rate: Double, product: Double, cosine: Double?, around centre: Double)
        -> RateChange
    {
        next(
            rate, product: product, cosine: cosine,
            limits: (centre / boundFactor, centre * boundFactor))
    }

    /// Returns the next rate between other bounds.
    ///
    /// - Parameter adds: whether the form `released_code` adds the product, as it does on the
    ///   server.
    package func next(
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

/// Returns the cosine of two vectors from their inner product and squared norms. The result is nil
/// if a norm is below 1e-12 or if a value is not finite.
public func cosine(_ product: Double, _ squaredNorm: Double, _ otherSquaredNorm: Double) -> Double?
{
    let norms = squaredNorm.squareRoot() * otherSquaredNorm.squareRoot()
    guard squaredNorm >= 1e-24, otherSquaredNorm >= 1e-24, product.isFinite, norms.isFinite else {
        return nil
    }
    return product / norms
}

/// Warns about a hyper-rate above 1 of a rule that multiplies the rate by 1 + κ c, where c is a
/// cosine. A cosine of −1/κ or less then sets the rate to its lower bound in one step.
package func warnOfCosineRate(_ hyperRate: Double, _ multiplies: Bool, _ settings: Settings) {
    guard multiplies, hyperRate > 1 else { return }
    settings.warn(
        "hyper_rate",
        "\(settings.path).hyper_rate: expected at most 1 (usual values are 0.001 to 0.1), found"
            + " \(hyperRate); the rate is multiplied by 1 + hyper_rate × cosine, so a single cosine"
            + " can throw it to its lower bound; lower hyper_rate")
}
