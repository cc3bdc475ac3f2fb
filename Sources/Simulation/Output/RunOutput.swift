import CSystem
import Datasets
import Federation
import Glibc
import Models
import Reporting
import Scenarios

/// The output of a run: its folder, its progress line and its warnings.
struct RunOutput: RunObserver, ~Copyable {
    let folder: RunFolder
    private var progress: ProgressLine
    private let prepared: PreparedRun
    private let name: String
    private let before: WorkDone
    private let quiet: Bool
    private let isTerminal: Bool
    private let started = monotonicSeconds()
    private var file: RunFile
    private let receiveRound: (@Sendable (_ folder: String, RoundRecord) -> Void)?
    private var hasOpenLine = false

    init(_ prepared: PreparedRun, _ options: RunOptions, setting: RunFile.Setting) throws {
        let rounds = prepared.scenario.training.rounds
        let file = RunFile(prepared, setting)
        let folder = try RunFolder(options.folder, prepared, file)
        progress = ProgressLine(name: options.name, rounds: rounds, metric: prepared.metric)
        before =
            options.before ?? WorkDone(rounds: 0, total: rounds, started: monotonicSeconds())
        self.prepared = prepared
        name = options.name
        quiet = options.quiet
        receiveRound = options.receiveRound
        self.file = file
        isTerminal = isatty(2) == 1
        self.folder = folder
    }

    /// Writes to run.json that the run has started.
    mutating func begin(_ summary: RunSummary) throws { try write(summary, state: .running) }

    var positions: [OutputPosition] { folder.positions }

    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) throws {
        try folder.write(record, reports, evaluations)
        receiveRound?(folder.path, record)
        progress.add(record)
        guard !quiet, isTerminal || progress.isMilestone(record.round) else { return }
        let done = Double(before.rounds + Int(record.round) + 1)
        let text = progress.text(
            share: done / Double(before.total),
            secondsLeft: (monotonicSeconds() - before.started) / done
                * (Double(before.total) - done),
            columns: isTerminal ? terminalColumns() - 1 : nil)
        if isTerminal {
            // The terminal cuts a line that is too long, because line wrap is off.
            writeRaw("\r\u{1B}[?7l\(text)\u{1B}[K\u{1B}[?7h")
            hasOpenLine = true
        } else {
            writeError(text)
        }
    }

    mutating func warn(_ text: String) {
        endLine()
        writeError("warning: \(name.isEmpty ? "" : name + ": ")\(text)")
    }

    /// Ends the progress line of a terminal, so that other text starts on a new line.
    mutating func endLine() {
        if hasOpenLine { writeError("") }
        hasOpenLine = false
    }

    /// Writes the final model, and records in run.json that the run has finished.
    mutating func finish(_ summary: RunSummary, model: [Float]) throws {
        endLine()
        try folder.write(
            model: model, layout: prepared.network.layout, rounds: summary.rounds,
            classes: prepared.dataset.classNames)
        try write(summary, state: .finished)
    }

    /// Records in run.json how the run ended early.
    mutating func fail(
        _ summary: RunSummary, state: RunFile.State, reason: String,
        failure: RunError.Failure? = nil
    ) {
        endLine()
        if failure == .divergence {
            file.constantPrediction = prepared.dataset.constantPrediction()
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
        file.figures = RunFigures(summary)
        file.ended = state == .running ? nil : utcTime()
        file.seconds = monotonicSeconds() - started
        try folder.write(file, asLastWords: asLastWords)
    }
}

private func writeRaw(_ text: String) {
    try? Files.append(Array(text.utf8), to: 2, "standard error")
}

/// Returns the width of the terminal behind standard error, in columns.
private func terminalColumns() -> Int {
    let columns = Int(hyperfed_terminal_columns(2))
    return columns > 0 ? columns : environment("COLUMNS").flatMap { Int($0) } ?? 80
}
