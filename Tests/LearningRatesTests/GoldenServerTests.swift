import LearningRates
import LinearAlgebra
import Testing

/// Worked examples of the reference, section 12.
@Suite struct `Golden values of server schedulers` {
    private let aggregates = goldenAggregates

    /// Global rates and models of a run on the aggregates above.
    private func serve(_ scheduler: String, _ optimizer: String = "sgd") throws -> (
        rates: [Double], models: [[Double]]
    ) {
        var scheduler = try server(scheduler)
        let rates = summaries(aggregates).map { scheduler.decideRates(after: $0).globalRate }
        return (rates, models(rates, try LearningRatesTests.optimizer(optimizer)))
    }

    private func models(_ rates: [Double], _ optimizer: any Optimizer) -> [[Double]] {
        var plan = BlockLayout()
        let places = StepContext<Double>.Vectors(
            in: &plan, ParameterGroups(count: 2), SchedulerNeeds(), optimizer)
        var step = StepContext<Double>(plan, places)
        var models: [[Double]] = []
        for (rate, aggregate) in zip(rates, aggregates) {
            step.slots[step.vector(.gradient), 0] = -aggregate[0]
            step.slots[step.vector(.gradient), 1] = -aggregate[1]
            step.begin(rate: rate, count: 1, optimizer.hyperparameters)
            step.move(along: optimizer.direction(&step))
            models.append(step.slots.values(step.vector(.weights)))
        }
        return models
    }

    @Test func `12.1 FedHyper-G, paper form, with bounds 1/3 and 3`() throws {
        #expect(
            isClose(
                summaries(aggregates).dropFirst().map { $0.productWithPrevious ?? 0 },
                [0.14, -0.28, 0.4, 13])
        )
        let (rates, models) = try serve("{ kind: fedhyper_g, form: paper }")
        #expect(isClose(rates, [1, 1.14, 0.86, 1.26, 3]))
        let expected = [
            [0.3, -0.4], [0.984, -0.286], [0.554, -0.114], [-1.966, -3.894], [-7.966, -12.894],
        ]
        for (model, expected) in zip(models, expected) { #expect(isClose(model, expected)) }
    }

    @Test func `12.1 with the bounds of the released code`() throws {
        let (rates, _) = try serve("{ kind: fedhyper_g, form: paper, bound: 5 }")
        #expect(isClose(rates, [1, 1.14, 0.86, 1.26, 5]))
    }

    @Test func `FedHyper-G, normalized: 1 + κ cosine, worked by hand`() throws {
        // cosines: 0.14 / (0.5 · 0.60828) = 0.46032; then −0.28 / (0.60828 · 0.53852) = −0.85478.
        let c1 = 0.14 / (0.25 * 0.37).squareRoot()
        let c2 = -0.28 / (0.37 * 0.29).squareRoot()
        let (rates, _) = try serve("{ kind: fedhyper_g, form: normalized, hyper_rate: 0.5 }")
        #expect(isClose(Array(rates.prefix(3)), [1, 1 + c1 / 2, (1 + c1 / 2) * (1 + c2 / 2)]))
    }

    /// β of the rounds 0, 1, … of FedHyper-SL.
    private func localRates(_ yaml: String) throws -> [Double] {
        var scheduler = try server(yaml)
        var rates = [scheduler.localRate(round: 0)]
        for (round, summary) in summaries(Array(aggregates.prefix(4))).enumerated() {
            // The global rate is not its business.
            #expect(scheduler.decideRates(after: summary).globalRate == 1)
            rates.append(scheduler.localRate(round: round + 1))
        }
        return rates
    }

    @Test func `12.2 FedHyper-SL, additive: rounds 0 and 1 run with the start rate`() throws {
        let rates = try localRates("{ kind: fedhyper_sl, form: paper, step: additive }")
        #expect(isClose(rates, [0.01, 0.01, 0.1, 0.001, 0.1]))
    }

    @Test func `12.2 FedHyper-SL, factor form: additive with the start rate as hyper-rate`() throws
    {
        for yaml in [
            "{ kind: fedhyper_sl, form: paper }",
            "{ kind: fedhyper_sl, form: paper, step: factor }",
            "{ kind: fedhyper_sl, form: paper, step: additive, hyper_rate: 0.01 }",
        ] {
            let rates = try localRates(yaml)
            #expect(isClose(rates, [0.01, 0.01, 0.0114, 0.0086, 0.0126]), "\(yaml)")
        }
    }

    @Test func `12.6 FedAvgM is momentum on the server`() throws {
        let (_, models) = try serve("constant", "{ kind: sgd, momentum: 0.9 }")
        #expect(isClose(models[0], [0.3, -0.4]))
        #expect(isClose(models[1], [1.17, -0.66]))
        // v = 0.9 (0.87, −0.26) + (−0.5, 0.2) = (0.283, −0.034).
        #expect(isClose(models[2], [1.453, -0.694]))
    }
}
