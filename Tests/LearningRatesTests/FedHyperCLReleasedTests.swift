import LearningRates
import RandomStreams
import Testing

/// FedHyper-CL as its authors' program computes it: reference, sections 3.4 and 12.3.
@Suite struct `FedHyper-CL, released code` {
    private let words = "{ kind: fedhyper_cl, form: released_code }"
    private let gradients = [[1.0, 0], [0.8, 0.6], [-0.6, 0.8], [0.5, 0.5]]
    private let previousAggregate = [-0.2, 0.1]

    /// The rates in force after each step.
    private func rates(
        _ yaml: String, previousAggregate: [Double]?, optimizer: String = "sgd",
        epochSteps: Int? = nil
    ) throws -> [Double] {
        var state: Carried = []
        return try run(
            client(yaml), gradients, previousAggregate: previousAggregate, epochSteps: epochSteps,
            optimizer: LearningRatesTests.optimizer(optimizer), state: &state
        ).rates
    }

    /// The program's loop, word for word.
    private func reference(
        previousAggregate: [Double], directions: [[Double]], epochSteps: Int
    ) -> [Double] {
        var factor = 1.0
        var before = previousAggregate
        return directions.enumerated().map { index, direction in
            let step = direction.map { -0.01 * factor * $0 }
            guard index % epochSteps > 0 else { return 0.01 * factor }
            let x = 0.1 * dot(step, previousAggregate) / 10
            let y = dot(step, before)
            factor = min(max(factor * min(1.1, 1 + x + y), 0.1), 10)
            before = step
            return 0.01 * factor
        }
    }

    @Test func `12.3: factors of three steps`() throws {
        let rates = try rates(words, previousAggregate: previousAggregate)
        for (rate, factor) in zip(rates, [1, 1.00101, 1.00098995958]) {
            #expect(abs(rate / 0.01 - factor) < 5e-12)
        }
    }

    @Test(arguments: [1, 2, 3, 4])
    func `the first step of each epoch is left out`(epochSteps: Int) throws {
        let rates = try rates(words, previousAggregate: previousAggregate, epochSteps: epochSteps)
        let expected = reference(
            previousAggregate: previousAggregate, directions: gradients, epochSteps: epochSteps)
        #expect(zip(rates, expected).allSatisfy { abs($0 / $1 - 1) < 1e-14 })
    }

    @Test func `movements have the optimizer's direction in them`() throws {
        var velocity = [0.0, 0]
        let directions = gradients.map { gradient in
            velocity = zip(velocity, gradient).map { 0.9 * $0 + $1 }
            return velocity
        }
        let rates = try rates(
            words, previousAggregate: previousAggregate, optimizer: "{ kind: sgd, momentum: 0.9 }")
        let expected = reference(
            previousAggregate: previousAggregate, directions: directions, epochSteps: 4)
        #expect(zip(rates, expected).allSatisfy { abs($0 / $1 - 1) < 1e-14 })
    }

    @Test func `in the first round there is no previousAggregate`() throws {
        let rates = try rates(words, previousAggregate: nil)
        let expected = reference(previousAggregate: [0, 0], directions: gradients, epochSteps: 4)
        #expect(zip(rates, expected).allSatisfy { abs($0 / $1 - 1) < 1e-14 })
    }

    @Test func `a step grows the rate by a tenth at most, and ten times in all`() throws {
        var state: Carried = []
        let round = try run(
            client(words), (0..<40).map { _ in [1e3, 0] },
            optimizer: try optimizer("sgd"), state: &state)
        // The second step of a first round is compared with nothing.
        #expect(abs(round.rates[2] / 0.011 - 1) < 1e-14)
        #expect(round.rates.last == 0.1 && round.events.upperBoundHits > 0)
        let back = try run(
            client(words), [[1, 0], [1e3, 0], [-1e3, 0], [1, 0]],
            optimizer: try optimizer("sgd"), state: &state)
        #expect(back.rates[2] == 0.001 && back.events.lowerBoundHits == 2)
    }

    @Test func `a carried rate is the one after the last step`() throws {
        let yaml = with("carry: lr_only", words)
        var state: Carried = []
        let sgd = try optimizer("sgd")
        let first = try run(
            client(yaml), gradients, previousAggregate: previousAggregate, optimizer: sgd,
            state: &state)
        let second = try run(
            client(yaml), [[1, 0]], previousAggregate: previousAggregate, optimizer: sgd,
            state: &state)
        #expect(second.rates[0] == first.rates.last)
        #expect(second.rates[0] != 0.01)
    }
}
