import Federation
import LearningRates
import Settings
import Simulation
import Testing

@Suite struct `Runs in memory` {
    @Test(arguments: [1, 3, 10])
    func `any number of processes gives the same bits`(processes: Int) throws {
        let prepared = try prepare(scenario())
        let expected = try runInMemory(prepared)
        #expect(try runInMemory(prepared, processes: processes).difference(from: expected) == nil)
        // Rates that stay would show little.
        #expect(Set(expected.records.map(\.globalRate)).count > 3)
        #expect(Set(expected.records.map(\.localRateMean)).count > 3)
    }

    @Test func `another seed gives other bits`() throws {
        let other = scenario().replacing("seed: 7", with: "seed: 8")
        let result = try runInMemory(try prepare(other))
        let expected = try runInMemory(try prepare(scenario()))
        #expect(result.difference(from: expected) != nil)
    }

    /// A kind in each of its forms.
    private static func forms<C>(_ registered: [Registered<C>]) -> [String] {
        registered.flatMap { row in
            row.keys.contains { $0.key == "form" }
                ? ["paper", "normalized"].map { "{ kind: \(row.kind), form: \($0) }" } : [row.kind]
        }
    }

    @Test(arguments: forms(serverSchedulers), forms(clientSchedulers))
    func `every server scheduler runs with every client scheduler`(server: String, client: String)
        throws
    {
        let prepared = try prepare(scenario(rounds: 5, server: server, client: client))
        let result = try runInMemory(prepared)
        #expect(result.records.count == 5)
        for record in result.records {
            for rate in [
                record.globalRate, record.localRate, record.localRateMean,
                record.localRateSmallest, record.localRateLargest,
            ] {
                #expect(rate.isFinite && rate > 0, "round \(record.round)")
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
            #expect((record.hypergradient == nil) == (record.round == 0))
        }
    }
}
