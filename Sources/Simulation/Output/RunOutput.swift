import Datasets
import Federation
import Messaging
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
    private var file: RunFile
    /// The faults of the run, for run.json.
    var faults = FaultCounts()
    /// The connections that were refused so far.
    var refusedConnections = RefusalCounts()
    private let receiveRound: RunOptions.RoundReceiver?

    /// Creates the output of a run.
    ///
    /// - Parameters:
    ///   - file: the content of run.json.
    ///   - roundsBefore: the number of rounds that are complete already.
    init(
        _ prepared: PreparedRun, _ files: consuming RunFiles, _ options: RunOptions,
        roundsBefore: Int, _ file: RunFile
    ) {
        progress =
            options.progress
            ?? ProgressBoard(
                [ProgressBoard.Item(run: prepared, name: options.name, label: "")], title: nil,
                jobs: 1, isQuiet: options.quiet)[0]
        progress.begin(roundsBefore: roundsBefore)
        checkpoints = files.checkpoints
        self.prepared = prepared
        name = options.name
        isOfComparison = options.isOfComparison
        receiveRound = options.receiveRound
        self.file = file
        folder = files.folder
    }

    /// Writes to run.json that the run has started.
    mutating func begin(_ summary: RunSummary) throws { try write(summary, state: .running) }

    var positions: [OutputPosition] { folder.positions }

    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) throws {
        try folder.write(record, reports, evaluations)
        receiveRound?(folder.path, record, prepared.dataset.predictsSymbols)
        progress.add(record)
    }

    mutating func warn(_ text: String) {
        writeError("warning: \(name.isEmpty ? "" : name + ": ")\(text)")
    }

    /// The advice how to continue the run, for the end of a message. It is empty for a run of a
    /// comparison, which gives the advice itself.
    var advice: String {
        isOfComparison ? "" : "; go on with '\(resumeCommand(folder.path))'"
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
        try folder.end(isSuccess: true)
        try write(state.summary, state: .finished)
    }

    /// Writes a checkpoint of an interrupted run.
    mutating func save(_ state: borrowing RunState) throws {
        progress.end()
        try checkpoints.write(state)
        try checkpoints.finish()
    }

    /// Records in run.json how the run ended early.
    mutating func fail(
        _ summary: RunSummary, state: RunFile.State, reason: String,
        failure: RunError.Failure? = nil
    ) {
        progress.end()
        if failure == .divergence {
            file.constantPrediction =
                prepared.metric == .perplexity
                ? prepared.dataset.constantPerplexity() : prepared.dataset.constantPrediction()
        }
        if state == .failed, failure == nil || failure == .divergence {
            do { try folder.end(isSuccess: false) } catch { writeError("error: \(error)") }
        }
        do {
            try write(
                summary, state: state, reason: reason, failure: failure, asLastWords: true)
        } catch {
            writeError("error: \(error)")
        }
    }

    private mutating func write(
        _ summary: RunSummary, state: RunFile.State, reason: String? = nil,
        failure: RunError.Failure? = nil, asLastWords: Bool = false
    ) throws {
        (file.state, file.reason, file.failure) = (state, reason, failure)
        (file.figures, file.faults) = (RunFigures(summary), faults)
        file.refusedConnections = refusedConnections
        file.ended = state == .running ? nil : utcTime()
        file.seconds = monotonicSeconds() - started
        try folder.write(file, asLastWords: asLastWords)
    }
}
