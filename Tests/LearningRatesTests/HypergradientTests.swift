import ClientRules
import LearningRates
import TestSupport
import Testing

/// Hypergradient descent on given gradients, by hand.
@Suite struct `Hypergradient descent` {
    private let gradients = [[1.0, 0], [0.8, 0.6], [-0.6, 0.8], [-1.2, 0.2]]

    private func rates(
        _ words: String, _ optimizer: String = "sgd", _ gradients: [[Double]]? = nil
    ) throws -> ClientRound {
        var state: Carried = []
        return try run(
            client("{ kind: hypergradient, \(words) }"), gradients ?? self.gradients, rate: 0.1,
            optimizer: LearningRatesTests.optimizer(optimizer), state: &state)
    }

    private func isClose(_ x: [Double], _ y: [Double]) -> Bool {
        x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) < 1e-15 }
    }

    @Test func `additive: the rate gains κ times each product`() throws {
        // g_1 g_0 = 0.8, g_2 g_1 = 0, g_3 g_2 = 0.88; the start rate of the bounds is 0.01.
        let round = try rates("rule: additive, hyper_rate: 0.01")
        #expect(isClose(round.rates, [0.1, 0.108, 0.108, 0.1168]))
        #expect(
            isClose(round.weights, [-0.1 - 0.0864 + 0.0648 + 0.14016, -0.0648 - 0.0864 - 0.02336]))
    }

    @Test func `multiplicative: the rate is scaled by the cosine`() throws {
        let round = try rates("hyper_rate: 0.5")
        let last = 0.14 * (1 + 0.5 * 0.88 / 1.48.squareRoot())
        #expect(isClose(round.rates, [0.1, 0.14, 0.14, last]))
    }

    @Test func `with momentum the product is with the velocity`() throws {
        // v: (1, 0), (1.3, 0.6), (0.05, 1.1); g v: 0.8, -0.3, 0.16.
        let round = try rates(
            "rule: additive, hyper_rate: 0.01", "{ kind: sgd, momentum: 0.5 }")
        #expect(isClose(round.rates, [0.1, 0.108, 0.105, 0.1066]))
    }

    @Test func `each parameter has its own rate, by the sign where it multiplies`() throws {
        // Additive: +0.008, -0.0048, +0.0072 and 0, +0.0048, +0.0016. By sign: +, -, + and 0, +, +.
        let added = try rates("scope: parameter, rule: additive, hyper_rate: 0.01")
        let first = [0.1, 0.108, 0.1032, 0.1104]
        let second = [0.1, 0.1, 0.1048, 0.1064]
        #expect(isClose(added.rates, zip(first, second).map { ($0 + $1) / 2 }))
        let scaled = try rates("scope: parameter, hyper_rate: 0.5")
        #expect(isClose(scaled.rates, [0.1, 0.125, (0.075 + 0.15) / 2, (0.1125 + 0.225) / 2]))
    }

    @Test func `floor and ceiling hold the rate, and it is counted`() throws {
        let up = try rates("rule: additive, hyper_rate: 99, ceiling: 20")
        #expect(up.rates == [0.1, 0.2, 0.2, 0.2] && up.events.upperBoundHits >= 2)
        let against = [[1.0, 0], [-1, 0], [-1, 0]]
        let down = try rates("rule: additive, hyper_rate: 1", "sgd", against)
        #expect(down.rates == [0.1, 0, 1] && down.events.lowerBoundHits == 1)
        let free = try rates("rule: additive, hyper_rate: 1, floor: none", "sgd", against)
        #expect(isClose(free.rates, [0.1, -0.9, 0.1]) && free.events.lowerBoundHits == 0)
        let each = try rates(
            "rule: additive, hyper_rate: 1, scope: parameter", "sgd", against + [[0.5, 0]])
        // The second parameter's gradients are 0: its rate stays.
        #expect(isClose(each.rates, [0.1, 0.05, 0.55, 0.3]))
        #expect(each.events.lowerBoundHits == 1 && each.events.upperBoundHits == 0)
    }

    @Test(arguments: ["global", "parameter"], ["additive", "multiplicative"])
    func `what is not finite leaves the rate and is counted; zeros leave it`(
        scope: String, rule: String
    ) throws {
        let words = "scope: \(scope), rule: \(rule)"
        for bad in [Double.nan, .infinity] {
            let round = try rates(words, "sgd", [[1, 1], [bad, 1], [1, 1]])
            #expect(round.rates.allSatisfy { $0.isFinite })
            #expect(round.events.undefined == 2)
        }
        let zero = try rates(words, "sgd", [[0, 0], [0, 0], [0, 0]])
        #expect(zero.rates == [0.1, 0.1, 0.1] && zero.weights == [0, 0])
    }

    @Test(arguments: ["sgd", "{ kind: sgd, momentum: 0.9 }", "adam", "rmsprop", "adagrad"])
    func `carry all goes on as if two rounds were one`(optimizer: String) throws {
        for words in [
            "rule: additive", "scope: parameter", "scope: parameter, rule: additive",
            "scope: tensor",
        ] {
            let yaml = "{ kind: hypergradient, carry: all, hyper_rate: 0.01, \(words) }"
            let made = try LearningRatesTests.optimizer(optimizer)
            func rates(_ parts: [Range<Int>]) throws -> [Double] {
                var state: Carried = []
                return try parts.flatMap {
                    var scheduler = try component(yaml, from: clientSchedulers)
                    scheduler.start(localRate: 0.01, optimizer: made)
                    return try run(
                        scheduler, Array(gradients[$0]), rate: 0.01, optimizer: made,
                        state: &state
                    ).rates
                }
            }
            #expect(try rates([0..<2, 2..<2, 2..<4]) == rates([0..<4]), "\(words)")
        }
    }

    @Test func `lr_only carries the rate alone, reset nothing`() throws {
        for (carry, expected) in [("lr_only", 0.108), ("reset", 0.1)] {
            let yaml = "{ kind: hypergradient, rule: additive, hyper_rate: 0.01, carry: \(carry) }"
            var state: Carried = []
            let sgd = try optimizer("sgd")
            for (index, wanted) in [0.1, expected].enumerated() {
                let round = try run(
                    client(yaml), [[1, 0], [0.8, 0.6]], rate: 0.1, optimizer: sgd, state: &state)
                #expect(abs(round.rates[0] - wanted) < 1e-15, "round \(index)")
            }
            #expect(state.numbers.count == (carry == "reset" ? 0 : 8) && state.vectors.isEmpty)
        }
    }

    @Test func `the released loop needs Adam with epsilon before the correction`() throws {
        let scheduler = try component(
            "{ kind: hypergradient, form: released_code }", from: clientSchedulers)
        for (yaml, isRight) in [
            ("sgd", false), ("adam", false),
            ("{ kind: adam, epsilon_place: before_correction }", true),
            ("{ kind: adam, epsilon_place: before_correction, bias_correction: false }", false),
        ] {
            let reason = scheduler.incompatibility(with: try optimizer(yaml), weightDecay: 0)
            #expect((reason == nil) == isRight, "\(yaml)")
        }
        for words in ["scope: layer", "rule: multiplicative"] {
            #expect(throws: (any Error).self) {
                try client("{ kind: hypergradient, form: released_code, \(words) }")
            }
        }
    }

    /// Scaling the loss by c and the rate by 1/c leaves the weights, if the rule has no units; the
    /// additive one needs κ/c³.
    @Test(arguments: [0.125, 8])
    func `the scale of the loss`(c: Double) throws {
        let scaled = gradients.map { $0.map { $0 * c } }
        func weights(_ words: String, _ gradients: [[Double]], _ rate: Double) throws -> [Double] {
            try run(
                client("{ kind: hypergradient, \(words) }", localRate: rate), gradients, rate: rate
            ).weights
        }
        #expect(
            isClose(
                try weights("hyper_rate: 0.5", scaled, 0.1 / c),
                try weights("hyper_rate: 0.5", gradients, 0.1)))
        #expect(
            isClose(
                try weights(
                    "rule: additive, hyper_rate: \(0.01 / (c * c * c))", scaled, 0.1 / c),
                try weights("rule: additive, hyper_rate: 0.01", gradients, 0.1)))
    }
}
