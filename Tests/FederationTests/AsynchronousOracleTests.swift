import Datasets
import Federation
import LearningRates
import LinearAlgebra
import ServerRules
import Settings
import TestSupport
import Testing

/// FedBuff, FedAsync and semi-synchronous rounds under server schedulers, step by step, against
/// Scripts/yardsticks/asynchronous.py. Six clients of three parameters are always at work.
@Suite struct `Rounds with stale updates` {
    static let oracle = Result {
        try Oracle(path: "\(SourceTree.root)/Tests/Oracles/asynchronous.json")
    }

    private struct Problem {
        let samples: [Int]
        let curvatures: [[Double]]
        let minima: [[Double]]

        init(_ oracle: Oracle) {
            samples = oracle["samples"].numbers.map { Int($0) }
            curvatures = oracle["curvature"].list.map(\.numbers)
            minima = oracle["minimum"].list.map(\.numbers)
        }

        /// Gradient descent of a client, with 1 + i mod 3 steps.
        func train(_ client: Int, from start: [Double], rate: Double, round: UInt32)
            -> (update: [Float], report: ClientReport)
        {
            var w = start
            let steps = 1 + client % 3
            for _ in 0..<steps {
                for i in w.indices {
                    w[i] -= rate * curvatures[client][i] * (w[i] - minima[client][i])
                }
            }
            let update = w.indices.map { Float(w[$0] - start[$0]) }
            return (
                update,
                ClientReport(
                    round: round, client: UInt32(client), attempt: 1,
                    samples: UInt32(samples[client]), steps: UInt32(steps), meanLoss: 1,
                    squaredNorm: update.reduce(0) { $0 + Double($1) * Double($1) },
                    rates: RateTrace(
                        first: rate, last: rate, smallest: rate, largest: rate, mean: rate),
                    seconds: 0)
            )
        }
    }

    @Test func `the yardstick shows what it is for`() throws {
        let runs = try Self.oracle.get()["runs"].list
        #expect(runs.count == 9)
        let rows = runs.flatMap { $0["rows"].list }
        #expect(rows.count == 9 * 14)
        #expect(rows.count { !$0["dropped"].list.isEmpty } > 5)
        #expect((rows.flatMap { $0["staleness"].numbers }.max() ?? 0) > 8)
        #expect(Set(rows.map { $0["globalRate"].number }).count > 20)
    }

    @Test(arguments: 0..<9) func `are those of the yardstick`(index: Int) throws {
        let oracle = try Self.oracle.get()
        let runs = oracle["runs"].list
        let run = try #require(runs.indices.contains(index) ? runs[index] : nil)
        let problem = Problem(oracle)
        let mode = try component(run["mode"].text, from: roundModes(perRound: 6))
        let planner = try planner(run, problem)
        let scheduler = try component(run["scheduler"].text, from: serverSchedulers)
        let weighting: Weighting = run["weighting"].text == "uniform" ? .uniform : .samples
        var server = UpdateAggregator(
            ServerOptimization<Float>(
                weights: oracle["start"].numbers.map { Float($0) },
                groups: ParameterGroups(count: 3),
                scheduler: scheduler.started(
                    StartRates(localRate: oracle["rate"].number, rounds: 14))),
            weighting: weighting, largestWeight: weighting.weight(samples: 80),
            largestTotal: 1000, correction: try component("none", from: driftCorrections),
            clients: 6, mostSteps: 3, mode: mode)
        var states = ClientStates<Values>()
        var atWork = ClientsAtWork()
        var versions: [(model: [Double], rate: Double)] = []
        for (number, row) in run["rows"].list.enumerated() {
            let round = UInt32(number)
            let plan = planner.plan(
                round: round, ClientTraffic(parameters: 3), mode, &atWork)
            #expect(plan.members.map { Double($0.client) } == row["clients"].numbers)
            #expect(plan.members.map { Double($0.staleness) } == row["staleness"].numbers)
            #expect(plan.drops.map { Double($0.client) } == row["dropped"].numbers)
            #expect(plan.drops.allSatisfy { $0.reason == .stale })
            #expect(plan.seconds == row["seconds"].number)
            versions.append((server.weights.map(Double.init), server.localRate(round: round)))
            #expect(isNear([versions[number].rate], [row["localRate"].number]))
            var earlierRates: [UInt32: Double] = [:]
            for member in plan.members {
                earlierRates[member.staleness] = versions[number - Int(member.staleness)].rate
            }
            server.begin(round: round, cohort: plan.members, earlierRates: earlierRates)
            var reports: [ClientReport] = []
            for member in plan.members {
                let start = versions[number - Int(member.staleness)]
                let (update, report) = problem.train(
                    Int(member.client), from: start.model, rate: start.rate, round: round)
                try server.add(update.span, of: report)
                reports.append(report)
            }
            var start: Values?
            if mode.mixing != nil, let tau = plan.members.first?.staleness, tau > 0 {
                start = Values(floats: versions[number - Int(tau)].model.map { Float($0) })
            }
            let outcome = server.commit(round: round, reports, &states, from: start)
            #expect(isNear([outcome.decision.globalRate], [row["globalRate"].number]))
            #expect(isNear(server.weights.map(Double.init), row["model"].numbers), "\(round)")
        }
        #expect(versions.count == 14)
    }

    private func planner(_ run: Oracle.Node, _ problem: Problem) throws -> CohortPlanner {
        let deadline = run["deadline"].number
        let devices = try SettingsTree(yaml: "samples_per_second: 10", file: "test.yaml")
            .load(Devices.init).value
        return CohortPlanner(
            Participation(
                sampling: UniformSampling(), perRound: 6, overSelection: 1,
                deadline: deadline.isNaN ? nil : deadline, devices: devices),
            population: ListedPopulation(sizes: problem.samples), seed: 1, length: .epochs(1),
            batchSize: 5)
    }

    /// Models are in float32.
    private func isNear(_ x: [Double], _ y: [Double]) -> Bool {
        x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) <= 2e-5 * max(1, abs($1)) }
    }
}
