package import RandomStreams
import RealModule
import Settings

/// Quantity: each client keeps a part of its samples, so that the sizes differ.
///
///     kept_j = min(n_j, max(min_samples, ⌊q_j n⌋)),   n = n_0 + … + n_{N−1}
///
/// The shares q_j, with sum 1, follow a law. Samples are never repeated, so a client whose share is
/// more than it has keeps all. The kept samples are drawn and stay in their order. The law `sizes` has
/// no `min_samples`.
///
/// - Laws: `dirichlet`: q ~ Dir(beta, …, beta). `power`: q_j is proportional to rank^−exponent,
///   with ranks 1 to N drawn for the clients. `lognormal`: q_j is proportional to exp(sigma z_j),
///   z_j ~ N(0, 1). `sizes`: q_j n is the number in the list.
/// - Streams: a shared stream draws the shares. Client j draws the samples that it keeps.
/// - Source: Li et al. 2022 (NIID-Bench), arXiv 2102.02079, quantity skew.
/// - NIID-Bench differs: quantity is its whole partition. Here it follows another skew.
package struct QuantityShift: Shift {
    package static let algorithm = Algorithm("quantity", revision: 1)
    package static let stream: UInt32 = 7
    package static let stage = ShiftStage.quantity
    /// How the shares of the clients are drawn.
    package enum Law: Sendable {
        /// Proportions from a Dirichlet distribution with this concentration.
        case dirichlet(beta: Double)
        /// Proportional to a power of the rank, with this exponent.
        case power(exponent: Double)
        /// Proportional to log-normal numbers with this deviation of the logarithm.
        case lognormal(sigma: Double)
        /// The samples of each client, as a list.
        case sizes([Int])
    }

    private let law: Law
    private let minSamples: Int
    /// The law in a scenario, without its numbers.
    private enum LawName: String { case dirichlet, power, lognormal, sizes }

    init(_ settings: Settings) {
        let name = settings.choice(
            "law", of: [
                "dirichlet": LawName.dirichlet, "power": .power, "lognormal": .lognormal,
                "sizes": .sizes,
            ], default: "dirichlet", "law of the clients' shares of all samples")
        switch name {
        case .dirichlet:
            law = .dirichlet(
                beta: settings.number(
                    "beta", default: 0.5, in: .between(1e-6, 1e9),
                    "concentration; smaller is more skewed"))
        case .power:
            law = .power(
                exponent: settings.number(
                    "exponent", default: 1, in: .between(0, 100),
                    "exponent of the power law; larger is more skewed"))
        case .lognormal:
            law = .lognormal(
                sigma: settings.number(
                    "sigma", default: 1, in: .between(0, 100),
                    "standard deviation of the logarithm; larger is more skewed"))
        case .sizes:
            law = .sizes(
                settings.integers(
                    "sizes", default: [], in: .between(0, 2_147_483_647),
                    "samples that each client keeps, one number for each client"))
            minSamples = 0
            return
        }
        minSamples = settings.integer(
            "min_samples", default: 10, in: .between(1, 1_000_000_000),
            "samples that each client keeps at least, if it has them")
    }

    package init(_ law: Law, minSamples: Int) { (self.law, self.minSamples) = (law, minSamples) }

    package func addFacts(to facts: inout KeyFacts) {
        switch law {
        case .dirichlet(let beta): facts.add("dirichlet", beta)
        case .power(let exponent): facts.add("power", exponent)
        case .lognormal(let sigma): facts.add("lognormal", sigma)
        case .sizes(let sizes): facts.add("sizes", "\(sizes)")
        }
        facts.add("min_samples", minSamples)
    }

    package func problem(with data: ShiftedForm, clients: Int) -> ShiftProblem? {
        guard case .sizes(let sizes) = law, sizes.count != clients else { return nil }
        return ShiftProblem(
            "sizes", expected: "a number for each of \(counted(clients, "client"))",
            found: "\(sizes.count.grouped)", advice: "list one number for each client")
    }

    package func keptCounts(of sizes: [Int], key: RandomKey) -> [Int] {
        let all = sizes.reduce(0, +)
        let targets: [Int]
        if case .sizes(let given) = law {
            targets = given
        } else {
            // The floor of a share of all samples; rounding must not give more than all.
            targets = shares(of: sizes.count, key).map { min(all, Int($0 * Double(all))) }
        }
        return zip(sizes, targets).map { own, target in min(own, max(minSamples, target)) }
    }

    /// Returns q, shape (clients), with sum 1.
    private func shares(of clients: Int, _ key: RandomKey) -> [Double] {
        var stream = key.shared().stream()
        var logarithms = [Double](repeating: 0, count: clients)
        switch law {
        case .dirichlet(let beta):
            return stream.dirichlet([Double](repeating: beta, count: clients))
        case .power(let exponent):
            var ranks = Array(1...max(clients, 1))
            stream.shuffle(&ranks)
            for client in 0..<clients {
                logarithms[client] = -exponent * Double.log(Double(ranks[client]))
            }
        case .lognormal(let sigma):
            for client in 0..<clients { logarithms[client] = sigma * stream.normal() }
        case .sizes: break
        }
        let largest = logarithms.max() ?? 0
        let weights = logarithms.map { Double.exp($0 - largest) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }
}
