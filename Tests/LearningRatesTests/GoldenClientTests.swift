import LearningRates
import Testing

/// Worked examples of the reference, section 12.3: β_0 = 0.01, K = 4.
@Suite struct `Golden values of client schedulers` {
    private let gradients = [[1.0, 0], [0.8, 0.6], [-0.6, 0.8]]
    private let previousAggregate = [-0.2, 0.1]

    private func rates(_ yaml: String, previousAggregate: [Double]?) throws -> [Double] {
        let scheduler = try client(yaml)
        return try run(scheduler, gradients, previousAggregate: previousAggregate, count: 4).rates
    }

    @Test func `12.3 FedHyper-CL, paper form`() throws {
        // h_1 = 0.8 + 0.1 / 4 = 0.825 goes to the upper bound; h_2 = 0 − 0.2 / 4 = −0.05.
        let rates = try rates(
            "{ kind: fedhyper_cl, form: paper }", previousAggregate: previousAggregate)
        #expect(rates[0] == 0.01 && rates[1] == 0.1)
        #expect(abs(rates[2] - 0.05) < 1e-15)
    }

    @Test func `12.3 FedHyper-CL, normalized`() throws {
        let rates = try rates(
            "{ kind: fedhyper_cl, form: normalized, hyper_rate: 0.02 }",
            previousAggregate: previousAggregate)
        #expect(rates[0] == 0.01)
        #expect(abs(rates[1] - 0.01018236068) < 5e-12)
        #expect(abs(rates[2] - 0.01013682378) < 5e-12)
    }

    @Test func `the weight of the global term can be given`() throws {
        // c_1 = 0.8 + 0.4472136 = 1.2472136.
        let rates = try rates(
            "{ kind: fedhyper_cl, hyper_rate: 0.02, global_weight: 1 }",
            previousAggregate: previousAggregate)
        #expect(abs(rates[1] - 0.01 * (1 + 0.02 * (0.8 + 0.2.squareRoot()))) < 1e-15)
    }

    @Test func `without a previousAggregate, or without its term, only the gradients count`() throws
    {
        let alone = "{ kind: fedhyper_cl, hyper_rate: 0.02, global_term: false }"
        for (yaml, previousAggregate) in [
            (alone, previousAggregate), (alone, nil),
            ("{ kind: fedhyper_cl, hyper_rate: 0.02 }", nil),
            ("{ kind: fedhyper_cl, hyper_rate: 0.02, global_weight: 0 }", previousAggregate),
        ] {
            let rates = try rates(yaml, previousAggregate: previousAggregate)
            #expect(abs(rates[1] - 0.01016) < 1e-15, "\(yaml)")
            // g_2 and g_1 are orthogonal.
            #expect(rates[2] == rates[1], "\(yaml)")
        }
        #expect(try !client(alone).needs.previousAggregate)
        #expect(try client("fedhyper_cl").needs.previousAggregate)
    }

    @Test func `the new rate is used in the same step`() throws {
        let scheduler = try client("{ kind: fedhyper_cl, form: paper }")
        let round = try run(scheduler, gradients, previousAggregate: previousAggregate, count: 4)
        // w = −(0.01 g_0 + 0.1 g_1 + 0.05 g_2).
        #expect(abs(round.weights[0] + 0.01 + 0.08 - 0.03) < 1e-15)
        #expect(abs(round.weights[1] + 0.06 + 0.04) < 1e-15)
        #expect(round.events.upperBoundHits == 1 && round.events.saturatedAtOnce)
    }

    @Test func `products are of gradients, also with momentum`() throws {
        let scheduler = try client("fedhyper_cl")
        let rates = try run(scheduler, gradients, previousAggregate: previousAggregate).rates
        var state: Carried = []
        let round = try run(
            scheduler, gradients, previousAggregate: previousAggregate,
            optimizer: try optimizer("{ kind: sgd, momentum: 0.9 }"), state: &state)
        #expect(round.rates == rates)
    }
}
