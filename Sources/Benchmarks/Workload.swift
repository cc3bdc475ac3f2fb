import CSystem
import Datasets
import Federation
import Scenarios
import Simulation

/// The workload that all figures are about: Fashion-MNIST, 100 clients, 10 a round, Dirichlet 0.5,
/// one local epoch, batch 32, MLP 784-200-10, evaluation off, FedAvg.
enum Workload {
    static let text = """
        name: benchmark
        seed: 7
        data:
          dataset: fashion_mnist
          skew: { kind: dirichlet, alpha: 0.5 }
        clients: { count: 100, per_round: 10, processes: 2 }
        model: { kind: mlp, hidden: [200] }
        training: { rounds: 60, local_epochs: 1, batch_size: 32 }
        client: { learning_rate: 0.05 }
        evaluation: { every: 0 }

        """

    /// Returns the workload with some keys changed.
    static func prepare(_ changes: [(path: String, value: String)] = []) throws -> PreparedRun {
        let file = try ScenarioFile(
            text: text, file: "the benchmark's scenario", workingFolder: "",
            overrides: changes.map { ScenarioFile.Override($0.path, $0.value) })
        return try PreparedRun(file.baseRun(), cache: DataCache())
    }
}

/// Notes how long rounds took and what the clients did in them.
struct Stopwatch: RunObserver, ~Copyable {
    private(set) var roundSeconds: [Double] = []
    private(set) var samples: [Int] = []
    private(set) var steps = 0
    private(set) var trainingSeconds = 0.0
    private(set) var accuracies: [Double] = []
    /// The number of rounds at the start that do not count, because processes start and caches
    /// fill.
    private let warmUp: Int

    init(warmUp: Int) { self.warmUp = warmUp }

    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) {
        guard record.round >= warmUp else { return }
        if let accuracy = record.testAccuracy { accuracies.append(accuracy) }
        roundSeconds.append(record.seconds)
        samples.append(record.samples)
        for report in reports {
            steps += Int(report.steps)
            trainingSeconds += report.seconds
        }
    }

    mutating func warn(_ text: String) { writeError("warning: \(text)") }

    var samplesPerSecond: Double {
        Double(samples.reduce(0, +)) / roundSeconds.reduce(0, +)
    }

    var roundsPerSecond: Double { Double(roundSeconds.count) / roundSeconds.reduce(0, +) }
}

/// Runs a workload with real processes.
///
/// - Parameters:
///   - cores: how many processor cores coordinator and clients may use; 0 for all.
///   - warmUp: the number of rounds at the start that do not count.
///   - security: the protection of connections over tcp.
func timeRounds(
    _ prepared: PreparedRun, processes: Int, cores: Int = 0, warmUp: Int = 10,
    security: RunSecurity = .keysOfRun
) throws -> RoundTimes {
    _ = hyperfed_hold_to_cores(Int32(cores))
    defer { _ = hyperfed_hold_to_cores(0) }
    var stopwatch = Stopwatch(warmUp: warmUp)
    var world = try RealWorld(
        prepared, processes: processes, bind: nil, security: security, tellsStderr: true)
    let before = hyperfed_cpu_seconds()
    do {
        _ = try runRounds(
            prepared, processes: processes, launches: true, in: &world, observer: &stopwatch)
    } catch {
        world.stop("\(error)", graceSeconds: 0)
        throw error
    }
    world.stop("the run is finished", graceSeconds: 2)
    return RoundTimes(stopwatch, cpuSeconds: hyperfed_cpu_seconds() - before)
}

/// The figures of a stopwatch.
struct RoundTimes {
    let roundsPerSecond: Double
    let samplesPerSecond: Double
    let secondsPerStep: Double
    let trainingSeconds: Double
    /// Processor seconds of coordinator and clients, from start to end.
    let cpuSeconds: Double

    init(_ stopwatch: borrowing Stopwatch, cpuSeconds: Double) {
        self.cpuSeconds = cpuSeconds
        roundsPerSecond = stopwatch.roundsPerSecond
        samplesPerSecond = stopwatch.samplesPerSecond
        secondsPerStep = stopwatch.trainingSeconds / Double(max(stopwatch.steps, 1))
        trainingSeconds = stopwatch.trainingSeconds
    }
}
