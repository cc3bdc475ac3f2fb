import Foundation
import Simulation
import TestSupport
import Testing

/// All faults together, as many schedules as one likes: `Scripts/fault-schedules`.
@Suite(.slow) struct `Runs in many simulated worlds` {
    private static func number(_ name: String, otherwise: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? otherwise
    }

    /// The faults of a schedule. Each seed has its own mixture, from gentle to harsh.
    private static func faults(_ seed: UInt64) -> Faults {
        let harshness = Double(seed % 5)
        return Faults(
            meanLifetime: seed % 7 == 0 ? nil : 2000 / (1 + 2 * harshness),
            deathAfterSending: 0.02 * harshness, break: 0.15 * harshness,
            repetition: 0.08 * harshness, hang: seed % 3 == 0 ? 0.06 : 0,
            damage: seed % 4 == 1 ? 0.08 : 0, falseClaims: seed % 6 == 2 ? 0.08 : 0,
            sums: seed / 3 % 2 == 0)
    }

    @Test func `give the bits of a run in memory`() throws {
        let runs = `Runs in a simulated world`()
        let plain = try prepare(scenario())
        let dropping = try prepare(
            scenario(rounds: 4, server: "constant", rate: 0.5),
            overrides: [
                ("clients.devices", "{ samples_per_second: 100, speed_spread: 1, dropout: 0.5 }"),
                ("clients.deadline", "0.6"),
            ])
        let carrying = try prepare(
            scenario(rounds: 4, server: "constant", client: "constant"),
            overrides: [("training.correction", "scaffold"), ("server.weighting", "uniform")])
        let cases = try [plain, dropping, carrying].map { ($0, try runInMemory($0)) }
        let first = Self.number("HYPERFED_FIRST_SCHEDULE", otherwise: 0)
        let count = Self.number("HYPERFED_SCHEDULES", otherwise: 300)
        var (faults, failures) = (0, 0)
        for seed in first..<first + count {
            let (prepared, expected) = cases[Int(seed / 35 % 3)]
            let ending = runs.run(
                prepared, seed: seed, processes: 1 + Int(seed / 5 % 5), faults: Self.faults(seed))
            faults += ending.deaths + ending.repetitions + ending.silences + ending.damages
            let problem =
                ending.error.map { "\($0)" } ?? ending.recorder.result.difference(from: expected)
            guard let problem else { continue }
            failures += 1
            Issue.record("seed \(seed): \(problem); Scripts/fault-schedules 1 \(seed)")
            if failures == 10 { break }
        }
        print("schedules: \(count) from seed \(first), \(faults) faults, \(failures) failed")
        if count >= 100 { #expect(faults > Int(count)) }
    }
}
