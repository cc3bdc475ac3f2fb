import Datasets
import Federation
import Messaging
import Models
import Scenarios
import Settings
import Simulation
import TestSupport
import Testing

/// One folder for decoded data and partitions of all tests of this process.
private let cacheFolder = Result { try TemporaryFolder() }

func testCache() throws -> DataCache { DataCache(folder: try cacheFolder.get().path("cache")) }

/// A scenario with everything at work, and small: 12 clients, 4 a round, 6 rounds.
func scenario(
    rounds: Int = 6, server: String = "fedhyper_g",
    client: String = "{ kind: fedhyper_cl, carry: lr_only }",
    rate: Double = 0.2, model: String = "softmax_regression", length: String = "local_epochs: 2",
    testSamples: Int = 100, holdout: String = "", evaluation: String = ""
) -> String {
    """
    name: small
    seed: 7
    data:
      dataset: { kind: gaussian_clusters, classes: 4, features: 6, samples: 240, test_samples: \(testSamples) }
      skew: { kind: dirichlet, alpha: 0.5, min_samples: 3 }
      seed: 5\(holdout.isEmpty ? "" : "\n  " + holdout)
    clients: { count: 12, per_round: 4, processes: 3 }
    model: \(model)
    training: { rounds: \(rounds), \(length), batch_size: 8 }
    client: { learning_rate: \(rate), scheduler: \(client) }
    server: { scheduler: \(server) }
    evaluation: { \(evaluation) }

    """
}

/// A prepared run of a scenario's text.
func prepare(_ text: String, overrides: [(path: String, value: String)] = []) throws -> PreparedRun
{
    let file = try ScenarioFile(
        text: text, file: "small.yaml", workingFolder: "/tmp",
        overrides: overrides.map { ScenarioFile.Override($0.path, $0.value) })
    return try PreparedRun(try file.baseRun(), cache: try testCache())
}

/// A prepared run with the first optimizers, of client and server, that its schedulers work with.
func prepareWithOptimizers(_ text: String) throws -> PreparedRun {
    let released = "kind: adam, epsilon_place: before_correction"
    let client = (path: "client.optimizer", value: "{ \(released) }")
    let server = (path: "server.optimizer", value: "{ \(released), bias_correction: true }")
    for overrides in [[], [client], [server]] {
        if let prepared = try? prepare(text, overrides: overrides) { return prepared }
    }
    return try prepare(text, overrides: [client, server])
}

/// Everything that a run came to, without readings of clocks and counts of attempts.
struct RunResult: Equatable {
    var model: [UInt32] = []
    var records: [RoundRecord] = []
    var reports: [ClientReport] = []
    var evaluations: [ClientEvaluation] = []

    /// Where another one differs, in words.
    func difference(from other: RunResult) -> String? {
        for (one, another) in zip(reports, other.reports) where one != another {
            return "\(one) is not \(another)"
        }
        for (one, another) in zip(records, other.records) where one != another {
            return "\(one) is not \(another)"
        }
        for (one, another) in zip(evaluations, other.evaluations) where one != another {
            return "\(one) is not \(another)"
        }
        guard evaluations.count == other.evaluations.count else { return "other evaluations" }
        guard records.count == other.records.count, reports.count == other.reports.count else {
            return "\(records.count) and \(other.records.count) rounds"
        }
        return model == other.model ? nil : "the final models differ"
    }
}

/// Keeps all that a loop tells.
struct Recorder: RunObserver {
    var result = RunResult()
    var warnings: [String] = []
    /// What each round took.
    var seconds: [Double] = []

    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) {
        result.evaluations += evaluations
        seconds.append(record.seconds)
        var record = record
        record.seconds = 0
        result.records.append(record)
        for var report in reports {
            (report.seconds, report.attempt) = (0, 0)
            result.reports.append(report)
        }
    }

    mutating func warn(_ text: String) { warnings.append(text) }
}

/// A run in memory.
func runInMemory(_ prepared: PreparedRun, processes: Int = 1) throws -> RunResult {
    var world = try InMemoryWorld(prepared, cache: try testCache(), watchesSignals: false)
    var recorder = Recorder()
    let model = try runRounds(
        prepared, processes: processes, launches: true, in: &world, observer: &recorder)
    // Tests go through the rounds: there must be all of them.
    try #require(recorder.result.records.count == prepared.scenario.training.rounds)
    recorder.result.model = model.map(\.bitPattern)
    return recorder.result
}

/// A welcomed session of a new client process.
func newSession(_ prepared: PreparedRun) throws -> ClientSession {
    var session = ClientSession(cache: try testCache())
    let welcome = Message.Welcome(
        run: 1, process: 0, programVersion: ProgramIdentity.text, scenario: prepared.resolved,
        dataKey: prepared.dataKey, partitionKey: prepared.partitionKey, sharedBlock: "",
        parameterCount: UInt64(prepared.network.parameterCount))
    if let problem = session.welcome(welcome) {
        throw SimulatedWorld.Impossible(description: problem)
    }
    return session
}

/// Registered kinds, each in each of its forms.
func forms<C>(_ registered: [Registered<C>]) -> [String] {
    registered.flatMap { row in
        guard let key = row.keys.first(where: { $0.path == "form" }) else { return [row.kind] }
        return key.words.map { "{ kind: \(row.kind), form: \($0) }" }
    }
}
