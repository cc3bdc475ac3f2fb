import Datasets
import Federation
import LearningRates
import Models
import Scenarios
import ServerRules
import Settings
import Simulation
import Testing

@Suite struct `Cohorts of a run` {
    private static let samplings = [
        "uniform", "with_replacement", "by_size", "round_robin",
        "{ kind: schedule, cohorts: [[0, 1, 2, 3], [11, 5]] }",
    ]

    @Test(arguments: samplings, ["samples", "uniform", "importance"])
    func `are those of the sampling, and records weigh as it says`(
        sampling: String, weighting: String
    ) throws {
        let prepared = try prepare(
            scenario(),
            overrides: [("clients.sampling", sampling), ("server.weighting", weighting)])
        let result = try runInMemory(prepared)
        #expect(try runInMemory(prepared, processes: 4).difference(from: result) == nil)
        let clients = prepared.scenario.clients
        let population = prepared.holdout.training
        for record in result.records {
            let members = clients.sampling.draw(
                clients.perRound, from: population, seed: 7, round: record.round)
            let reports = result.reports.filter { $0.round == record.round }
            #expect(reports.map(\.client) == members.map(\.client))
            #expect(record.participants == members.count && record.drops.isEmpty)
            let weights = zip(reports, members).map { report, member in
                Double(member.drawCount)
                    * (weighting == "uniform" || weighting == "importance" && sampling == "by_size"
                        ? 1 : Double(report.samples))
            }
            let total = weights.reduce(0, +)
            let loss = zip(reports, weights).reduce(0) { $0 + $1.0.meanLoss * $1.1 } / total
            #expect(abs(record.trainLoss - loss) < 1e-12)
            let squares = zip(reports, weights).reduce(0) { $0 + $1.0.squaredNorm * $1.1 } / total
            let diversity = try #require(record.diversity)
            let squaredNorm = record.aggregateNorm * record.aggregateNorm
            #expect(abs(diversity * squaredNorm / squares - 1) < 1e-9 && diversity > 1 - 1e-6)
        }
    }

    /// One client with weight 3 and one with weight 1, by hand.
    @Test func `a client that is drawn three times counts three times`() throws {
        let words: [(path: String, value: String)] = [
            ("clients.sampling", "with_replacement"), ("server.weighting", "uniform"),
        ]
        let text = scenario(rounds: 40).replacing("fedhyper_g", with: "constant")
        let prepared = try prepare(text, overrides: words)
        let result = try runInMemory(prepared)
        let population = prepared.holdout.training
        var found = 0
        for record in result.records {
            let sampling = prepared.scenario.clients.sampling
            let members = sampling.draw(4, from: population, seed: 7, round: record.round)
            guard members.count < 4 else { continue }
            found += 1
            let reports = result.reports.filter { $0.round == record.round }
            let squares = zip(reports, members).reduce(0) {
                $0 + $1.0.squaredNorm * Double($1.1.drawCount) / 4
            }
            let squaredNorm = record.aggregateNorm * record.aggregateNorm
            #expect(abs((record.diversity ?? 0) * squaredNorm / squares - 1) < 1e-9)
        }
        #expect(found > 5)
    }

    @Test func `bytes are those of model, previousAggregate and update`() throws {
        for (client, hasPreviousAggregate) in [("constant", false), ("fedhyper_cl", true)] {
            let prepared = try prepare(scenario(client: client))
            let d = prepared.network.parameterCount
            let result = try runInMemory(prepared)
            for record in result.records {
                let vectors = hasPreviousAggregate && record.round > 0 ? 2 : 1
                #expect(record.bytesDown == 4 * (4 * d * vectors + 8))
                #expect(record.bytesUp == 4 * (4 * d + 32))
            }
        }
    }

    @Test func `of more clients than wanted, those that are slow never count`() throws {
        let words: [(path: String, value: String)] = [
            ("clients.over_selection", "2.5"), ("clients.per_round", "3"),
            ("clients.devices", "{ samples_per_second: 100, speed_spread: 2 }"),
        ]
        let prepared = try prepare(scenario(rounds: 12), overrides: words)
        let result = try runInMemory(prepared)
        #expect(try runInMemory(prepared, processes: 4).difference(from: result) == nil)
        for record in result.records {
            #expect(record.participants == 3 && record.drops.count == 5)
            #expect(record.drops.allSatisfy { $0.reason == .late })
            #expect(record.bytesDown > record.bytesUp * 2)
        }
        let used = Set(result.reports.map(\.client))
        #expect(used.count < 10)
    }

    @Test(arguments: forms(serverSchedulers))
    func `a run of one client works with every server scheduler`(scheduler: String) throws {
        let text = scenario(rounds: 4, server: scheduler)
        let words = [(path: "clients.count", value: "1"), ("clients.per_round", "1")]
        let adam = "{ kind: adam, bias_correction: true, epsilon_place: before_correction }"
        let prepared =
            try (try? prepare(text, overrides: words))
            ?? prepare(text, overrides: words + [("server.optimizer", adam)])
        let result = try runInMemory(prepared)
        for record in result.records {
            #expect(record.participants == 1 && record.decision.globalRate.isFinite)
            #expect(abs((record.diversity ?? 0) - 1) < 1e-6)
            #expect(record.testLoss?.isFinite == true)
        }
    }
}
