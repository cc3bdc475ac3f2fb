import Bytes
import LearningRates
import ServerRules
import Settings
import TestSupport
import Testing

/// The rates that a server scheduler gives round by round: each α, and the β after it.
private func serve(
    _ scheduler: inout any ServerScheduler, _ summaries: some Sequence<RoundSummary>
) -> [UInt64] {
    summaries.flatMap { summary -> [UInt64] in
        let decision = scheduler.decideRates(after: summary)
        return [
            decision.globalRate, decision.aggregateScale, decision.aggregateRate,
            scheduler.localRate(round: summary.round + 1),
        ].map(\.bitPattern)
    }
}

/// What every registered server scheduler must do.
extension RateDecision {
    /// What happened to the rate that is adapted.
    fileprivate var change: RateChange? { globalChange ?? localChange }
}

@Suite struct `Laws of server schedulers` {
    static let all = configurations(serverRules)
    /// Those that move a rate by a hypergradient of their own; client rules move it inside the
    /// server step.
    static let adaptive = all.filter { (try? server($0))?.needs.adaptedRate != nil }

    private func randomSummaries(_ seed: UInt64, rounds: Int = 15) -> [RoundSummary] {
        var numbers = Numbers(state: seed)
        return summaries(numbers.vectors(rounds, of: 3))
    }

    @Test(.slow, arguments: all, 0..<5 as Range<UInt64>)
    func `saved and restored in the middle, the rates are the same bits`(
        configuration: String, seed: UInt64
    ) throws {
        let summaries = randomSummaries(seed)
        var unbroken = try server(configuration)
        let expected = serve(&unbroken, summaries)
        for cut in 0...summaries.count {
            var first = try server(configuration)
            var rates = serve(&first, summaries.prefix(cut))
            var second = try server(configuration)
            try second.restore(first.savedBytes)
            #expect(second.savedBytes == first.savedBytes)
            rates += serve(&second, summaries.dropFirst(cut))
            #expect(rates == expected, "seed \(seed), cut at \(cut)")
        }
    }

    @Test(arguments: all)
    func `cut or surplus bytes are an error`(configuration: String) throws {
        var scheduler = try server(configuration)
        let bytes = scheduler.savedBytes
        for count in 0..<bytes.count {
            #expect(throws: BytesError.self) { try scheduler.restore(Array(bytes.prefix(count))) }
        }
        #expect(throws: BytesError.surplus(1)) { try scheduler.restore(bytes + [0]) }
    }

    @Test(arguments: adaptive)
    func `neutral settings are the constant scheduler, bit for bit`(configuration: String) throws {
        let summaries = randomSummaries(2)
        for (global, local) in [(1.0, 0.01), (0.7, 0.3), (1.3, 1e-5)] {
            var neutral = try server(
                #require(neutralSettings(configuration, serverRules)),
                globalRate: global, localRate: local)
            var constant = try server("constant", globalRate: global, localRate: local)
            #expect(neutral.localRate(round: 0) == local)
            #expect(serve(&neutral, summaries) == serve(&constant, summaries))
        }
        var moving = try server(configuration)
        var constant = try server("constant")
        #expect(serve(&moving, summaries) != serve(&constant, summaries))
    }

    @Test(arguments: all)
    func `the first round has the configured rates and no hypergradient`(
        configuration: String
    ) throws {
        for norm in [0, 1, 1e30, Double.infinity, .nan] {
            var scheduler = try server(configuration, globalRate: 0.25, localRate: 0.125)
            #expect(scheduler.localRate(round: 0) == 0.125)
            // Equal updates: how much they differ is known in the first round too.
            var summary = summary(0, squaredNorm: norm)
            summary.updates.meanSquaredNorm = norm
            let decision = scheduler.decideRates(after: summary)
            #expect(decision.globalRate == 0.25 && decision.aggregateScale == 1)
            #expect(decision.globalChange == nil && decision.localChange == nil)
        }
    }

