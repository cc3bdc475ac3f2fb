import Bytes
import Federation
import Glibc
import Models
import Reporting
import Scenarios

/// A request that can't be met, found before any process was started: exit code 2.
public struct UsageError: Error, CustomStringConvertible {
    /// What is wrong and what would be right.
    public let description: String

    /// An error from its sentence.
    public init(_ description: String) { self.description = description }
}

/// The files of one run: scenario.yaml, rounds.csv, clients.csv, run.json, model.safetensors;
/// client_evaluations.csv where the scenario asks for it, traces.csv where clients adapt,
/// server_traces.csv where the server adapts more than a rate, drops.csv where clients can be dropped.
///
/// Rows are written whole, one call each, so that whatever ends the run leaves readable files.
struct RunFolder: ~Copyable {
    let path: String
    private let rounds: Int32
    private let clients: Int32
    private let evaluations: Int32?
    private let traces: Int32?
    private let serverTraces: Int32?
    private let drops: Int32?
    private let lock: FolderLock
    private let roundTable: [Column<RoundRecord>]
    private let clientTable: [Column<ClientReport>]
    private let missing: MissingNumber

    private static let names = [
        "run.json", "scenario.yaml", "rounds.csv", "clients.csv", "client_evaluations.csv",
        "traces.csv", "server_traces.csv", "drops.csv", "model.safetensors",
    ]

    /// Checks that a run can be written there; makes the folder.
    ///
    /// - Throws: `UsageError` when it holds a run already, holds anything else that would be
    ///   written over or mixed with it, or can't be written.
    static func prepare(_ path: String, overwrite: Bool) throws {
        try checkContent(path, overwrite: overwrite)
        do {
            try Files.makeFolder(path)
        } catch {
            throw UsageError("output folder \(path) can't be made: \(error)")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw UsageError("output folder \(path) can't be written; name another with --output")
        }
    }

    /// Checks that a run of its own, of no comparison, does not take the place of a run that a
    /// comparison's table counts.
    static func checkIsOfNoComparison(_ path: String) throws {
        guard let folder = FolderContent.comparison(around: path) else { return }
        throw UsageError(
            "\(path): expected a folder outside of comparisons, found one of the comparison in"
                + " \(folder); name another folder with --output")
    }

    private static func checkContent(_ path: String, overwrite: Bool) throws {
        let found = names.filter { Files.exists("\(path)/\($0)") }
        if !overwrite, !found.isEmpty {
            throw UsageError(
                "\(path) already holds a run; name another folder with --output, or replace it with"
                    + " --overwrite")
        }
        // Each run writes run.json first; without one these are somebody else's files.
        if let first = found.first, !found.contains("run.json") {
            throw UsageError(
                "\(path): expected a run to replace, found \(first) without a run.json; move it"
                    + " away, or name another folder with --output")
        }
        if let other = FolderContent.comparison(in: path) {
            throw UsageError(
                "\(path): expected a folder for one run, found \(other); name another folder with"
                    + " --output")
        }
        if let run = FolderContent.runAround(path) {
            throw UsageError(
                "\(path): expected a folder outside of other runs, found that of a run around it,"
                    + " \(run); name another folder with --output")
        }
    }

