import Federation
import ServerRules
import Simulation
import TestSupport
import Testing

/// The small scenario with a mode and devices.
private func text(
    mode: String, devices: String, rounds: Int = 8, server: String = "fedhyper_g",
    client: String = "{ kind: fedhyper_cl, carry: lr_only }", testSamples: Int = 100,
    evaluation: String = ""
) throws -> String {
    scenario(
        rounds: rounds, server: server, client: client, testSamples: testSamples,
        evaluation: evaluation
    )
    .replacing("per_round: 4,", with: "per_round: 4, devices: \(devices),")
    .replacing("training: {", with: "training: { mode: \(mode),")
}

private let unequal = "{ samples_per_second: 100, speed_spread: 1 }"

@Suite struct `Asynchronous runs` {
    /// A buffer of the cohort's size, equal speeds and no staleness: the round is FedAvg's.
    @Test(arguments: forms(serverSchedulers))
    func `with equal speeds are synchronous runs, bit for bit`(server: String) throws {
        func result(_ mode: String) throws -> RunResult {
            let text = try text(
                mode: mode, devices: "{ bytes_per_second_down: 1000 }", rounds: 5, server: server)
            var result = try runInMemory(try prepareWithOptimizers(text), processes: 2)
            for index in result.records.indices {
                let staleness = result.records[index].staleness
                if mode == "sync" { #expect(staleness == nil) }
                if mode.contains("buffer") { #expect(staleness?.largest == 0) }
                result.records[index].staleness = nil
            }
            return result
        }
        let expected = try result("sync")
        #expect(expected.records.allSatisfy { ($0.simulatedSeconds ?? 0) > 0 })
        let found = try result("{ kind: async, buffer: 4 }")
        #expect(found.difference(from: expected) == nil)
        let semi = try result("{ kind: semi_sync, count: 3 }")
        #expect(semi.difference(from: expected) != nil)
    }

    private static let modes = [
        "{ kind: async, buffer: 2 }", "{ kind: async, buffer: 2, largest_staleness: 1 }",
        "{ kind: async, method: fedasync }", "{ kind: semi_sync, count: 2 }",
    ]

    @Test(arguments: modes, ["fedhyper_g", "fedhyper_sl", "fedexp", "cosine"])
    func `have the same bits for any number of processes`(mode: String, server: String) throws {
        let prepared = try prepare(
            try text(mode: mode, devices: unequal, rounds: 12, server: server))
        let expected = try runInMemory(prepared)
        #expect(try runInMemory(prepared, processes: 5).difference(from: expected) == nil)
        let staleness = expected.records.compactMap(\.staleness)
        #expect(staleness.count == 12)
        #expect(staleness.contains { $0.largest > 0 && $0.mean > 0 })
        if !mode.contains("fedasync") { #expect(staleness.contains { $0.versions > 1 }) }
        #expect(expected.records.allSatisfy { $0.testLoss?.isFinite == true })
    }

    @Test func `send the local rate of the version that a client starts from`() throws {
        let prepared = try prepare(
            try text(
                mode: "{ kind: async, buffer: 2 }", devices: unequal, rounds: 12,
                server: "{ kind: exponential, factor: 0.5 }", client: "constant"))
        let result = try runInMemory(prepared)
        var differing = 0
        for report in result.reports {
            let record = result.records[Int(report.round)]
            // The rate of version v is that of round v.
            let rates = (0...Int(report.round)).map { result.records[$0].localRate }
            #expect(rates.contains(report.rates.first))
            if report.rates.first != record.localRate { differing += 1 }
        }
        #expect(differing > 5)
    }

    /// Promise 1 under faults: processes that die or hang change no version and no update.
    @Test(.slow, arguments: modes)
    func `under faults have the bits of a run in memory`(mode: String) throws {
        let prepared = try prepare(try text(mode: mode, devices: unequal))
        let expected = try runInMemory(prepared)
        let world = `Runs in a simulated world`()
        var deaths = 0
        for seed: UInt64 in 0..<120 {
            guard
                let ending = world.ending(
                    prepared, seed: seed, mustBe: expected, hang: seed % 3 == 0 ? 0.02 : 0,
                    damage: seed % 4 == 0 ? 0.02 : 0)
            else { return }
            deaths += ending.deaths
        }
        #expect(deaths > 100)
    }

    @Test(.slow, arguments: ["fedexp", "fedhyper_g"])
    func `with shared evaluations under faults have the same bits, too`(server: String) throws {
        let prepared = try prepare(
            try text(
                mode: "{ kind: async, buffer: 2 }", devices: unequal, rounds: 6, server: server,
                testSamples: 6200, evaluation: "every: 2, per_client: all"))
        let expected = try runInMemory(prepared)
        let world = `Runs in a simulated world`()
        for seed: UInt64 in 0..<40 {
            guard let ending = world.ending(prepared, seed: seed, mustBe: expected) else { return }
            #expect(ending.evaluations > 0)
        }
    }
}
