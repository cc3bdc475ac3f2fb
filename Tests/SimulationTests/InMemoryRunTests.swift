import ClientRules
import Datasets
import Federation
import LearningRates
import Models
import ServerRules
import Settings
import Simulation
import TestSupport
import Testing

@Suite struct `Runs in memory` {
    @Test(arguments: [1, 3, 10])
    func `any number of processes gives the same bits`(processes: Int) throws {
        let prepared = try prepare(scenario())
        let expected = try runInMemory(prepared)
        #expect(try runInMemory(prepared, processes: processes).difference(from: expected) == nil)
        // Rates that stay would show little.
        #expect(Set(expected.records.map(\.decision.globalRate)).count > 3)
        #expect(Set(expected.records.map(\.localRateMean)).count > 3)
    }

    @Test func `another seed gives other bits`() throws {
        let other = scenario().replacing("seed: 7", with: "seed: 8")
        let result = try runInMemory(try prepare(other))
        let expected = try runInMemory(try prepare(scenario()))
        #expect(result.difference(from: expected) != nil)
    }

    @Test(.slow, arguments: forms(serverSchedulers), forms(clientSchedulers))
    func `every server scheduler runs with every client scheduler`(server: String, client: String)
        throws
    {
        let text = scenario(rounds: 5, server: server, client: client)
        let prepared = try prepareWithOptimizers(text)
        let result = try runInMemory(prepared)
        #expect(result.records.count == 5)
        for record in result.records {
            // The last round of a schedule that goes to 0 has that rate.
            let ends = record.round == 4 && (server == "cosine" || server == "linear")
            for rate in [
                record.decision.globalRate, record.localRate, record.localRateMean,
                record.localRateSmallest, record.localRateLargest,
            ] {
                #expect(rate.isFinite && (rate > 0 || ends && rate == 0), "round \(record.round)")
            }
            #expect(record.testLoss?.isFinite == true && record.trainLoss.isFinite)
        }
        #expect(result.model.allSatisfy { Float(bitPattern: $0).isFinite })
        #expect(try runInMemory(prepared, processes: 3).difference(from: result) == nil)
    }

    @Test func `a record's numbers are those of its reports`() throws {
        let result = try runInMemory(try prepare(scenario()))
        for record in result.records {
            let reports = result.reports.filter { $0.round == record.round }
            #expect(record.participants == 4 && reports.count == 4)
            #expect(reports.map(\.client) == reports.map(\.client).sorted())
            #expect(record.samples == reports.reduce(0) { $0 + Int($1.samples) })
            let loss = reports.reduce(0) { $0 + Double($1.samples) * $1.meanLoss }
            #expect(abs(record.trainLoss - loss / Double(record.samples)) < 1e-12)
            #expect(record.localRateSmallest == reports.map(\.rates.smallest).min())
            #expect(record.localRateLargest == reports.map(\.rates.largest).max())
            #expect((record.productWithPrevious == nil) == (record.round == 0))
        }
    }

    private static let held = "validation_fraction: 0.2\n  client_test_fraction: 0.25"

    @Test(arguments: ["cohort", "all"])
    func `clients are evaluated on what is theirs`(who: String) throws {
        let prepared = try prepare(
            scenario(holdout: Self.held, evaluation: "every: 4, per_client: \(who)"))
        let result = try runInMemory(prepared)
        for round in [3, 5] as [UInt32] {
            let rows = result.evaluations.filter { $0.round == round }
            let cohort = result.reports.filter { $0.round == round }.map(\.client)
            #expect(rows.map(\.client) == (who == "all" ? Array(0..<12) : cohort))
            for row in rows {
                let client = Int(row.client)
                #expect(row.training.samples == prepared.holdout.training.samples(of: client).count)
                #expect(row.test.samples == prepared.holdout.test.samples(of: client).count)
                let all = row.training.samples + row.validation.samples + row.test.samples
                #expect(all == prepared.partition.samples(of: client).count)
            }
        }
        #expect(result.evaluations.count == (who == "all" ? 2 * 12 : 2 * 4))
        #expect(try runInMemory(prepared, processes: 3).difference(from: result) == nil)
    }

