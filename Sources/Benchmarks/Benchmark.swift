import CSystem
import Datasets
import Federation
import LearningRates
import Models
import Reporting
import Scenarios
import Simulation
import Statistics

/// One of the measurements of `hyperfed bench`. Figures are ratios taken in one run on one machine.
public struct Benchmark: Sendable {
    /// The name of the benchmark on the command line.
    public let name: String
    /// What the benchmark measures, as a phrase.
    public let summary: String
    /// Runs the benchmark and passes each line of the result to the closure.
    public let run: @Sendable (_ tell: (String) -> Void) throws -> Void

    init(
        _ name: String, _ summary: String,
        _ run: @escaping @Sendable (_ tell: (String) -> Void) throws -> Void
    ) {
        (self.name, self.summary, self.run) = (name, summary, run)
    }
}

/// All benchmarks, in the order in which they run.
public let benchmarks: [Benchmark] = [
    Benchmark("rounds", "rounds per second against the same work in plain NumPy", rounds),
    Benchmark(
        "peers", "seconds of a round against Flower, pfl, NumPy over ZeroMQ, and JAX", peers),
    Benchmark("accuracy", "FedAvg's test accuracy against the same work in plain NumPy", accuracy),
    Benchmark("models", "training steps per second against bare PyTorch, by model", modelTable),
    Benchmark(
        "schedulers", "cost of a step with each client scheduler against a plain one",
        schedulerTable),
    Benchmark("shifts", "cost of a step on shifted samples against a plain one", shiftTable),
    Benchmark("overhead", "share of communication and coordination in a round", overhead),
    Benchmark(
        "encryption", "time of a round over tcp with keys against one without", encryption),
    Benchmark(
        "carried", "cost of a round whose clients carry vectors against one without",
        carriedVectors),
    Benchmark("jobs", "wall time of comparisons with several runs at once against one", jobs),
    Benchmark(
        "checkpoints", "cost of checkpoints, and the time in which a run continues", checkpoints),
    Benchmark("events", "cost of event files for TensorBoard", eventFiles),
    Benchmark(
        "partitions", "seconds to share out a million samples, against Flower Datasets",
        partitionDraws),
    Benchmark(
        "data", "seconds to read data files, against scikit-learn, orjson and pandas", dataReaders),
    Benchmark(
        "report", "the report of 1,000 runs against the same curves with pandas and matplotlib",
        reportPages),
    Benchmark(
        "scale", "cost of rounds with 100 to a million clients, and against Flower and pfl", scale),
    Benchmark("processes", "start-up and memory of 100 and of 1,000 client processes") { tell in
        for count in [100, 1_000] { try processes(count, tell) }
    },
]

private func rounds(_ tell: (String) -> Void) throws {
    let prepared = try Workload.prepare()
    let (yardstick, whyNot) = try NumPyYardstick.run(prepared, warmUp: 10)
    if let yardstick {
        tell(
            "plain NumPy, 1 core: \(fixed(yardstick.roundsPerSecond, 1)) rounds/s"
                + " (\(fixed(yardstick.samplesPerSecond / 1000, 0))k samples/s)")
    } else {
        tell("plain NumPy: not measured (\(whyNot))")
    }
    for (processes, cores) in [(1, 1), (2, 2), (10, 2)] {
        let times = try timeRounds(prepared, processes: processes, cores: cores)
        let ratio = yardstick.map {
            ": \(fixed(times.roundsPerSecond / $0.roundsPerSecond, 2)) times NumPy"
        }
        tell(
            "\(processes) client processes on \(cores) cores: \(fixed(times.roundsPerSecond, 1))"
                + " rounds/s (\(fixed(times.samplesPerSecond / 1000, 0))k samples/s,"
                + " \(fixed(1e6 * times.secondsPerStep, 0)) us a step)\(ratio ?? "")")
    }
}

/// Compares test accuracy with plain NumPy over the same clients, cohorts, initial model and
/// settings. The order of samples inside an epoch differs, so single rounds differ by noise and the
/// means over rounds by less.
private func accuracy(_ tell: (String) -> Void) throws {
    let prepared = try Workload.prepare([
        ("training.rounds", "200"), ("evaluation.every", "10"),
    ])
    let (yardstick, whyNot) = try NumPyYardstick.run(prepared, warmUp: 0)
    var stopwatch = Stopwatch(warmUp: 0)
    var world = try InMemoryWorld(prepared, cache: DataCache(), watchesSignals: false)
    _ = try runRounds(
        prepared, processes: 1, launches: true, in: &world, observer: &stopwatch)
    let own = stopwatch.accuracies
    tell("round      hyperfed     NumPy")
    for (index, accuracy) in own.enumerated() {
        let other = yardstick.flatMap { index < $0.accuracies.count ? $0.accuracies[index] : nil }
        tell(
            "\(padded(10 * (index + 1), 5))     \(percent(accuracy))"
                + "   \(other.map(percent) ?? "-")")
    }
    guard let yardstick else { return tell("plain NumPy: not measured (\(whyNot))") }
    let late = (mean(Array(own.suffix(10))) ?? 0, mean(yardstick.accuracies.suffix(10)) ?? 0)
    tell("mean of the last 10: \(percent(late.0)) against \(percent(late.1))")
}

