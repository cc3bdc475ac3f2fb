import RealModule
public import Settings

/// The staleness weight s(τ): the factor of an update that started from an old model version.
///
/// The staleness τ of an update is the number of server steps since its client started. The server
/// step that uses the update does not count, so s(0) = 1 is the weight of a fresh update.
///
///     constant:    s(τ) = 1
///     polynomial:  s(τ) = (1 + τ)^−a
///     hinge:       s(τ) = 1 if τ ≤ b, else 1 / (a (τ − b) + 1)
///
/// Source: Xie et al. 2019, arXiv 1903.03934. FedBuff (Nguyen et al. 2022, arXiv 2106.06639) uses
/// the polynomial form with a = 0.5.
public enum StalenessWeight: Equatable, Sendable {
    /// Old updates count like new ones.
    case constant
    /// The weight falls with a power of 1 + τ.
    case polynomial(exponent: Double)
    /// The weight is 1 up to the staleness `from`, and falls after it.
    case hinge(from: Int, slope: Double)

    /// Returns s(τ), greater than 0 and at most 1.
    public func factor(staleness: UInt32) -> Double {
        switch self {
        case .constant: 1
        case .polynomial(let exponent):
            // A weight of 0 would be no weight at all.
            max(Double.pow(1 + Double(staleness), -exponent), 1e-300)
        case .hinge(let from, let slope):
            Int(staleness) <= from ? 1 : 1 / (slope * Double(Int(staleness) - from) + 1)
        }
    }
}

/// Lists the forms of the staleness weight: `training.mode.staleness` in a scenario.
public let stalenessWeights: [Registered<StalenessWeight>] = [
    Registered("polynomial", "(1 + staleness)^-exponent") {
        .polynomial(
            exponent: $0.number(
                "exponent", default: 0.5, in: .between(0, 10), "exponent a of 1 + staleness"))
    },
    Registered("constant", "1 for each staleness") { _ in .constant },
    Registered("hinge", "1 up to a staleness, then 1 / (slope (staleness - from) + 1)") {
        .hinge(
            from: $0.integer(
                "from", default: 4, in: .between(0, 1_000_000),
                "largest staleness b with the weight 1"),
            slope: $0.number(
                "slope", default: 10, in: .between(0, 1e6), "slope a after this staleness"))
    },
]