    @Test func `the bounds that rules declare are those of their sources`() throws {
        // α_0 = 1 and β_0 = 0.01, with the bound factors 3 and 10, or the released code's bounds.
        let expected: [(String, ClosedRange<Double>)] = [
            ("fedhyper_g", 1.0 / 3...3), ("{ kind: fedhyper_g, form: paper }", 1.0 / 3...3),
            ("{ kind: fedhyper_g, form: released_code }", 0.2...5), ("fedhyper_sl", 0.001...0.1),
            ("fathom", 1e-10...10),
        ]
        for (configuration, range) in expected {
            let bounds = try #require(server(configuration).needs.bounds)
            #expect(abs(bounds.lowerBound / range.lowerBound - 1) < 1e-15, "\(configuration)")
            #expect(abs(bounds.upperBound / range.upperBound - 1) < 1e-15, "\(configuration)")
        }
        for configuration in Self.adaptive {
            #expect(try server(configuration).needs.bounds != nil, "\(configuration)")
        }
    }

    /// A rule that reads what it does not name would be without it some day.
    @Test(arguments: all, 0..<5 as Range<UInt64>)
    func `a rule reads no quantity that it does not name`(
        configuration: String, seed: UInt64
    ) throws {
        var (given, blank) = (try server(configuration), try server(configuration))
        let quantities = given.needs.quantities
        for summary in randomSummaries(seed) {
            var less = RoundSummary(
                round: summary.round, squaredNorm: summary.squaredNorm,
                alignment: summary.productWithPrevious,
                previousSquaredNorm: summary.previousSquaredNorm, updates: summary.updates)
            for reference in summary.references
            where quantities.contains(.product(with: reference.vector)) {
                less.append(reference)
            }
            if !quantities.contains(.product(with: .previousAggregate)) {
                (less.productWithPrevious, less.previousSquaredNorm) = (nil, nil)
            }
            if !quantities.contains(.updateNorms) { less.updates.meanSquaredNorm = nil }
            if !quantities.contains(.meanLoss) { less.updates.meanLoss = nil }
            if !quantities.contains(.startLoss) { less.updates.startLoss = nil }
            #expect(serve(&given, [summary]) == serve(&blank, [less]), "seed \(seed)")
        }
    }

