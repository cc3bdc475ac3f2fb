import CSystem
import Datasets
import Reporting
import Settings
import Simulation
import Statistics

/// Prints the lines of `hyperfed bench peers`: a round of the workload in other tools, against our
/// own. Both have as many processes on as many cores.
///
/// All have the same clients, cohorts and initial model. Only the order of a client's samples is
/// their own, so accuracies differ by about a point. Both take turns, so that a change of the
/// machine's speed meets both.
func peers(_ tell: (String) -> Void) throws {
    var accuracies: [Double]?
    for peer in peersToTime where EndSignal.waiting == nil {
        if let reason = try PythonPackages.whyNot(peer.script, needs: peer.modules, for: "peers") {
            tell("\(peer.name): not measured (\(reason))")
            continue
        }
        let known = try accuracies ?? ownAccuracies()
        accuracies = known
        tell(try peer.line(ownAccuracies: known))
    }
}

/// Rounds between two evaluations of our own model. Each peer runs a multiple of it.
private let evaluationInterval = 10
private let mostRounds = 50

private let peersToTime = [
    // A start takes 10 s and a round a second, so there are fewer.
    Peer(
        name: "Flower", setting: "2 workers", script: "peer_flower.py",
        modules: ["flwr", "ray", "numpy"], processes: 2, cores: 2, rounds: 20, warmUp: 2),
    Peer(
        name: "pfl", setting: "2 processes", script: "peer_pfl.py",
        modules: ["pfl", "torch", "numpy"], processes: 2, cores: 2,
        launcher: ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]),
    Peer(
        name: "NumPy over ZeroMQ", setting: "a coordinator and 10 client processes",
        script: "peer_zeromq.py", modules: ["zmq", "numpy"], processes: 10, cores: 2),
    Peer(
        name: "JAX, compiled", setting: "1 process", script: "peer_jax.py",
        modules: ["jax", "numpy"], processes: 1, cores: 1),
]

/// Returns the test accuracies of our own model, one each `evaluationInterval` rounds.
private func ownAccuracies() throws -> [Double] {
    let prepared = try Workload.prepare([
        ("training.rounds", "\(mostRounds)"), ("evaluation.every", "\(evaluationInterval)"),
    ])
    var stopwatch = Stopwatch(warmUp: 0)
    var world = try InMemoryWorld(prepared, cache: DataCache(), watchesSignals: false)
    _ = try runRounds(prepared, processes: 1, launches: true, in: &world, observer: &stopwatch)
    return stopwatch.accuracies
}

/// Another tool that runs the workload.
private struct Peer {
    let name: String
    /// How many of what train in it.
    let setting: String
    /// Its script in the folder of the yardsticks.
    let script: String
    /// The Python packages that the script imports.
    let modules: [String]
    /// Our own client processes beside it.
    let processes: Int
    /// The processor cores of both.
    let cores: Int
    var rounds = mostRounds
    /// The number of rounds at the start that do not count.
    var warmUp = 10
    /// The words between `python3` and the script.
    var launcher: [String] = []

    private struct Figures {
        let roundsPerSecond: Double
        let accuracy: Double
        let versions: String

        /// Reads the line `figures ROUNDS_PER_SECOND ACCURACY VERSIONS` of a script's output; nil
        /// if there is none. The tools print lines of their own around it.
        init?(_ output: String) {
            let line = output.split(whereSeparator: \.isNewline).last { $0.hasPrefix("figures ") }
            let words = (line ?? "").split(separator: " ", maxSplits: 3)
            guard words.count == 4, let rate = Double(words[1]), rate > 0,
                let accuracy = Double(words[2])
            else { return nil }
            (roundsPerSecond, self.accuracy, versions) = (rate, accuracy, String(words[3]))
        }
    }

    /// Measures three pairs of a run of this tool and an own one.
    func line(ownAccuracies: [Double]) throws -> String {
        let prepared = try Workload.prepare([("training.rounds", "\(rounds)")])
        let plan = try PrivateFolder()
        try NumPyYardstick.write(prepared, warmUp: warmUp, to: plan.path)
        var (own, others, ratios): ([Double], [Double], [Double]) = ([], [], [])
        var last: Figures?
        for _ in 0..<3 {
            let rate = try timeRounds(
                prepared, processes: processes, cores: cores, warmUp: warmUp
            ).roundsPerSecond
            let output = try run(plan.path)
            guard let figures = Figures(output) else {
                let words = output.split(whereSeparator: \.isNewline).last ?? "it printed nothing"
                return "\(name): not measured (\(script) failed: \(words))"
            }
            own.append(rate)
            others.append(figures.roundsPerSecond)
            ratios.append(rate / figures.roundsPerSecond)
            last = figures
        }
        let index = rounds / evaluationInterval - 1
        guard let last, let ratio = median(ratios), let least = ratios.min(),
            let most = ratios.max(), let rate = median(own), let other = median(others),
            ownAccuracies.indices.contains(index)
        else { return "\(name): not measured" }
        return "\(name) (\(last.versions)), \(setting) on \(counted(cores, "core")):"
            + " \(fixed(other, 2)) rounds/s; ours with"
            + " \(counted(processes, "client process", plural: "client processes")):"
            + " \(fixed(rate, 2)) rounds/s;"
            + " its round takes \(fixed(ratio, 2)) times ours (\(fixed(least, 2)) to"
            + " \(fixed(most, 2))); accuracy after \(rounds) rounds: \(percent(last.accuracy)),"
            + " ours \(percent(ownAccuracies[index]))"
    }

    /// Runs the script and returns what it prints, with its errors.
    private func run(_ plan: String) throws -> String {
        _ = hyperfed_hold_to_cores(Int32(cores))
        defer { _ = hyperfed_hold_to_cores(0) }
        return try ChildProgram.output(
            of: [
                "env", "PYTHONDONTWRITEBYTECODE=1", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1",
                "MKL_NUM_THREADS=1", "sh", "-c", "exec \"$@\" 2>&1", "sh", "python3",
            ] + launcher + ["\(PythonPackages.folder)/\(script)", plan])
    }
}
