import Simulation
import TestSupport
import Testing

/// Processes that hang, updates that come damaged, runs that nobody serves.
extension `Runs in a simulated world` {
    /// A process that hangs holds up nobody: others do its tasks, whichever report comes first is
    /// used, and the bits are the same.
    @Test(.slow) func `processes that hang, end or wake up give them, too`() throws {
        let prepared = try prepare(scenario())
        let expected = try runInMemory(prepared)
        var (silences, awakenings) = (0, 0)
        for seed: UInt64 in 0..<150 {
            guard let ending = ending(prepared, seed: seed, mustBe: expected, hang: 0.1) else {
                return
            }
            silences += ending.silences
            awakenings += ending.awakenings
        }
        #expect(silences > 250 && awakenings > 50, "\(silences), \(awakenings)")
    }

    @Test(.slow) func `hanging in evaluations, too`() throws {
        let prepared = try evaluating()
        let expected = try runInMemory(prepared)
        var silences = 0
        for seed: UInt64 in 0..<40 {
            guard let ending = ending(prepared, seed: seed, mustBe: expected, hang: 0.04) else {
                return
            }
            silences += ending.silences
        }
        #expect(silences > 40, "\(silences)")
    }

    /// An update that comes damaged is asked for again at once, and leaves no trace.
    @Test(.slow) func `damaged updates give them, too`() throws {
        let prepared = try prepare(scenario())
        let expected = try runInMemory(prepared)
        var damages = 0
        for seed: UInt64 in 0..<150 {
            guard
                let ending = ending(
                    prepared, seed: seed, mustBe: expected, hang: seed % 3 == 0 ? 0.05 : 0,
                    damage: 0.1)
            else { return }
            damages += ending.damages
            guard ending.damages > 0 else { continue }
            #expect(
                ending.recorder.warnings.contains { $0.hasSuffix("the task is sent again") },
                "seed \(seed)")
        }
        #expect(damages > 250, "\(damages)")
    }

    /// Updates that processes add up give the bits of updates that come one by one. A sum that is
    /// lost, late or damaged leaves no trace.
    @Test(.slow, arguments: ["fedavg", "fednova", "scaffold"])
    func `sums of updates give them, too`(correction: String) throws {
        var overrides: [(String, String)] = []
        if correction != "fedavg" {
            overrides = [("training.correction", correction)]
            if correction == "scaffold" { overrides.append(("server.weighting", "uniform")) }
        }
        let prepared = try prepare(
            scenario(rounds: 8, server: "constant", client: "constant"), overrides: overrides)
        let expected = try runInMemory(prepared)
        var (used, lost) = (0, 0)
        for seed: UInt64 in 0..<100 {
            guard
                let ending = ending(
                    prepared, seed: seed, mustBe: expected, hang: seed % 3 == 0 ? 0.05 : 0,
                    damage: seed % 4 == 1 ? 0.08 : 0, falseClaims: seed % 5 == 2 ? 0.08 : 0,
                    sums: true)
            else { return }
            used += ending.sums.used
            lost += ending.sums.lost
        }
        #expect(used > 100 && lost > 100, "\(used), \(lost)")
    }

    /// Each number that a report claims follows from the scenario or from the update. One that does
    /// not is never used: the task is given out again.
    @Test(.slow, arguments: [false, true])
    func `reports that claim what is not so give them, too`(isEvaluating: Bool) throws {
        let prepared = isEvaluating ? try evaluating() : try prepare(scenario())
        let expected = try runInMemory(prepared)
        var claims = 0
        for seed: UInt64 in 0..<(isEvaluating ? 20 : 150) {
            guard
                let ending = ending(
                    prepared, seed: seed, mustBe: expected, falseClaims: 0.15)
            else { return }
            claims += ending.damages
        }
        #expect(claims > 200, "\(claims)")
    }

    /// Who waits for its first client process says so, names the place, and counts the time for no
    /// round.
    @Test func `a run without processes waits for one`() throws {
        let prepared = try prepare(scenario())
        let expected = try runInMemory(prepared)
        let ending = run(
            prepared, seed: 1, processes: 1, faults: Faults(strangerAt: 100_000), launches: false)
        #expect(ending.error == nil && ending.recorder.result.difference(from: expected) == nil)
        #expect(
            ending.recorder.warnings == [
                "expected a client process, found none for 30 s; start one with 'hyperfed client'"
                    + " --connect sim://here",
                "expected a client process, found none for 60 s; start one with 'hyperfed client'"
                    + " --connect sim://here",
            ])
        #expect(ending.recorder.seconds.allSatisfy { $0 < 5 }, "\(ending.recorder.seconds)")
    }
}
