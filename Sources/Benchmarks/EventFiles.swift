import Federation
import Reporting
import Simulation
import Statistics

/// Measures what event files for TensorBoard cost. That is the time from the numbers of a round to
/// its record in the file, as a share of the round.
///
/// The difference of two runs would be smaller than the noise of their rounds. So the rounds of one
/// run are kept, and their records are written many times.
func eventFiles(_ tell: (String) -> Void) throws {
    for perRound in [10, 100] {
        let prepared = try Workload.prepare([
            ("clients.per_round", "\(perRound)"), ("training.rounds", "20"),
            ("evaluation.every", "1"),
        ])
        var world = try RealWorld(prepared, processes: 2, bind: nil, tellsStderr: true)
        var rounds = KeptRounds()
        do {
            _ = try runRounds(
                prepared, processes: 2, launches: true, in: &world, observer: &rounds)
        } catch {
            world.stop("\(error)", graceSeconds: 0)
            throw error
        }
        world.stop("the run is finished", graceSeconds: 2)
        // The first rounds are slower, because processes start and caches fill.
        let seconds = rounds.all.dropFirst(5).map(\.record.seconds)
        guard let round = median(Array(seconds)) else { return }
        let folder = try PrivateFolder()
        let file = try EventFile(in: folder.path, hyperparameters(of: prepared))
        let repetitions = 100
        let started = monotonicSeconds()
        for _ in 0..<repetitions {
            for (record, reports, evaluations) in rounds.all {
                try file.append(record, reports, evaluations)
            }
        }
        let cost = (monotonicSeconds() - started) / Double(repetitions * rounds.all.count)
        tell(
            "\(perRound) clients a round: a record takes \(fixed(1e6 * cost, 1)) us,"
                + " \(fixed(100 * cost / round, 2)) % of a round")
    }
}

/// Keeps all that an observer receives of rounds.
private struct KeptRounds: RunObserver {
    var all: [(record: RoundRecord, reports: [ClientReport], evaluations: [ClientEvaluation])] = []

    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) { all.append((record, reports, evaluations)) }

    mutating func warn(_ text: String) { writeError("warning: \(text)") }
}
