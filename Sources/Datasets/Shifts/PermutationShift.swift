package import RandomStreams
import Settings

/// Permutation: the pixels of an image, or the features of a row, have one other order for each
/// group r = j mod R of clients. Group 0 keeps the order of the data.
///
/// The channels of a pixel move together.
///
/// - Streams: group r draws its order.
/// - Source: Goodfellow et al. 2013, arXiv 1312.6211 (Permuted MNIST).
package struct PermutationShift: Shift {
    package static let algorithm = Algorithm("permutation", revision: 1)
    package static let stream: UInt32 = 3
    package static let stage = ShiftStage.features
    private let groups: Int

    init(_ settings: Settings) {
        groups = settings.integer(
            "groups", default: 2, in: .between(2, 1_000_000),
            "groups R of clients; group r = client mod R has its own order, and group 0 the order "
                + "of the data")
    }

    package init(groups: Int) { self.groups = groups }

    package func addFacts(to facts: inout KeyFacts) { facts.add("groups", groups) }

    package func problem(with data: ShiftedForm, clients: Int) -> ShiftProblem? {
        if let problem = data.featureProblem("permutation")
            ?? ShiftProblem("groups", groups: groups, clients: clients)
        {
            return problem
        }
        guard Self.places(data) < 2 else { return nil }
        return ShiftProblem(
            expected: "samples of 2 pixels or features or more", found: "one",
            advice: "leave it out")
    }

    package func apply(to samples: inout ClientSamples, key: RandomKey) throws(ShiftProblem) {
        let group = samples.client % groups
        guard group > 0 else { return }
        let places = Self.places(samples.form)
        var order = (0..<places).map { Int32($0) }
        var stream = key.shared(group).stream()
        stream.shuffle(&order)
        samples.move(to: order, channels: samples.width / places)
    }

    /// Counts what moves: the pixels of an image, or the numbers of another sample.
    private static func places(_ form: ShiftedForm) -> Int {
        form.image.map { $0.height * $0.width } ?? form.shape.reduce(1, *)
    }
}
