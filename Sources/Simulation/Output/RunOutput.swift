import Datasets
import Federation
import Models
import Reporting
import Scenarios

/// The output of a run: its folder, its progress and its warnings.
struct RunOutput: RunObserver, ~Copyable {
    let folder: RunFolder
    private let checkpoints: CheckpointWriter
    private let progress: ProgressBoard.Entry
    private let prepared: PreparedRun
    private let name: String
    private let isOfComparison: Bool
    private let started = monotonicSeconds()
    private let startTime = utcTime()
    private let setting: KeyValuePairs<String, JSONText>

    /// Creates the output of a run.
    ///
    /// - Parameter roundsBefore: the number of rounds that are complete already.
    init(
        _ prepared: PreparedRun, _ files: consuming RunFiles, _ options: RunOptions,
        roundsBefore: Int, setting: KeyValuePairs<String, JSONText>
    ) {
        progress =
            options.progress
            ?? ProgressBoard([(prepared, options.name)], jobs: 1, isQuiet: options.quiet)[0]
        progress.begin(roundsBefore: roundsBefore)
        checkpoints = files.checkpoints
        self.prepared = prepared
        name = options.name
        isOfComparison = options.isOfComparison
        self.setting = setting
        folder = files.folder
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

    /// The advice how to continue the run, for the end of a message. It is empty for a run of a
    /// comparison, which gives the advice itself.
    var advice: String {
        isOfComparison ? "" : "; go on with 'hyperfed resume \(shellWord(folder.path))'"
    }

    /// Writes a checkpoint if one is due.
    mutating func ended(_ state: borrowing RunState) throws { try checkpoints.roundEnded(state) }

    /// Writes the last checkpoint and the final model, and records in run.json that the run has
    /// finished.
    mutating func finish(_ state: borrowing RunState, model: [Float]) throws {
        progress.end()
        try checkpoints.write(state)
        try folder.write(
            model: model, layout: prepared.network.layout, rounds: state.summary.rounds,
            classes: prepared.dataset.classNames)
        try checkpoints.finish()
        try write(state.summary, state: "finished")
    }

    /// Writes a checkpoint of an interrupted run.
    mutating func save(_ state: borrowing RunState) throws {
        progress.end()
        try checkpoints.write(state)
        try checkpoints.finish()
    }

    /// Records in run.json how the run ended early.
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
                "digest": .text(prepared.digest), "data_key": .text(prepared.dataKey),
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
