import LearningRates
import Testing

/// FedCM, worked by hand: three parameters, two clients, two local steps, a = 1/2, β = 1/4.
@Suite struct `FedCM` {
    private let yaml = "{ kind: fedcm, gradient_weight: 0.5 }"

    /// The update of a client that starts at 0.
    private func update(
        _ gradients: [[Double]], after previous: [Double]? = nil, rate: Double = 0.25
    ) throws -> [Double] {
        try run(
            try client(yaml, localRate: 0.25), gradients, previousAggregate: previous, rate: rate
        ).weights
    }

    @Test func `two rounds by hand`() throws {
        // First round: v = g / 2, so each update is −1/8 of the sum of the gradients.
        let one = try update([[1, 0, 2], [0, 2, 2]])
        let two = try update([[-1, 0, 2], [0, 2, 0]])
        #expect(one == [-0.125, -0.25, -0.5])
        #expect(two == [0.125, -0.25, -0.25])
        var server = try ServerRun<Double>("constant", start: [0, 0, 0])
        server.take(updates: [one, two])
        #expect(server.models[0] == [0, -0.25, -0.375])

        // Second round: (1 − a) / (K β) = (1/2) / (2 · 1/4) = 1, so v = g / 2 − Δ. Two steps of 1/4
        // move by Δ / 2 = (0, −1/8, −3/16), and by −1/8 of the sum of the gradients.
        let previous = [0, -0.25, -0.375]
        #expect(try update([[0, 0, 0], [0, 0, 0]], after: previous) == [0, -0.125, -0.1875])
        #expect(
            try update([[2, 0, 0], [0, 0, 2]], after: previous) == [-0.25, -0.125, -0.4375])
    }

    @Test(arguments: [1, 2, 4, 8, 64])
    func `clients with any number of steps share the same movement`(steps: Int) throws {
        let still = [[Double]](repeating: [0, 0], count: steps)
        #expect(try update(still, after: [1, -2]) == [0.5, -1])
    }

    @Test(arguments: [0, Double.leastNonzeroMagnitude])
    func `a rate without a quotient leaves the gradient's share`(rate: Double) throws {
        let update = try update([[1, -1], [1, 1]], after: [1, 1], rate: rate)
        #expect(update.allSatisfy { abs($0) <= rate })
    }

    @Test func `its needs are an aggregate and room in the gradient, if not neutral`() throws {
        let needs = try client(yaml).needs
        #expect(needs.previousAggregate && needs.rewritesGradient && !needs.adaptsRate)
        let neutral = try client("{ kind: fedcm, gradient_weight: 1 }").needs
        #expect(!neutral.previousAggregate && !neutral.rewritesGradient)
    }

    @Test func `what takes updates for sums of gradients is refused`() throws {
        let (sgd, rule) = (try optimizer("sgd"), try client(yaml))
        for kind in ["scaffold", "fednova", "feddyn"] {
            let correction = try component(kind, from: driftCorrections)
            let reason = correction.incompatibility(with: sgd, rule)
            #expect(
                reason?.hasPrefix(
                    "expected a client scheduler that leaves gradients unchanged with \(kind),")
                    == true)
            #expect(try correction.incompatibility(with: sgd, client("constant")) == nil)
        }
        let fedprox = try component("fedprox", from: driftCorrections)
        #expect(fedprox.incompatibility(with: sgd, rule) == nil)
        let momentum = try optimizer("{ kind: sgd, momentum: 0.9 }")
        #expect(rule.incompatibility(with: momentum, weightDecay: 0) != nil)
        #expect(rule.incompatibility(with: sgd, weightDecay: 0.1) == nil)
    }
}
