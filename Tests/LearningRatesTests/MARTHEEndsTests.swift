import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// MARTHE between its two ends.
@Suite struct `The ends of MARTHE` {
    private let batches = (0..<13).map { step in (0..<8).map { (step * 7 + $0 * 5) % 32 } }

    /// Twelve steps on softmax regression; the rate and the weights after each.
    private func run(
        _ scheduler: String, optimizer: String = "sgd", validatesOnTraining: Bool
    ) throws -> [[Double]] {
        let oracle = try Oracle(path: "\(SourceTree.root)/Tests/Oracles/marthe-softmax.json")
        var replay = try Replay<Double>(
            oracle, scheduler: scheduler, optimizer: optimizer, rate: 0.05)
        replay.problem.validatesOnTraining = validatesOnTraining
        try replay.restart(
            at: oracle.start, rate: 0.05, count: 12, batches: batches,
            validation: validatesOnTraining ? batches : Array(batches.reversed()))
        return (0..<12).map { _ in
            _ = replay.take()
            return [replay.steps.step.events.last] + replay.values(.weights)
        }
    }

    @Test(arguments: ["sgd", "{ kind: sgd, momentum: 0.8 }", "adam"])
    func `at a damping of 1 it is RTHO, bit for bit`(optimizer: String) throws {
        let rtho = try run(
            "{ kind: rtho, hyper_rate: 0.01 }", optimizer: optimizer, validatesOnTraining: false)
        let damped = try run(
            "{ kind: marthe, mu: 1, hyper_rate: 0.01 }", optimizer: optimizer,
            validatesOnTraining: false)
        let other = try run(
            "{ kind: marthe, mu: 0.9, hyper_rate: 0.01 }", optimizer: optimizer,
            validatesOnTraining: false)
        #expect(damped == rtho)
        #expect(other != rtho)
    }

    /// With the step's own batch as validation batch: ⟨∇E(w_t), Z_t⟩ = −⟨g_t, d_{t−1}⟩.
    @Test(arguments: ["sgd", "{ kind: sgd, momentum: 0.8 }", "adam"])
    func `at a damping of 0 it is hypergradient descent`(optimizer: String) throws {
        let keys = "hyper_rate: 0.01, floor: none, ceiling: none"
        let marthe = try run(
            "{ kind: marthe, mu: 0, \(keys) }", optimizer: optimizer, validatesOnTraining: true)
        let descent = try run(
            "{ kind: hypergradient, rule: additive, \(keys) }", optimizer: optimizer,
            validatesOnTraining: true)
        #expect(marthe[11][0] != 0.05)
        for (one, other) in zip(marthe, descent) { #expect(relativeError(one, other) < 1e-12) }
    }
}
