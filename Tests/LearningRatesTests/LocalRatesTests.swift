import LearningRates
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

/// Rules for plain gradient descent beside the hypergradient's, by hand.
@Suite struct `Delta-SGD, local gains and meta-descent` {
    static let kinds = ["delta_sgd", "local_gains", "smd"]

    private func isClose(_ x: [Double], _ y: [Double], _ tolerance: Double = 1e-15) -> Bool {
        x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) <= tolerance }
    }

    // f = (x² + 4 y²) / 2 from (1, 1), with the defaults.
    @Test func `12.8 Delta-SGD on an ellipse`() throws {
        let scheduler = try client("delta_sgd", localRate: 0.2)
        var events = RateEvents()
        let rates = try Self.onEllipse(scheduler, rate: 0.2, steps: 4, events: &events)
        #expect(isClose(rates, [0.2, 0.2097617696, 0.2204875482, 0.2317861458], 5e-11))
    }

    @Test func `Delta-SGD obeys the smoothness where the rate is too large`() throws {
        // The second step measures |Δw| / |Δg| along the first: from (1, 1) along (1, 4).
        let scheduler = try client("{ kind: delta_sgd, smoothness_factor: 1 }", localRate: 1)
        var events = RateEvents()
        let rates = try Self.onEllipse(scheduler, rate: 1, steps: 2, events: &events)
        #expect(isClose(rates, [1, 0.5 * (17.0 / 257).squareRoot()]))
    }

    /// (x² + 4 y²) / 2 from (1, 1).
    private static func onEllipse(
        _ scheduler: any ClientScheduler, rate: Double, steps count: Int,
        from start: [Double] = [1, 1], badCall: Int? = nil, events: inout RateEvents
    ) throws -> [Double] {
        var layout = BlockLayout()
        let sgd = try optimizer("sgd")
        let places = StepContext<Double>.Vectors(
            in: &layout, ParameterGroups(count: 2), scheduler.needs, sgd)
        var steps = LocalOptimization(layout, places, scheduler: scheduler, optimizer: sgd)
        steps.step.slots.copy(start.span, to: steps.step.vector(.weights))
        var problem = Ellipse(badCall: badCall)
        try steps.begin(
            rate: rate, count: count, key: RandomKey(seed: 1, .scheduler), state: [], &problem)
        var rates: [Double] = []
        for _ in 0..<count {
            _ = steps.takeStep(&problem)
            rates.append(steps.step.rate)
        }
        events = steps.step.events
        return rates
    }

    @Test func `local gains by hand`() throws {
        // s: g², then 0.9 s + 0.1 g². First: 1, 1.3, ratio 2/1.3; second: 1, 1, ratio -1 (at most
        // by half); third: all 0.
        let round = try run(
            client("{ kind: local_gains, hyper_rate: 0.6 }"), [[1, 1, 0], [2, -1, 0]], rate: 0.1)
        let first = 0.1 * (1 + 0.6 * 2 / 1.3)
        #expect(isClose(round.rates, [0.1, (first + 0.05 + 0.1) / 3]))
        #expect(isClose(round.weights, [-0.1 - 2 * first, -0.1 + 0.05, 0]))
    }

    @Test func `meta-descent without memory is the unnormalised rule`() throws {
        // v = β g_before: (0.1, 0.2); factors 1 + 0.5 (0.1 · 2), 1 + 0.5 (−0.2).
        for (gain, factors) in [
            ("linear", [1.1, 0.9]), ("exp", [0.1, -0.1].map { exponential($0) }),
        ] {
            let round = try run(
                client("{ kind: smd, memory: 0, hyper_rate: 0.5, gain: \(gain) }"),
                [[1, 2], [2, -1]], rate: 0.1)
            let rates = factors.map { 0.1 * $0 }
            #expect(isClose(round.rates, [0.1, (rates[0] + rates[1]) / 2], 1e-16))
            #expect(isClose(round.weights, [-0.1 - 2 * rates[0], -0.2 + rates[1]]))
        }
    }

    private func exponential(_ x: Double) -> Double {
        (1...20).reduce((1.0, 1.0)) { ($0.0 + $0.1 * x / Double($1), $0.1 * x / Double($1)) }.0
    }

    @Test(arguments: kinds) func `only plain descent`(kind: String) throws {
        let scheduler = try client(kind)
        for (yaml, isPlain) in [
            ("sgd", true), ("{ kind: sgd, momentum: 0.5 }", false), ("adam", false),
        ] {
            let reason = scheduler.incompatibility(with: try optimizer(yaml), weightDecay: 0)
            #expect((reason == nil) == isPlain)
        }
    }

    @Test func `Delta-SGD: what is not finite leaves the rate and is counted`() throws {
        // Calls: the first step's, two of each later one.
        for bad in 1...4 {
            let scheduler = try client("delta_sgd", localRate: 0.2)
            var events = RateEvents()
            let rates = try Self.onEllipse(
                scheduler, rate: 0.2, steps: 3, badCall: bad, events: &events)
            #expect(rates.allSatisfy { $0.isFinite && $0 > 0 })
            #expect(events.undefined > 0, "call \(bad)")
        }
    }

    @Test func `Delta-SGD: where nothing moves the rate grows by its own bound`() throws {
        let scheduler = try client("delta_sgd", localRate: 0.2)
        var events = RateEvents()
        let rates = try Self.onEllipse(
            scheduler, rate: 0.2, steps: 3, from: [0, 0], events: &events)
        let second = 0.2 * 1.1.squareRoot()
        #expect(isClose(rates, [0.2, second, second * (1 + 0.1 * second / 0.2).squareRoot()]))
        #expect(events.undefined == 0)
    }

    @Test(arguments: ["local_gains", "smd"])
    func `what is not finite leaves the rate and is counted; zeros leave it`(kind: String) throws {
        for bad in [Double.nan, .infinity] {
            let round = try run(client(kind), [[1, 1], [bad, 1], [1, 1]], rate: 0.01)
            #expect(round.rates.allSatisfy { $0.isFinite && $0 > 0 })
            #expect(round.events.undefined > 0)
        }
        let zero = try run(client(kind), [[0, 0], [0, 0], [0, 0]], rate: 0.01)
        #expect(zero.rates == [0.01, 0.01, 0.01] && zero.events.undefined == 0)
    }

    @Test(arguments: ["local_gains", "{ kind: smd, memory: 0 }"])
    func `carry all goes on as if two rounds were one`(kind: String) throws {
        let gradients = [[1.0, 0], [0.8, 0.6], [-0.6, 0.8], [-1.2, 0.2]]
        let yaml = with("carry: all", kind.hasPrefix("{") ? kind : "{ kind: \(kind) }")
        let sgd = try optimizer("sgd")
        func rates(_ parts: [Range<Int>]) throws -> [Double] {
            var state: Carried = []
            return try parts.flatMap {
                try run(
                    client(yaml), Array(gradients[$0]), rate: 0.01, optimizer: sgd, state: &state
                ).rates
            }
        }
        #expect(try rates([0..<2, 2..<2, 2..<4]) == rates([0..<4]))
    }
}

/// (x² + 4 y²) / 2.
private struct Ellipse: GradientObjective, ~Copyable {
    var weightDecay = 0.0
    /// Which gradient is not a number.
    var badCall: Int?
    private var calls = 0

    init(badCall: Int?) { self.badCall = badCall }

    mutating func gradient(
        _ slots: inout VectorBlock<Double>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        defer { calls += 1 }
        let w = slots.values(weights)
        slots.copy([calls == badCall ? .nan : w[0], 4 * w[1]].span, to: gradient)
        return BatchLoss(sum: 1, count: 1)
    }
}
