import CSystem
import Datasets
import Federation
import Glibc
import Reporting
import Scenarios
import Settings
import Simulation
import Statistics

/// Prints the table of `hyperfed bench scale`: what a run costs as the number of clients grows. It
/// also runs the same rounds with Flower's simulation and with pfl.
///
/// The clients draw 60 samples of Fashion-MNIST each with replacement, so their number can grow
/// while all else stays.
func scale(_ tell: (String) -> Void) throws {
    try growth(tell)
    try largeCohorts(tell)
    for (clients, samples) in [(100, 600), (1_000, 60)] {
        try againstOthers(clients: clients, samples: samples, tell)
    }
}

/// The figures of one run.
private struct ScaleFigures {
    /// Seconds from the reading of the scenario to the end of the first round.
    var first = 0.0
    /// The median seconds of the rounds after the first ten.
    var round = 0.0
    /// The proportional memory of all processes after the last round, in MiB.
    var memory = 0.0
}

/// Records when rounds end.
private struct RoundClock: RunObserver, ~Copyable {
    private(set) var ends: [Double] = []
    private(set) var seconds: [Double] = []

    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) {
        ends.append(monotonicSeconds())
        seconds.append(record.seconds)
    }

    mutating func warn(_ text: String) { writeError("warning: \(text)") }
}

/// Runs the workload with some clients that draw with replacement.
private func figures(
    clients: Int, perRound: Int, samples: Int = 60, rounds: Int
) throws -> ScaleFigures {
    let started = monotonicSeconds()
    let prepared = try Workload.prepare([
        ("data.skew", "iid"), ("data.skew.procedure", "with_replacement"),
        ("data.skew.samples_per_client", "\(samples)"), ("clients.count", "\(clients)"),
        ("clients.per_round", "\(perRound)"), ("training.rounds", "\(rounds)"),
    ])
    var clock = RoundClock()
    var world = try RealWorld(prepared, processes: 2, bind: nil, tellsStderr: true)
    do {
        _ = try runRounds(prepared, processes: 2, launches: true, in: &world, observer: &clock)
    } catch {
        world.stop("\(error)", graceSeconds: 0)
        throw error
    }
    var result = ScaleFigures()
    let processes = [getpid()] + world.childProcesses
    result.memory = processes.reduce(0) { $0 + Double(hyperfed_proportional_kib($1)) / 1024 }
    world.stop("measured", graceSeconds: 2)
    result.first = (clock.ends.first ?? started) - started
    let late = clock.seconds.count > 20 ? clock.seconds.dropFirst(10) : clock.seconds[...]
    result.round = median(Array(late)) ?? 0
    return result
}

/// Measures the cost of a round with 10² to 10⁶ clients and the same cohort.
private func growth(_ tell: (String) -> Void) throws {
    let counts = [100, 1_000, 10_000, 100_000, 1_000_000]
    var times = counts.map { _ in [ScaleFigures]() }
    // The counts take turns, so that a change of the machine's speed meets all of them.
    for _ in 0..<5 {
        for (index, count) in counts.enumerated() {
            times[index].append(try figures(clients: count, perRound: 50, rounds: 60))
        }
    }
    tell("50 clients a round, 60 samples each, 2 client processes, the least of 5 runs")
    tell("   clients   ms a round   of 100 clients   first round   memory of all processes")
    var least: (round: Double, first: Double) = (0, 0)
    for (count, runs) in zip(counts, times) {
        guard let round = runs.map(\.round).min(), let first = runs.map(\.first).min(),
            let memory = median(runs.map(\.memory))
        else { return }
        if count == 100 { least = (round, first) }
        tell(
            padded(count.grouped, 10) + padded(fixed(1000 * round, 2), 13)
                + padded(fixed(round / least.round, 2), 17)
                + padded("\(fixed(first, 2)) s", 14) + padded("\(fixed(memory, 0)) MiB", 26))
    }
}

/// Measures a million clients with 1,000 of them in a round.
private func largeCohorts(_ tell: (String) -> Void) throws {
    let few = try figures(clients: 1_000, perRound: 1_000, rounds: 5)
    let many = try figures(clients: 1_000_000, perRound: 1_000, rounds: 5)
    tell(
        "1,000,000 clients, 1,000 a round: \(fixed(1000 * many.round, 0)) ms a round"
            + " (\(fixed(many.round / few.round, 2)) times that of 1,000 clients), first round"
            + " after \(fixed(many.first, 2)) s (1,000 clients: \(fixed(few.first, 2)) s), memory"
            + " of all processes \(fixed(many.memory, 0)) MiB")
}

/// Runs the same rounds with the simulations of other tools.
private func againstOthers(clients: Int, samples: Int, _ tell: (String) -> Void) throws {
    let own = try figures(clients: clients, perRound: 10, samples: samples, rounds: 60)
    tell(
        "\(clients.grouped) clients of \(samples) samples, 10 a round:"
            + " \(fixed(1 / own.round, 1)) rounds/s, first round after \(fixed(own.first, 2)) s,"
            + " \(fixed(own.memory, 0)) MiB")
    for (name, script, modules) in [
        ("Flower", "flower_rounds.py", ["flwr", "ray", "numpy"]),
        ("pfl", "pfl_rounds.py", ["pfl", "torch", "numpy"]),
    ] {
        if let reason = try PythonPackages.whyNot(script, needs: modules, for: "scale") {
            tell("  \(name): not measured (\(reason))")
            continue
        }
        guard let other = try yardstick(script, clients: clients, samples: samples) else {
            tell("  \(name): not measured (\(script) failed)")
            continue
        }
        tell(
            "  \(name): \(fixed(1 / other.round, 2)) rounds/s, first round after"
                + " \(fixed(other.first, 1)) s, \(fixed(other.memory, 0)) MiB: hyperfed has"
                + " \(fixed(other.round / own.round, 1)) times the rounds, the first one in"
                + " \(fixed(own.first / other.first, 3)) of the time,"
                + " \(fixed(own.memory / other.memory, 3)) of the memory")
    }
}

/// Runs a script and returns the figures that it prints; nil if it cannot run here. It prints the
/// seconds to the first round, the seconds of a round and the MiB of its processes.
private func yardstick(_ script: String, clients: Int, samples: Int) throws -> ScaleFigures? {
    let output = try ChildProgram.output(of: [
        "env", "PYTHONDONTWRITEBYTECODE=1", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1",
        "python3", "Scripts/yardsticks/\(script)", "\(clients)", "\(samples)", "10",
    ])
    // The tools print lines of their own before it.
    let last = output.split(separator: "\n").last { $0.hasPrefix("figures ") }
    let numbers = (last ?? "").split(separator: " ").compactMap { Double($0) }
    guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }) else { return nil }
    return ScaleFigures(first: numbers[0], round: numbers[1], memory: numbers[2])
}

private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}
