import LearningRates
import Settings
import Testing

/// Rates that follow from the round.
@Suite struct `Schedules` {
    /// Global rates from 1 and local rates from 0.01, round by round.
    private func rates(_ yaml: String, rounds: Int) throws -> (global: [Double], local: [Double]) {
        var scheduler = try server(yaml, rounds: rounds)
        return (
            (0..<rounds).map {
                scheduler.decideRates(after: summary($0, squaredNorm: 1)).globalRate
            },
            (0..<rounds).map { scheduler.localRate(round: $0) }
        )
    }

    @Test func `12.9 exponential, of either rate`() throws {
        for (target, global, local) in [
            ("global", 0.9511101304657719, 0.01), ("local", 1, 0.009511101304657719),
            ("both", 0.9511101304657719, 0.009511101304657719),
        ] {
            let rates = try rates("{ kind: exponential, rate: \(target) }", rounds: 11)
            #expect(isClose([rates.global[10], rates.local[10]], [global, local]), "\(target)")
            #expect(rates.global[0] == 1 && rates.local[0] == 0.01)
        }
        #expect(
            try rates("exponential", rounds: 9).global.allSatisfy { $0 == 1 }, "local by default")
    }

    /// Each with the multiples of five rounds, by its formula.
    private static let five: [(String, [Double])] = [
        ("kind: cosine", [1, 0.8535533905932737, 0.5, 0.14644660940672624, 0]),
        ("kind: cosine, end: 0.2", [1, 0.8828427124746191, 0.6, 0.3171572875253810, 0.2]),
        ("kind: linear", [1, 0.75, 0.5, 0.25, 0]),
        ("kind: linear, end: 0.5", [1, 0.875, 0.75, 0.625, 0.5]),
        ("kind: linear, end: 3", [1, 1.5, 2, 2.5, 3]),
        ("kind: inverse_time, decay: 0.5", [1, 2.0 / 3, 0.5, 0.4, 1.0 / 3]),
        (
            "kind: inverse_sqrt",
            [1, 0.5.squareRoot(), (1.0 / 3).squareRoot(), 0.5, 0.2.squareRoot()]
        ),
        ("kind: exponential, factor: 0.5", [1, 0.5, 0.25, 0.125, 0.0625]),
        // 50 % and 75 % of 5 rounds are rounds 2 and 3.
        ("kind: step", [1, 1, 0.1, 0.01, 0.01]),
        ("kind: step, at: [1, 4], factor: 0.5", [1, 0.5, 0.5, 0.5, 0.25]),
        ("kind: step, every: 2, factor: 0.5", [1, 1, 0.5, 0.5, 0.25]),
    ]

    @Test(arguments: five)
    func `five rounds by hand`(yaml: String, multiples: [Double]) throws {
        let rates = try rates("{ \(yaml), rate: both }", rounds: 5)
        #expect(isClose(rates.global, multiples))
        #expect(isClose(rates.local, multiples.map { $0 * 0.01 }))
    }

    @Test(arguments: five)
    func `after a warm-up of three rounds`(yaml: String, multiples: [Double]) throws {
        let rates = try rates("{ \(yaml), rate: global, warmup: 3 }", rounds: 8).global
        #expect(isClose(Array(rates.prefix(3)), [1.0 / 3, 2.0 / 3, 1]))
        // Rounds that are named are rounds of the run: both have passed when the schedule begins, or
        // one of them.
        let expected =
            yaml.contains("at:") ? [0.5, 0.25, 0.25, 0.25, 0.25] : multiples
        #expect(isClose(Array(rates.dropFirst(3)), expected))
    }

    private static let kinds = [
        "exponential", "step", "cosine", "linear", "inverse_time", "inverse_sqrt", "plateau",
    ]

    @Test(arguments: kinds)
    func `a run of one round has the start rates`(kind: String) throws {
        let rates = try rates("{ kind: \(kind), rate: both }", rounds: 1)
        #expect(rates.global == [1] && rates.local == [0.01])
    }

    @Test(arguments: kinds)
    func `rates of long runs stay rates`(kind: String) throws {
        let end = ["cosine", "linear"].contains(kind) ? ", end: 1e-3" : ""
        var scheduler = try server("{ kind: \(kind), rate: both\(end) }", rounds: 1_000_000)
        for round in [0, 1, 500_000, 999_999, 5_000_000] {
            let rate = scheduler.decideRates(after: summary(round, squaredNorm: 1)).globalRate
            let local = scheduler.localRate(round: round)
            #expect(rate > 0 && rate <= 1 && local > 0 && local <= 0.01, "round \(round)")
        }
    }

    @Test func `a rate of 0 in the last round is said before`() throws {
        func concern(
            _ yaml: String, rounds: Int = 50, use: UseOfSentRate = .everyStep
        ) throws -> String? {
            try server(yaml, rounds: rounds, use: use).startRateWarning
        }
        for kind in ["cosine", "linear"] {
            #expect(
                try concern(kind)
                    == "expected a rate above 0 in all rounds, found 0 in round 49, the last one;"
                    + " clients train nothing then; let the schedule end above 0")
            // Only what is so: a rule of the clients' moves on from 0, or never sees it.
            #expect(try concern(kind, use: .ignored) == nil)
            #expect(
                try concern(kind, use: .roundStart)?.contains(
                    "the clients' own schedulers start from 0") == true)
            for use in [UseOfSentRate.everyStep, .roundStart, .ignored] {
                #expect(
                    try concern("{ kind: \(kind), rate: global }", use: use)?.contains(
                        "the model does not change then") == true)
            }
            #expect(
                try concern("{ kind: \(kind), rate: both }", use: .ignored)?.contains(
                    "the model does not change then") == true)
            #expect(try concern("{ kind: \(kind), end: 0.01 }") == nil)
            #expect(try concern(kind, rounds: 1) == nil)
        }
        #expect(try concern("{ kind: step, at: [25, 50] }")?.contains("found 50;") == true)
        #expect(try concern("{ kind: step, at: [25, 49] }") == nil)
        #expect(
            try concern("{ kind: step, every: 50 }")
                == "expected every to be less than the 50 rounds of the schedule, found 50; the rate"
                + " never drops; lower every")
        #expect(try concern("{ kind: step, every: 49 }") == nil)
        // 0.01 × 0.1^t is 0 in single precision from t = 44 on.
        #expect(
            try concern("{ kind: exponential, factor: 0.1 }")
                == "expected a rate above 0 in all rounds, found 0 from round 44 on, in single"
                + " precision; clients train nothing then; let the schedule end above 0")
        #expect(try concern("{ kind: exponential, factor: 0.1 }", rounds: 44) == nil)
        #expect(try concern("{ kind: step, every: 1 }")?.contains("round 44 on") == true)
        #expect(try concern("exponential", rounds: 1000) == nil)
    }

    @Test func `a factor that can't be above 1 is said before`() throws {
        for kind in ["fedexp", "fedexprox"] {
            let plain = try server(kind)
            #expect(plain.needs.comparesUpdates)
            #expect(plain.startRateWarning == nil)
            let held = try server("{ kind: \(kind), max_factor: 1 }")
            #expect(held.startRateWarning?.contains("FedAvg") == true)
        }
        #expect(try server("{ kind: combined, global: fedexp }").needs.comparesUpdates)
        #expect(try !server("fedhyper_g").needs.comparesUpdates)
    }

    @Test func `a warm-up that never ends is refused`() throws {
        let late = "{ kind: cosine, warmup: 6 }"
        #expect(try server(late, rounds: 6).incompatibility == nil)
        #expect(
            try server(late, rounds: 5).incompatibility
                == "expected a warmup of at most 5 rounds (training.rounds), after which the rate is the"
                + " start rate, found 6; lower warmup")
        let combined = try server(
            "{ kind: combined, local: { kind: cosine, warmup: 6 } }", rounds: 5)
        #expect(combined.incompatibility != nil)
    }

    @Test func `only what changes the local rate says so`() throws {
        for (yaml, changes) in [
            ("exponential", true), ("{ kind: exponential, rate: global }", false),
            ("{ kind: exponential, factor: 1 }", false),
            ("{ kind: exponential, factor: 1, warmup: 2 }", true),
            ("{ kind: plateau, factor: 1 }", false), ("plateau", true),
        ] { #expect(try server(yaml).needs.changesLocalRate == changes, "\(yaml)") }
    }

    @Test(arguments: [
        (
            "global: cosine",
            "global.rate: expected global for cosine, found local; set rate: global"
        ),
        (
            "local: { kind: plateau, rate: global }",
            "local.rate: expected local for plateau, found global; set rate: local"
        ),
        (
            "global: fathom",
            "global: expected a scheduler of the global rate, found fathom, which changes the"
                + " local rate; put it under local"
        ),
        ("local: hypergradient", underGlobal("hypergradient")),
        ("local: fedhyper_g", underGlobal("fedhyper_g")),
        ("local: fedexp", underGlobal("fedexp")),
        ("local: tower", underGlobal("tower")),
        (
            "global: { kind: linear, rate: both }",
            "global.rate: expected global for linear, found both; set rate: global"
        ),
        (
            "global: constant, local: { kind: plateau, rate: both }",
            "local.rate: expected local for plateau, found both; set rate: local"
        ),
    ])
    func `combined refuses what would do nothing`(words: String, reason: String) throws {
        let error = #expect(throws: SettingsError.self) {
            _ = try server("{ kind: combined, \(words) }")
        }
        #expect(error?.diagnostics.contains { $0.message == "it.\(reason)" } == true)
    }

    @Test func `combined with a schedule for each rate`() throws {
        let rates = try rates(
            "{ kind: combined, global: { kind: linear, rate: global, end: 0.5 },"
                + " local: { kind: exponential, factor: 0.5 } }", rounds: 3)
        #expect(isClose(rates.global, [1, 0.75, 0.5]))
        #expect(isClose(rates.local, [0.01, 0.005, 0.0025]))
    }
}

/// The message about a rule of the global rate that is in the place of the local one.
private func underGlobal(_ kind: String) -> String {
    "local: expected a scheduler of the local rate, found \(kind), which changes the global rate;"
        + " put it under global"
}
