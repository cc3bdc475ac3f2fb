import Datasets
import Federation
import Models
import Reporting
import Scenarios

/// The output of a run: its folder, its progress and its warnings.
struct RunOutput: RunObserver, ~Copyable {
    let folder: RunFolder
    private let progress: ProgressBoard.Entry
    private let prepared: PreparedRun
    private let name: String
    private let started = monotonicSeconds()
    private let startTime = utcTime()
    private let setting: KeyValuePairs<String, JSONText>

    init(
        _ prepared: PreparedRun, _ options: RunOptions, setting: KeyValuePairs<String, JSONText>
    ) throws {
        let folder = try RunFolder(options.folder, prepared)
        progress =
            options.progress
            ?? ProgressBoard([(prepared, options.name)], jobs: 1, isQuiet: options.quiet)[0]
        progress.begin()
        self.prepared = prepared
        name = options.name
        self.setting = setting
        self.folder = folder
    }

    /// Writes to run.json that the run has started.
    func begin(_ summary: RunSummary) throws { try write(summary, state: "running") }

    var positions: [OutputPosition] { folder.positions }

    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) throws {
        try folder.write(record, reports, evaluations)
        progress.add(record)
    }

    mutating func warn(_ text: String) {
        writeError("warning: \(name.isEmpty ? "" : name + ": ")\(text)")
    }

    /// Writes the final model, and to run.json that the run has finished.
    mutating func finish(_ summary: RunSummary, model: [Float]) throws {
        progress.end()
        try folder.write(
            model: model, layout: prepared.network.layout, rounds: summary.rounds,
            classes: prepared.dataset.classNames)
        try write(summary, state: "finished")
    }

    /// Writes how the run ended early.
    mutating func fail(
        _ summary: RunSummary, state: String, reason: String, failure: RunError.Failure? = nil
    ) {
        progress.end()
        do {
            try write(
                summary, state: state, reason: reason, failure: failure, asLastWords: true)
        } catch {
            writeError("error: \(error)")
        }
    }

    private func write(
        _ summary: RunSummary, state: String, reason: String? = nil,
        failure: RunError.Failure? = nil,
        asLastWords: Bool = false
    ) throws {
        func number(_ value: Double?) -> JSONText { value.map { .number($0) } ?? .null }
        func number(_ value: Double?, of metric: Metric) -> JSONText {
            number(summary.metric == metric && !summary.isVoid ? value : nil)
        }
        let scenario = prepared.scenario
        try folder.write(
            state: .object([
                "state": .text(state), "reason": reason.map { .text($0) } ?? .null,
                "failure": failure.map { .text($0.rawValue) } ?? .null,
                "name": .text(scenario.name), "variant": .text(prepared.variant),
                "seed": .text(String(scenario.seed)),
                "server_scheduler": .text(scenario.server.schedulerLabel),
                "client_scheduler": .text(scenario.client.schedulerLabel),
                "parameters": .integer(prepared.network.parameterCount),
                "rounds": .integer(scenario.training.rounds),
                "rounds_done": .integer(summary.rounds),
                "final_accuracy": number(summary.finalValue, of: .accuracy),
                "best_accuracy": number(summary.bestValue, of: .accuracy),
                "final_rmse": number(summary.finalValue, of: .rmse),
                "best_rmse": number(summary.bestValue, of: .rmse),
                "final_loss": number(summary.isVoid ? nil : summary.finalLoss),
                "target_accuracy": number(scenario.evaluation.targetAccuracy),
                "target_rmse": number(scenario.evaluation.targetRMSE),
                "rounds_to_target": summary.roundsToTarget.map { .integer($0) } ?? .null,
                "void_rounds": .integer(summary.voidRounds),
                "clients_dropped": .integer(summary.drops),
                "clients_dropped_out": .integer(summary.drops(.droppedOut)),
                "clients_late": .integer(summary.drops(.late)),
                "clients_diverged": .integer(summary.drops(.diverged)),
                "simulated_seconds": number(summary.simulatedSeconds),
                "data_key": .text(prepared.dataKey),
                "partition_key": .text(prepared.partitionKey),
                "classes": prepared.dataset.classNames.map { .list($0.map { .text($0) }) } ?? .null,
                "setting": .object(setting), "pid": .integer(ProcessIdentity.own.pid),
                "boot_id": ProcessIdentity.own.bootID.map { .text($0) } ?? .null,
                "start_ticks": ProcessIdentity.own.startTicks.map { .integer($0) } ?? .null,
                "started": .text(startTime),
                "ended": state == "running" ? .null : .text(utcTime()),
                "seconds": .number(monotonicSeconds() - started),
            ]), asLastWords: asLastWords)
    }
}
