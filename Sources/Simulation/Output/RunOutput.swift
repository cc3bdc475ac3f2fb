import Federation
import Glibc
import Models
import Reporting
import Scenarios

/// Everything that a run leaves behind or says while it runs.
struct RunOutput: RunObserver, ~Copyable {
    let folder: RunFolder
    private(set) var summary: RunSummary
    private var progress: ProgressLine
    private let prepared: PreparedRun
    private let quiet: Bool
    private let isTerminal: Bool
    private let started = monotonicSeconds()
    private let startTime = utcTime()
    private let setting: KeyValuePairs<String, JSONText>
    private var hasOpenLine = false

    init(
        _ prepared: PreparedRun, folder path: String, prefix: String, quiet: Bool,
        setting: KeyValuePairs<String, JSONText>
    ) throws {
        let scenario = prepared.scenario
        let folder = try RunFolder(path, prepared)
        summary = RunSummary(metric: prepared.metric, target: prepared.target)
        progress = ProgressLine(
            prefix: prefix, rounds: scenario.training.rounds, metric: prepared.metric)
        self.prepared = prepared
        self.quiet = quiet
        self.setting = setting
        isTerminal = isatty(2) == 1
        self.folder = folder
    }

    /// Says in run.json that the run goes on.
    func begin() throws { try write(state: "running") }

    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) throws {
        try folder.write(record, reports, evaluations)
        summary.add(record)
        guard !quiet, isTerminal || progress.isMilestone(record.round) else { return }
        let done = Double(record.round) + 1
        let left = Double(prepared.scenario.training.rounds) - done
        let text = progress.text(
            record, secondsLeft: (monotonicSeconds() - started) / done * left)
        if isTerminal {
            // Without line wrap, a line that is too long for the terminal is cut, not broken.
            writeRaw("\r\u{1B}[?7l\(text)\u{1B}[K\u{1B}[?7h")
            hasOpenLine = true
        } else {
            writeError(text)
        }
    }

    mutating func warn(_ text: String) {
        endLine()
        writeError("warning: \(text)")
    }

    /// Ends the progress line of a terminal, so that other text starts on a line of its own.
    mutating func endLine() {
        if hasOpenLine { writeError("") }
        hasOpenLine = false
    }

    /// Writes what the run came to.
    mutating func finish(model: [Float]) throws {
        endLine()
        try folder.write(
            model: model, layout: prepared.network.layout, rounds: summary.rounds)
        try write(state: "finished")
    }

    /// Writes how the run ended early.
    mutating func fail(state: String, reason: String, failure: RunError.Failure? = nil) {
        endLine()
        do {
            try write(state: state, reason: reason, failure: failure)
        } catch {
            writeError("error: \(error)")
        }
    }

    private func write(
        state: String, reason: String? = nil, failure: RunError.Failure? = nil
    ) throws {
        func number(_ value: Double?) -> JSONText { value.map { .number($0) } ?? .null }
        func number(_ value: Double?, of metric: Metric) -> JSONText {
            number(summary.metric == metric ? value : nil)
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
                "final_loss": number(summary.finalLoss),
                "target_accuracy": number(scenario.evaluation.targetAccuracy),
                "target_rmse": number(scenario.evaluation.targetRMSE),
                "rounds_to_target": summary.roundsToTarget.map { .integer($0) } ?? .null,
                "void_rounds": .integer(summary.voidRounds),
                "clients_dropped": .integer(summary.drops),
                "simulated_seconds": number(summary.simulatedSeconds),
                "data_key": .text(prepared.dataKey),
                "partition_key": .text(prepared.partitionKey),
                "setting": .object(setting),
                "started": .text(startTime),
                "ended": state == "running" ? .null : .text(utcTime()),
                "seconds": .number(monotonicSeconds() - started),
            ]))
    }
}

private func writeRaw(_ text: String) {
    try? Files.append(Array(text.utf8), to: 2, "standard error")
}

/// The wall clock as ISO 8601, for reports only.
func utcTime() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// This machine's name, for reports only.
func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
    return String(
        decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