    @Test func `the final model's rows are what an evaluator finds`() throws {
        let prepared = try prepare(
            scenario(holdout: Self.held, evaluation: "every: 6, per_client: all"))
        let result = try runInMemory(prepared)
        var evaluator = Evaluator(
            network: prepared.network, dataset: prepared.dataset, holdout: prepared.holdout)
        let model = result.model.map { Float(bitPattern: $0) }
        evaluator.load(model.span)
        for row in result.evaluations {
            let parts = [row.training, row.validation, row.test]
            for (part, sums) in zip(parts, evaluator.sums(of: .client(row.client))) {
                #expect(
                    part.metrics == Metrics(sums, of: prepared.network, on: prepared.dataset))
            }
        }
        let test = evaluator.chunkSums()
        #expect(test.count == 1)
        #expect(result.records.last?.testLoss == test[0].loss / 100)
        #expect(result.records.last?.testAccuracy == Double(test[0].hits) / 100)
    }

    @Test(arguments: [100, 6_200])
    func `a mean of two models is evaluated and written, the last one trained`(testSamples: Int)
        throws
    {
        func result(_ words: String, rounds: Int = 6) throws -> (PreparedRun, RunResult) {
            let prepared = try prepare(
                scenario(
                    rounds: rounds, server: "{ kind: fedexp\(words) }",
                    model: "{ kind: mlp, hidden: [1500] }", length: "local_steps: 1",
                    testSamples: testSamples, holdout: Self.held,
                    evaluation: "every: 2, per_client: all"))
            return (prepared, try runInMemory(prepared))
        }
        let (prepared, mean) = try result("")
        let isShared = testSamples * prepared.network.parameterCount > Evaluator.sharedWork
        #expect(isShared == (testSamples > 1_000))
        let last = try result(", average_last_two: false").1
        let before = try result(", average_last_two: false", rounds: 5).1
        // Training is the same to the bit.
        #expect(mean.reports == last.reports)
        #expect(mean.records.map(\.decision.globalRate) == last.records.map(\.decision.globalRate))
        #expect(mean.records.last?.testLoss != last.records.last?.testLoss)
        #expect(mean.evaluations != last.evaluations)
        // What is written is the mean, and its losses are those of the last round.
        let model = mean.model.map { Float(bitPattern: $0) }
        let expected = zip(before.model, last.model).map {
            0.5 * Float(bitPattern: $0) + 0.5 * Float(bitPattern: $1)
        }
        #expect(zip(model, expected).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) })
        var evaluator = Evaluator(
            network: prepared.network, dataset: prepared.dataset, holdout: prepared.holdout)
        evaluator.load(model.span)
        var sums = LossSums()
        for one in evaluator.chunkSums() { sums.add(one) }
        #expect(
            mean.records.last?.testLoss
                == Metrics(sums, of: prepared.network, on: prepared.dataset)?.loss)
        for row in mean.evaluations where row.round == 5 {
            let own = evaluator.sums(of: .client(row.client))
            #expect(
                row.training.metrics
                    == Metrics(own[0], of: prepared.network, on: prepared.dataset))
        }
        #expect(try runInMemory(prepared, processes: 3).difference(from: mean) == nil)
    }

    @Test func `held-out samples neither train nor weigh`() throws {
        let prepared = try prepare(scenario(holdout: Self.held))
        let result = try runInMemory(prepared)
        for report in result.reports {
            let client = Int(report.client)
            #expect(
                Int(report.samples) == prepared.holdout.training.samples(of: client).count)
            #expect(Int(report.samples) < prepared.partition.samples(of: client).count)
        }
        // Asking for the clients' own losses changes nothing else.
        var asked = try runInMemory(
            try prepare(scenario(holdout: Self.held, evaluation: "per_client: all")))
        #expect(asked.evaluations.count == 6 * 12)
        asked.evaluations = []
        #expect(asked.difference(from: result) == nil)
    }
}
