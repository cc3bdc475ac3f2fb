package import RandomStreams
import Settings

/// Label noise: some training samples of client j get a wrong label, each with probability ρ_j.
///
///     symmetric:  c → a class other than c, each equally likely
///     pair:       c → (c + 1) mod C
///     share φ of clients:  ρ_j = rate for ⌊φ N⌋ clients that are drawn, else 0
///     growing:             ρ_j = rate · j / (N − 1)
///
/// Labels are wrong for good: they are the same in each epoch. Samples that a client holds out, for
/// validation or tests, keep their labels. So a client's own tests measure the truth.
///
/// - Streams: a shared stream draws the noisy clients. Client j draws for each of its samples,
///   held-out ones too. So another holdout does not move the noise of a sample.
/// - Source: Han et al. 2018 (Co-teaching), arXiv 1804.06872, symmetric and pair flips; Xu et al.
///   2022 (FedCorr), arXiv 2204.04677, a share of noisy clients.
/// - FedCorr differs: it draws each client's rate between a smallest one and 1.
package struct LabelNoiseShift: Shift {
    package static let algorithm = Algorithm("label_noise", revision: 1)
    package static let stream: UInt32 = 5
    package static let stage = ShiftStage.labels
    /// The class that a wrong label names.
    package enum Flip: String, Sendable {
        /// Any class but the right one, each equally likely.
        case symmetric
        /// Always the class after the right one.
        case pair
    }

    private let flip: Flip
    private let rate: Double
    /// The share φ of clients with noise; nil for a rate that grows.
    private let share: Double?
    /// Whether each client has noise, shape (clients); empty if the rate grows.
    private var isNoisy: [Bool] = []

    init(_ settings: Settings) {
        flip = settings.choice(
            "flip", of: ["symmetric": Flip.symmetric, "pair": .pair], default: "symmetric",
            "wrong label: any other class, or the next class")
        rate = settings.number(
            "rate", default: 0.2, in: .between(0, 1),
            "probability of a wrong label at a noisy client; the largest one if it grows")
        share = settings.number(
            "clients", or: "growing", default: 1, in: .positiveUpTo(1),
            "share of noisy clients, which are drawn; or a rate that grows from 0 at client 0 to "
                + "the last client")
    }

    /// - Parameter share: nil for a rate that grows from client to client.
    package init(flip: Flip, rate: Double, share: Double?) {
        (self.flip, self.rate, self.share) = (flip, rate, share)
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("flip", flip.rawValue)
        facts.add("rate", rate)
        facts.add("clients", share)
    }

    package func problem(with data: ShiftedForm, clients: Int) -> ShiftProblem? {
        if let problem = data.labelProblem("label_noise") { return problem }
        guard let share, noisyCount(of: clients) == 0 else { return nil }
        return ShiftProblem(
            "clients", expected: "a share that is 1 client or more of \(clients.grouped)",
            found: "\(share), which is none", advice: "raise it, or leave label_noise out")
    }

    package var changesTrainingOnly: Bool { true }

    package func apply(to samples: inout ClientSamples, key: RandomKey) throws(ShiftProblem) {
        let rate = rate(of: samples.client, samples.clients)
        guard rate > 0 else { return }
        let classes = samples.form.classes
        var stream = key.ofClient(samples.client).stream()
        for index in samples.labels.indices {
            let isWrong = stream.uniform() < rate
            let step = flip == .pair ? 1 : 1 + stream.below(classes - 1)
            guard isWrong, samples.isTraining[index] else { continue }
            samples.labels[index] = (samples.labels[index] + Int32(step)) % Int32(classes)
        }
    }

    /// Returns ⌊φ N⌋. The product of 0.29 and 100 is 29, though that of the doubles is smaller.
    private func noisyCount(of clients: Int) -> Int {
        Int(((share ?? 1) * Double(clients) + 1e-9).rounded(.down))
    }

    /// Draws the noisy clients by Floyd's method: each set of this size is equally likely.
    package mutating func begin(clients: Int, key: RandomKey) {
        guard share != nil else { return }
        let count = noisyCount(of: clients)
        isNoisy = [Bool](repeating: false, count: clients)
        var stream = key.shared().stream()
        for last in clients - count..<clients {
            let drawn = stream.below(last + 1)
            isNoisy[isNoisy[drawn] ? last : drawn] = true
        }
    }

    /// Returns ρ_j of one client.
    private func rate(of client: Int, _ clients: Int) -> Double {
        guard share != nil else {
            return clients > 1 ? rate * Double(client) / Double(clients - 1) : 0
        }
        return isNoisy[client] ? rate : 0
    }
}