    /// Starts the files of a run in a prepared folder.
    init(_ path: String, _ prepared: PreparedRun) throws {
        let lock = try FolderLock(path, holder: "run")
        lock.warn()
        Files.removeTemporaries(of: Self.names, in: path)
        // From now on it is the folder of a run, whatever ends this process.
        try Files.write(Array("{\n  \"state\": \"starting\"\n}\n".utf8), to: "\(path)/run.json")
        for name in Self.names where name != "run.json" { unlink("\(path)/\(name)") }
        let server = prepared.scenario.server.schedulerLabel
        let client = prepared.scenario.client.schedulerLabel
        let roundTable = roundColumns(server: server, client: client)
        let clientTable = clientColumns(client: client)
        try Files.write(Array(prepared.resolvedWithLayers.utf8), to: "\(path)/scenario.yaml")
        var tables = [
            ("rounds.csv", csvHeader(roundTable)), ("clients.csv", csvHeader(clientTable)),
        ]
        if prepared.scenario.evaluation.perClient != .none {
            tables.append(("client_evaluations.csv", csvHeader(clientEvaluationColumns)))
        }
        if prepared.scenario.client.ratePoints > 0 {
            tables.append(("traces.csv", csvHeader(traceColumns)))
        }
        if prepared.scenario.serverHasReadings {
            tables.append(("server_traces.csv", csvHeader(serverTraceColumns)))
        }
        if prepared.scenario.canDropClients {
            tables.append(("drops.csv", csvHeader(dropColumns)))
        }
        let files = try Self.start(tables, in: path)
        func file(_ name: String) -> Int32? {
            tables.firstIndex { $0.0 == name }.map { files[$0] }
        }
        (rounds, clients) = (files[0], files[1])
        (evaluations, traces) = (file("client_evaluations.csv"), file("traces.csv"))
        (serverTraces, drops) = (file("server_traces.csv"), file("drops.csv"))
        self.lock = lock
        self.path = path
        self.roundTable = roundTable
        self.clientTable = clientTable
        missing = prepared.missing
    }

    deinit {
        close(rounds)
        close(clients)
        if let evaluations { close(evaluations) }
        if let traces { close(traces) }
        if let serverTraces { close(serverTraces) }
        if let drops { close(drops) }
    }

    /// A line of one of this run's tables.
    private func csvLine<Row>(_ columns: [Column<Row>], _ row: Row) -> String {
        Reporting.csvLine(columns, row, missing: missing)
    }

    /// Appends a round's rows.
    func write(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluated: [ClientEvaluation]
    ) throws {
        if let evaluations, !evaluated.isEmpty {
            let rows = evaluated.map { csvLine(clientEvaluationColumns, $0) + "\n" }.joined()
            try Files.appendRows(
                Array(rows.utf8), to: evaluations, "\(path)/client_evaluations.csv")
        }
        if let traces {
            let rows = reports.flatMap(TraceRow.rows).map { csvLine(traceColumns, $0) + "\n" }
            try Files.appendRows(Array(rows.joined().utf8), to: traces, "\(path)/traces.csv")
        }
        if let serverTraces, !record.readings.isEmpty {
            let rows = ServerTraceRow.rows(of: record).map {
                csvLine(serverTraceColumns, $0) + "\n"
            }
            try Files.appendRows(
                Array(rows.joined().utf8), to: serverTraces, "\(path)/server_traces.csv")
        }
        if let drops, !record.drops.isEmpty {
            let rows = record.drops.map { csvLine(dropColumns, $0) + "\n" }.joined()
            try Files.appendRows(Array(rows.utf8), to: drops, "\(path)/drops.csv")
        }
        let rows = reports.map { csvLine(clientTable, $0) + "\n" }.joined()
        try Files.appendRows(Array(rows.utf8), to: clients, "\(path)/clients.csv")
        try Files.appendRows(
            Array((csvLine(roundTable, record) + "\n").utf8), to: rounds, "\(path)/rounds.csv")
    }

    /// Writes the final global model.
    ///
    /// - Parameter classes: the names of its outputs, as a JSON list in the metadata.
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

    /// Writes run.json, replacing the one before.
    ///
    /// - Parameter asLastWords: where there is no room for a second file, the first one is written
    ///   over: it says "running", which is not true any more.
    func write(state: JSONText, asLastWords: Bool = false) throws {
        let bytes = Array((state.encoded() + "\n").utf8)
        do {
            try Files.write(bytes, to: "\(path)/run.json")
        } catch {
            guard asLastWords else { throw error }
            try Files.overwrite("\(path)/run.json", with: bytes)
        }
    }

    /// Starts tables with their headers; all or none.
    private static func start(_ tables: [(name: String, header: String)], in folder: String) throws
        -> [Int32]
    {
        var files: [Int32] = []
        do {
            for table in tables {
                files.append(try start("\(folder)/\(table.name)", header: table.header))
            }
        } catch {
            for file in files { close(file) }
            throw error
        }
        return files
    }

    private static func start(_ path: String, header: String) throws -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError.last("could not write", path) }
        try Files.append(Array((header + "\n").utf8), to: descriptor, path)
        return descriptor
    }
}
