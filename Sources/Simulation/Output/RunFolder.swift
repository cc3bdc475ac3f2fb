import Bytes
import Federation
import Glibc
import Models
import Reporting
import Scenarios

/// The files of one run.
///
/// Each run has scenario.yaml, rounds.csv, clients.csv, run.json and model.safetensors. Other files
/// depend on the scenario:
/// - client_evaluations.csv: the clients' own samples are evaluated.
/// - traces.csv: clients adapt their rates.
/// - server_traces.csv: the server adapts more than one rate.
/// - drops.csv: clients can be dropped.
///
/// The row of a round in rounds.csv is written last. So a row in this file means that all rows of
/// the round exist.
struct RunFolder: ~Copyable {
    let path: String
    private let rounds: TableFile<RoundRecord>
    private let clients: TableFile<ClientReport>
    private let evaluations: TableFile<ClientEvaluation>?
    private let traces: TableFile<TraceRow>?
    private let serverTraces: TableFile<ServerTraceRow>?
    private let drops: TableFile<ClientDrop>?
    private let lock: FolderLock

    private static let names = [
        "run.json", "scenario.yaml", "rounds.csv", "clients.csv", "client_evaluations.csv",
        "traces.csv", "server_traces.csv", "drops.csv", "model.safetensors",
    ]

    /// Checks that a run can be written into this folder, and makes the folder.
    ///
    /// - Throws: `UsageError` if the folder contains a run, contains a file that would be replaced
    ///   or mixed with the run, or cannot be written.
    static func prepare(_ path: String, overwrite: Bool) throws {
        try checkContent(path, overwrite: overwrite)
        do {
            try Files.makeFolder(path)
        } catch {
            throw UsageError(
                "\(path): expected a folder that can be made, found an error; choose another"
                    + " --output (\(SystemError.cause(of: error)))")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw UsageError(
                "\(path): expected a folder that can be written, found no permission; choose"
                    + " another --output")
        }
    }

    /// Checks that a single run does not replace a run that a comparison's table counts.
    static func checkIsOfNoComparison(_ path: String) throws {
        guard let folder = FolderContent.comparison(around: path) else { return }
        throw UsageError(
            "\(path): expected a folder outside of comparisons, found one of the comparison in"
                + " \(folder); choose another --output")
    }

    /// Checks that a run would neither be mixed with other files nor replace them.
    ///
    /// - Throws: `UsageError` as `prepare` does. This function makes no folder.
    static func checkContent(_ path: String, overwrite: Bool) throws {
        let found = names.filter { Files.exists("\(path)/\($0)") }
        // Each run writes run.json first. Without run.json the files do not belong to a run, so
        // --overwrite does not replace them.
        if let first = found.first, !found.contains("run.json") {
            throw UsageError(
                "\(path): expected a folder without other files, found \(first) without a run.json;"
                    + " move it away, or choose another --output")
        }
        if !overwrite, !found.isEmpty {
            throw UsageError(
                "\(path): expected a folder without a run, found a run; choose another --output or"
                    + " add --overwrite")
        }
        if let other = FolderContent.comparison(in: path) {
            throw UsageError(
                "\(path): expected a folder for one run, found \(other); choose another --output")
        }
        if let run = FolderContent.runAround(path) {
            throw UsageError(
                "\(path): expected a folder outside of other runs, found that of a run around it,"
                    + " \(run); choose another --output")
        }
    }

    /// Starts the files of a run in a prepared folder.
    ///
    /// - Parameter file: the content of run.json.
    init(_ path: String, _ prepared: PreparedRun, _ file: RunFile) throws {
        let lock = try FolderLock(path, holder: "run")
        lock.warn()
        Files.removeTemporaries(of: Self.names, in: path)
        // From here on the folder contains a run, however this process ends.
        try Files.write(Self.bytes(file), to: "\(path)/\(RunFile.name)")
        for name in Self.names where name != "run.json" { unlink("\(path)/\(name)") }
        try Files.write(Array(prepared.resolvedWithLayers.utf8), to: "\(path)/scenario.yaml")
        let scenario = prepared.scenario
        func table<Row>(_ name: String, _ columns: [Column<Row>]) throws -> TableFile<Row> {
            try TableFile(name, in: path, columns, missing: prepared.missing)
        }
        func table<Row>(_ name: String, _ columns: [Column<Row>], if isWanted: Bool) throws
            -> TableFile<Row>?
        {
            isWanted ? try table(name, columns) : nil
        }
        let client = scenario.client.schedulerLabel
        let rounds = try table(
            "rounds.csv", roundColumns(server: scenario.server.schedulerLabel, client: client))
        let clients = try table("clients.csv", clientColumns(client: client))
        let evaluations = try table(
            "client_evaluations.csv", clientEvaluationColumns,
            if: scenario.evaluation.perClient != .none)
        let traces = try table("traces.csv", traceColumns, if: scenario.client.ratePoints > 0)
        let serverTraces = try table(
            "server_traces.csv", serverTraceColumns, if: scenario.serverHasReadings)
        let drops = try table("drops.csv", dropColumns, if: scenario.canDropClients)
        (self.rounds, self.clients, self.evaluations) = (rounds, clients, evaluations)
        (self.traces, self.serverTraces, self.drops) = (traces, serverTraces, drops)
        self.lock = lock
        self.path = path
    }

    /// The lengths of the tables after the last round.
    var positions: [OutputPosition] {
        [
            rounds.position, clients.position, evaluations?.position, traces?.position,
            serverTraces?.position, drops?.position,
        ].compactMap(\.self)
    }

    /// Appends the rows of a round.
    func write(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluated: [ClientEvaluation]
    ) throws {
        try evaluations?.append(evaluated)
        try traces?.append(reports.flatMap(TraceRow.rows))
        try serverTraces?.append(ServerTraceRow.rows(of: record))
        try drops?.append(record.drops)
        try clients.append(reports)
        try rounds.append([record])
    }

    /// Writes the final global model.
    ///
    /// - Parameter classes: the names of the model's outputs. They are written as a JSON list into
    ///   the metadata.
    func write(
        model: [Float], layout: ParameterLayout, rounds: Int, classes: [String]?
    ) throws {
        let count = String(rounds)
        let metadata: KeyValuePairs =
            classes.map { ["format": "pt", "rounds": count, "classes": $0.jsonList] }
            ?? ["format": "pt", "rounds": count]
        let bytes = SafeTensors.encode(model, layout: layout, metadata: metadata)
        try Files.write(bytes, to: "\(path)/model.safetensors")
    }

    /// Writes run.json and replaces the file that exists.
    ///
    /// - Parameter asLastWords: writes over the first file if there is no room for a second one.
    ///   The old text says "running", which is false after the end of the run.
    func write(_ file: RunFile, asLastWords: Bool = false) throws {
        do {
            try Files.write(Self.bytes(file), to: "\(path)/\(RunFile.name)")
        } catch {
            guard asLastWords else { throw error }
            try Files.overwrite("\(path)/\(RunFile.name)", with: Self.bytes(file))
        }
    }

    private static func bytes(_ file: RunFile) -> [UInt8] {
        Array((file.json.encoded() + "\n").utf8)
    }
}
