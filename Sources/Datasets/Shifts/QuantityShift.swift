package import RandomStreams
import Settings

/// Quantity: each client keeps a part of its samples, so that the sizes differ.
///
///     kept_j = min(n_j, max(min_samples, s_j))
///
/// Client j has n_j samples, and s_j is its size by the law for all samples together. The laws are
/// those of the skew `quantity`. Samples are never repeated, so a client whose s_j is more than it
/// has keeps all. The kept samples are drawn and stay in their order. The law `sizes` has no
/// `min_samples`.
///
/// - Streams: as the skew `quantity` for the sizes. Client 2^31 + j draws what client j keeps.
/// - Source: Li et al. 2022 (NIID-Bench), arXiv 2102.02079, quantity skew.
/// - NIID-Bench differs: quantity is its whole partition. Here it follows another skew.
package struct QuantityShift: Shift {
    package static let algorithm = Algorithm("quantity", revision: 1)
    package static let stream: UInt32 = 7
    package static let stage = ShiftStage.quantity
    private let law: SizeLaw
    private let minSamples: Int

    init(_ settings: Settings) {
        law = SizeLaw(settings)
        minSamples =
            if case .sizes = law { 0 } else {
                settings.integer(
                    "min_samples", default: 10, in: .between(1, 1_000_000_000),
                    "samples that each client keeps at least, if it has them")
            }
    }

    package func addFacts(to facts: inout KeyFacts) {
        law.addFacts(to: &facts)
        facts.add("min_samples", minSamples)
    }

    package func problem(with data: ShiftedForm, clients: Int) -> ShiftProblem? {
        guard case .sizes(let sizes) = law, sizes.count != clients else { return nil }
        return ShiftProblem(
            "sizes", expected: "a number for each of \(counted(clients, "client"))",
            found: "\(sizes.count.grouped)", advice: "list one number for each client")
    }

    package func keptCounts(of sizes: [Int], key: RandomKey) -> [Int] {
        let targets: [Int]
        if case .sizes(let given) = law {
            targets = given
        } else {
            targets = law.sizes(
                of: sizes.reduce(0, +), among: sizes.count, key, key.round)
        }
        return zip(sizes, targets).map { own, target in min(own, max(minSamples, target)) }
    }
}
