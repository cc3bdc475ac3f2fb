import Datasets
import Reporting
import Scenarios
import Simulation
import Statistics
import Synchronization

/// Measures what checkpoints cost at the default interval, and how fast a run continues.
///
/// The default interval is at least 30 s and at least 100 times the time of the last checkpoint. So
/// the cost of one checkpoint is measured, in runs with many of them against runs with none, and
/// divided by that interval. Both take turns, three times.
func checkpoints(_ tell: (String) -> Void) throws {
    for (name, changes) in [
        ("FedAvg", []), ("SCAFFOLD", [("training.correction", "scaffold")]),
    ] {
        var costs: [Double] = []
        for _ in 0..<3 {
            let without = try run(changes + [("checkpoint.every", "off")]).seconds
            let with = try run(changes + [("checkpoint.every", "5")]).seconds
            costs.append(max(0, with - without) / Double(rounds / 5))
        }
        guard let cost = median(costs) else { return }
        let interval = max(
            CheckpointInterval.leastSeconds, CheckpointInterval.leastShare * cost)
        tell(
            "\(name): a checkpoint takes \(fixed(1000 * cost, 1)) ms, and \(fixed(interval, 0)) s"
                + " lie between two: \(fixed(100 * cost / interval, 3)) % of the wall time")
    }
    let firsts = try (0..<3).map { _ in try secondsToFirstRound() }
    guard let first = median(firsts) else { return }
    tell(
        "resume with 100 client processes: \(fixed(first, 2)) s from the start to the first new"
            + " round")
}

private let rounds = 60

/// Runs the workload with some keys changed.
private func run(_ changes: [(path: String, value: String)]) throws -> RunSummary {
    let prepared = try Workload.prepare(
        [("training.rounds", "\(rounds)"), ("clients.processes", "auto")] + changes)
    let folder = try PrivateFolder()
    return try Simulation.run(
        prepared, RunOptions(folder: "\(folder.path)/result", quiet: true),
        cache: DataCache(warn: { _ in }))
}

/// Returns the wall-clock seconds from the reading of the scenario to the first round after a
/// checkpoint, with a client process for each of 100 clients.
private func secondsToFirstRound() throws -> Double {
    let folder = try PrivateFolder()
    func run(rounds: Int, _ mode: RunOptions.Mode) throws -> Double {
        let started = monotonicSeconds()
        let prepared = try Workload.prepare([
            ("training.rounds", "\(rounds)"), ("clients.processes", "per_client"),
        ])
        var options = RunOptions(folder: "\(folder.path)/result", quiet: true)
        options.mode = mode
        let first = Atomic(0.0)
        options.receiveRound = { _, _, _ in
            _ = first.compareExchange(
                expected: 0, desired: monotonicSeconds(), ordering: .relaxed)
        }
        _ = try Simulation.run(prepared, options, cache: DataCache(warn: { _ in }))
        return first.load(ordering: .relaxed) - started
    }
    _ = try run(rounds: 3, .fresh(overwrite: false))
    return try run(rounds: 4, .resume())
}