private func padded(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: " ", count: max(0, width - text.count)) + text
}

/// Measures the share of communication and coordination in the processor time of a round. With more
/// processes than cores, a wall-clock reading of one process contains the work of the others. Two
/// runs of different lengths are compared, so that start-up and end cancel out.
private func overhead(_ tell: (String) -> Void) throws {
    _ = try overhead(perRound: 10, processes: 10, tell)
    let few = try overhead(perRound: 100, processes: 2, tell)
    let many = try overhead(perRound: 100, processes: 10, tell)
    tell("100 a round with 10 processes: \(fixed(many / few, 2)) times the seconds of 2 processes")
}

/// Measures the share for one size of cohorts.
///
/// - Returns: the seconds of a round.
private func overhead(
    perRound: Int, processes: Int, _ tell: (String) -> Void
) throws -> Double {
    // As many tasks in each case.
    let (few, further) = (10 + 200 / perRound, 3000 / perRound)
    func run(_ rounds: Int) throws -> RoundTimes {
        try timeRounds(
            Workload.prepare([
                ("clients.per_round", "\(perRound)"), ("training.rounds", "\(rounds)"),
            ]), processes: processes)
    }
    let (long, short) = (try run(few + further), try run(few))
    let all = (long.cpuSeconds - short.cpuSeconds) / Double(further)
    let training = (long.trainingSeconds - short.trainingSeconds) / Double(further)
    tell(
        "\(perRound) clients a round, \(processes) client processes:"
            + " \(fixed(1000 * all, 1)) ms of processor time a round,"
            + " \(fixed(1000 * training, 1)) ms of it local training; communication and"
            + " coordination: \(fixed(100 * (1 - training / all), 1)) %")
    return 1 / long.roundsPerSecond
}

private func processes(_ count: Int, _ tell: (String) -> Void) throws {
    let prepared = try Workload.prepare([
        ("clients.count", "\(count)"), ("clients.processes", "\(count)"),
        ("clients.per_round", "\(count)"), ("training.rounds", "2"), ("data.skew", "iid"),
    ])
    _ = hyperfed_raise_descriptor_limit()
    var world = try RealWorld(prepared, processes: count, bind: nil, tellsStderr: true)
    let started = world.seconds
    for id in 0..<UInt32(count) { try world.launch(id) }
    var joined = 0
    while joined < count, world.seconds - started < 60 {
        switch try world.nextEvent(timeoutMilliseconds: 1000) {
        case .joined: joined += 1
        case .signal(let signal): throw RunStopped.interrupted(signal: signal, round: 0)
        default: break
        }
    }
    tell(
        "\(joined) client processes said hello within \(fixed(world.seconds - started, 2)) s")
    world.stop("measured", graceSeconds: 2)

    // A second world, measured after each client process has trained once.
    var busy = try RealWorld(prepared, processes: count, bind: nil, tellsStderr: true)
    var nobody = Nobody()
    _ = try runRounds(prepared, processes: count, launches: true, in: &busy, observer: &nobody)
    let sizes = busy.childProcesses.map { Double(hyperfed_proportional_kib($0)) / 1024 }
    busy.stop("measured", graceSeconds: 2)
    guard let median = median(sizes) else { return }
    let parameters = Double(prepared.network.parameterCount)
    // A batch with its activations and their gradients.
    let batch: Double = 32 * (784 + 2 * (200 + 200 + 10))
    // Weights, gradient and update.
    let own = (3 * parameters + batch) * 4 / 1_048_576
    tell(
        "memory of a client process (PSS, median): \(fixed(median, 2)) MiB, of which"
            + " \(fixed(own, 2)) MiB are its model, gradient, update and batch:"
            + " \(fixed(median - own, 2)) MiB beyond; all of them:"
            + " \(fixed(sizes.reduce(0, +) / 1024, 2)) GiB")
}

/// An observer that ignores the results of a run.
private struct Nobody: RunObserver {
    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) {}
    mutating func warn(_ text: String) { writeError("warning: \(text)") }
}
