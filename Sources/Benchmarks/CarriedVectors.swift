import Reporting
import Simulation
import Statistics

/// Methods whose clients carry vectors as long as the model, each with the one that does the same
/// arithmetic in its steps and carries none.
private let methods: [(name: String, changes: [(path: String, value: String)], plain: String)] = [
    ("fedavg", [], "fedavg"),
    ("fedprox", [("training.correction", "fedprox")], "fedavg"),
    ("scaffold", [("training.correction", "scaffold")], "fedprox"),
    ("feddyn", [("training.correction", "feddyn")], "fedprox"),
    ("delta_sgd, carry: reset", [("client.scheduler", "delta_sgd")], "fedavg"),
    (
        "delta_sgd, carry: all", [("client.scheduler", "{ kind: delta_sgd, carry: all }")],
        "delta_sgd, carry: reset"
    ),
]

/// Prints the table of `hyperfed bench carried`: the processor time of a round, coordinator and
/// clients together. It is a ratio to FedAvg's round, and to the round of a method with about the
/// same arithmetic whose clients carry no vectors.
func carriedVectors(_ tell: (String) -> Void) throws {
    for hidden in ["[200]", "[1500, 400]"] {
        tell("mlp with hidden: \(hidden), 10 clients a round")
        tell("method                    of fedavg   of its plain one")
        // Rounds are taken in turn, so that a busy machine slows all alike.
        let rounds = hidden == "[200]" ? (short: 10, long: 40) : (short: 2, long: 6)
        var seconds = [[Double]](repeating: [], count: methods.count)
        for _ in 0..<3 {
            for (index, method) in methods.enumerated() {
                var changes = method.changes
                changes.append((path: "model.hidden", value: hidden))
                seconds[index].append(
                    try secondsPerRound(changes, from: rounds.short, to: rounds.long))
            }
        }
        let medians = seconds.map { median($0) ?? 0 }
        for (method, own) in zip(methods, medians) {
            let plain = methods.firstIndex { $0.name == method.plain } ?? 0
            let padding = String(repeating: " ", count: max(0, 26 - method.name.count))
            tell(
                method.name + padding + "   \(fixed(own / medians[0], 2))        "
                    + "\(fixed(own / medians[plain], 2))")
        }
    }
}

/// Returns the processor seconds of a round, from two runs of different lengths, so that start-up
/// and end cancel out.
private func secondsPerRound(
    _ changes: [(path: String, value: String)], from short: Int, to long: Int
) throws -> Double {
    func run(_ rounds: Int) throws -> Double {
        var changes = changes
        changes.append((path: "training.rounds", value: "\(rounds)"))
        let prepared = try Workload.prepare(changes)
        return try timeRounds(prepared, processes: 2).cpuSeconds
    }
    return (try run(long) - run(short)) / Double(long - short)
}
