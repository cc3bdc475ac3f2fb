import Datasets
import Federation
import Models
import Testing

/// The trainer against softmax regression by hand, in Double.
@Suite struct `The trainer against plain training` {
    private static let lengths: [(Plan, Int)] = Plan.all
        .filter { $0.scheduler == "constant" && $0.correction == "none" }
        .flatMap { plan in [0, 1, 4].map { (plan, $0) } }

    private func isClose(_ x: Double, _ y: Double, _ tolerance: Double) -> Bool {
        abs(x - y) <= tolerance * max(1, abs(y))
    }

    /// Runs both, compares updates and reports, and hands back the plain one and the report.
    private func compare(
        _ plan: Plan, client: Int, previousAggregate: [Float]? = nil,
        rate: (_ step: Int, _ g: [Double], _ before: [Double], _ rate: Double, _ count: Int)
            -> Double
    ) throws -> (PlainTraining, ClientReport) {
        let fixture = try Fixture()
        let flat = Fixture.numbers(fixture.network.parameterCount, 1, scale: 0.5)
        var plain = PlainTraining(fixture, flat: flat)
        plain.train(
            client: client, round: 6, plan: plan,
            momentum: plan.optimizer == "sgd" ? 0 : 0.9, startRate: plan.rate, rate: rate)
        var trainer = try plan.trainer(fixture)
        let task = ClientTask(
            round: 6, client: UInt32(client), attempt: 1, localRate: plan.rate)
        let outcome = try trainer.outcome(task, weights: flat, previousAggregate: previousAggregate)
        let layout = fixture.network.layout
        let update = layout.views.flatMap { layout.tensor($0, of: outcome.update) }
        for (index, (real, expected)) in zip(update, plain.update).enumerated() {
            #expect(abs(Double(real) - expected) < 1e-5, "element \(index)")
        }
        let report = outcome.report
        #expect(Int(report.steps) == plain.rates.count)
        #expect(Int(report.samples) == Fixture.sizes[client])
        #expect(isClose(report.meanLoss, plain.lossSum / Double(plain.samplesSeen), 1e-5))
        #expect(
            isClose(report.squaredNorm, plain.update.reduce(0) { $0 + $1 * $1 }, 1e-5))
        return (plain, report)
    }

    @Test(arguments: lengths)
    func `stochastic gradient descent at a constant rate`(plan: Plan, client: Int) throws {
        let (_, report) = try compare(plan, client: client) { _, _, _, rate, _ in rate }
        #expect(
            report.rates
                == RateTrace(
                    first: 0.1, last: 0.1, smallest: 0.1, largest: 0.1, mean: report.rates.mean))
        #expect(isClose(report.rates.mean, 0.1, 1e-12))
    }

    @Test(arguments: ["sgd", "{ kind: sgd, momentum: 0.9 }"])
    func `with weight decay and FedProx's term`(optimizer: String) throws {
        for (weightDecay, proximal) in [(0.2, 0.0), (0, 0.7), (0.2, 0.7)] {
            let plan = Plan(
                optimizer: optimizer, length: .steps(30), weightDecay: weightDecay,
                proximal: proximal)
            let (plain, report) = try compare(plan, client: 4) { _, _, _, rate, _ in rate }
            let without = Plan(optimizer: optimizer, length: .steps(30))
            let (free, _) = try compare(without, client: 4) { _, _, _, rate, _ in rate }
            // The terms matter here: they pull the update down by far more than the tolerance.
            let shrunk = plain.update.reduce(0) { $0 + $1 * $1 }
            #expect(abs(shrunk / free.update.reduce(0) { $0 + $1 * $1 } - 1) > 0.05)
            // The reported loss is that of the data.
            #expect(isClose(report.meanLoss, plain.lossSum / Double(plain.samplesSeen), 1e-5))
        }
    }

    private func dot(_ x: [Double], _ y: [Double]) -> Double {
        zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func cosine(_ x: [Double], _ y: [Double]) -> Double {
        dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
    }

    private func check(_ report: ClientReport, _ rates: [Double]) {
        let trace = report.rates
        let mean = rates.reduce(0, +) / Double(rates.count)
        for (real, expected) in [
            (trace.first, rates[0]), (trace.last, rates[rates.count - 1]),
            (trace.smallest, rates.min() ?? 0), (trace.largest, rates.max() ?? 0),
            (trace.mean, mean),
        ] {
            #expect(abs(real - expected) < 1e-5 * expected)
        }
        // Rates that stay would show nothing.
        #expect(Set(rates).count > 2)
    }

    @Test(arguments: [false, true], ["sgd", "{ kind: sgd, momentum: 0.9 }"])
    func `FedHyper-CL, normalized`(hasPreviousAggregate: Bool, optimizer: String) throws {
        let count = try Fixture().network.parameterCount
        let previousAggregate = hasPreviousAggregate ? Fixture.numbers(count, 3, scale: 0.1) : nil
        let fixture = try Fixture()
        let delta = previousAggregate.map { flat in
            fixture.network.layout.views.flatMap {
                fixture.network.layout.tensor($0, of: flat).map(Double.init)
            }
        }
        let plan = Plan(
            scheduler: "{ kind: fedhyper_cl, hyper_rate: 0.3, bound: 3 }", optimizer: optimizer)
        let (plain, report) = try compare(plan, client: 4, previousAggregate: previousAggregate) {
            step, g, before, rate, count in
            guard step > 0 else { return rate }
            let own = cosine(g, before)
            let global = delta.map { cosine(g, $0) / Double(count) } ?? 0
            return min(max(rate * (1 + 0.3 * (own - global)), 0.1 / 3), 0.3)
        }
        check(report, plain.rates)
    }

    @Test(arguments: [false, true])
    func `FedHyper-CL, paper form, with its bounds`(hasPreviousAggregate: Bool) throws {
        let fixture = try Fixture()
        let previousAggregate =
            hasPreviousAggregate
            ? Fixture.numbers(fixture.network.parameterCount, 3, scale: 0.1) : nil
        let delta = previousAggregate.map { flat in
            fixture.network.layout.views.flatMap {
                fixture.network.layout.tensor($0, of: flat).map(Double.init)
            }
        }
        let plan = Plan(
            scheduler: "{ kind: fedhyper_cl, form: paper, hyper_rate: 0.05, bound: 1.5 }",
            length: .steps(30))
        var hits = 0
        let (plain, report) = try compare(plan, client: 2, previousAggregate: previousAggregate) {
            step, g, before, rate, count in
            guard step > 0 else { return rate }
            let h = dot(g, before) - (delta.map { dot(g, $0) / Double(count) } ?? 0)
            let proposed = rate + 0.05 * h
            let clipped = min(max(proposed, 0.1 / 1.5), 0.1 * 1.5)
            if clipped != proposed { hits += 1 }
            return clipped
        }
        check(report, plain.rates)
        #expect(hits > 0)
        #expect(Int(report.rates.lowerBoundHits + report.rates.upperBoundHits) == hits)
    }
}