    @Test(arguments: all)
    func `rates stay finite and inside the bounds whatever comes, and it is counted`(
        configuration: String
    ) throws {
        var scheduler = try server(configuration)
        let needs = scheduler.needs
        let (form, adapted, bounds) = (needs.form, needs.adaptedRate, needs.bounds)
        let norms = [1, 0, 1e-60, 1e60, .infinity, .nan]
        let products = [
            0, 1, -1, 1e-60, -1e-60, 1e60, -1e60, .infinity, -.infinity, Double.nan,
            .greatestFiniteMagnitude,
        ]
        var round = 1
        for norm in norms {
            for previous in norms {
                for product in products {
                    let summary = summary(
                        round, squaredNorm: norm, product: product, previous: previous)
                    let name: Comment = "\(summary)"
                    let decision = scheduler.decideRates(after: summary)
                    let local = scheduler.localRate(round: round + 1)
                    round = round % 50 + 1
                    for rate in [decision.globalRate, decision.aggregateScale, local] {
                        #expect(rate.isFinite && rate > 0, name)
                    }
                    guard adapted != nil else { continue }
                    let change = try #require(
                        adapted == .global ? decision.globalChange : decision.localChange, name)
                    #expect(bounds?.contains(change.rate) == true, name)
                    let rates = [decision.globalRate, decision.aggregateScale]
                    #expect(
                        adapted == .global ? rates.contains(change.rate) : change.rate == local,
                        name)
                    let usesProducts = form == .paper || form == .releasedCode
                    let isDefined = usesProducts ? product.isFinite : summary.cosine != nil
                    #expect(change.wasUndefined == !isDefined, name)
                    #expect(isDefined || change.bound == nil, name)
                }
            }
        }
    }

    /// Through the server's own steps, above each optimizer that the scheduler works with.
    @Test(arguments: all)
    func `rates and models stay finite whatever the aggregates`(configuration: String) throws {
        for row in serverOptimizers
        where try server(configuration, optimizer: row.kind).incompatibility == nil {
            var run = try ServerRun<Double>(
                configuration, optimizer: row.kind, rate: 0.5, rounds: 20, start: [1, 2, 3])
            var numbers = Numbers(state: 9)
            var aggregates = numbers.vectors(12, of: 3)
            aggregates[3] = [0, 0, 0]
            aggregates[4] = [0, 0, 0]
            aggregates[7] = aggregates[6]
            aggregates[9] = aggregates[9].map { $0 * 1e-30 }
            for (round, aggregate) in aggregates.enumerated() {
                let norm = dot(aggregate, aggregate)
                run.take(
                    aggregate,
                    UpdateStatistics(
                        count: 3, meanSquaredNorm: 2 * norm, meanLoss: 1, startLoss: norm))
                let rates = [run.rates[round], run.localRates[round]]
                #expect(rates.allSatisfy { $0.isFinite && $0 > 0 }, "\(row.kind), round \(round)")
                #expect(run.models[round].allSatisfy { $0.isFinite }, "\(row.kind), round \(round)")
            }
        }
    }

    @Test(arguments: adaptive)
    func `a hypergradient that is not defined leaves the rate where it was`(
        configuration: String
    ) throws {
        var scheduler = try server(configuration)
        let moved = summary(1, squaredNorm: 1, product: 0.005, previous: 1)
        let before = try #require(scheduler.decideRates(after: moved).change)
        #expect(!before.wasUndefined && before.bound == nil)
        let undefined = summary(2, squaredNorm: 1, product: .nan, previous: 1)
        let after = try #require(scheduler.decideRates(after: undefined).change)
        #expect(after == RateChange(rate: before.rate, wasUndefined: true))
    }

    @Test(arguments: adaptive.filter { !$0.contains("released_code") })
    func `each bound is hit, reported and carried on without wind-up`(
        configuration: String
    ) throws {
        let agree = summary(1, squaredNorm: 1, product: 1, previous: 1)
        let differ = summary(2, squaredNorm: 1, product: -1, previous: 1)
        var scheduler = try server(with("hyper_rate: 0.9", configuration))
        var last: RateChange?
        for _ in 0..<50 { last = scheduler.decideRates(after: agree).change }
        let upper = try #require(last)
        #expect(upper.bound == .upper)
        // One disagreement is enough to leave the bound.
        let next = try #require(scheduler.decideRates(after: differ).change)
        #expect(next.rate < upper.rate && next.bound != .upper)
        for _ in 0..<50 { last = scheduler.decideRates(after: differ).change }
        #expect(last?.bound == .lower)
    }

    @Test(arguments: adaptive.filter { $0.contains("normalized") })
    func `a factor of zero or less goes to the lower bound`(configuration: String) throws {
        let differ = summary(1, squaredNorm: 4, product: -4, previous: 4)
        for hyperRate in [1, 2, 1e308] {
            var scheduler = try server(with("hyper_rate: \(hyperRate)", configuration))
            let change = try #require(scheduler.decideRates(after: differ).change)
            let lower = scheduler.needs.adaptedRate == .global ? 1 / 3.0 : 0.001
            #expect(abs(change.rate / lower - 1) < 1e-15 && change.bound == .lower)
        }
    }

    @Test func `the released code's bounds are its own`() throws {
        #expect(throws: SettingsError.self) {
            try server("{ kind: fedhyper_g, form: released_code, bound: 2 }")
        }
        _ = try server("{ kind: fedhyper_g, form: paper, bound: 2 }")
    }

    @Test func `a start rate outside the bounds is used once, then clipped`() throws {
        var scheduler = try server("{ kind: fedhyper_g, form: paper }", globalRate: 5)
        #expect(scheduler.decideRates(after: summary(0, squaredNorm: 1)).globalRate == 5)
        let decision = scheduler.decideRates(
            after: summary(1, squaredNorm: 1, product: 1e-9, previous: 1))
        #expect(
            decision.globalRate == 3 && decision.globalChange == RateChange(rate: 3, bound: .upper))
        #expect(
            scheduler.startRateWarning
                == "expected server.learning_rate between the bounds 0.3333333333333333 and 3.0, found"
                + " 5.0; it is used in round 0 and clipped from then on")
        #expect(
            try server("{ kind: fedhyper_g, form: paper }", globalRate: 3).startRateWarning == nil)
        // The normalized form's bounds lie around the start rate.
        let normalized = try server("fedhyper_g", globalRate: 5)
        #expect(normalized.startRateWarning == nil)
    }
}
