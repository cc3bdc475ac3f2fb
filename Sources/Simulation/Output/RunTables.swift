import Federation
import Reporting
import Scenarios

/// The tables of a run: rounds.csv and clients.csv; client_evaluations.csv where the scenario asks
/// for it, traces.csv where clients adapt, server_traces.csv where the server adapts more than a
/// rate, drops.csv where clients can be dropped.
///
/// Each round's row of rounds.csv is written last: a row there means that all rows are there.
struct RunTables {
    private let rounds: TableFile<RoundRecord>
    private let clients: TableFile<ClientReport>
    private let evaluations: TableFile<ClientEvaluation>?
    private let traces: TableFile<TraceRow>?
    private let serverTraces: TableFile<ServerTraceRow>?
    private let drops: TableFile<ClientDrop>?

    /// The names of all tables that a run can have.
    static let names = [
        "rounds.csv", "clients.csv", "client_evaluations.csv", "traces.csv", "server_traces.csv",
        "drops.csv",
    ]

    /// Starts the tables of a run, or opens them where a checkpoint left them.
    ///
    /// - Parameter positions: how long they were after the rounds so far; nil for new ones. `cut`
    ///   must then come before the next rows: until then nothing is changed.
    /// - Throws: `TableProblem` if one does not have all of these rounds; `SystemError` if a new one
    ///   can't be written.
    init(in folder: String, _ prepared: PreparedRun, at positions: [OutputPosition]?) throws {
        let scenario = prepared.scenario
        var known: [String: UInt64] = [:]
        for position in positions ?? [] { known[position.file] = position.bytes }
        func table<Row>(_ name: String, _ columns: [Column<Row>]) throws -> TableFile<Row> {
            guard positions != nil else {
                return try TableFile(name, in: folder, columns, missing: prepared.missing)
            }
            guard let bytes = known.removeValue(forKey: name) else {
                throw TableProblem("\(folder)/\(name): expected its length, found none")
            }
            return try TableFile(
                continuing: name, in: folder, columns, missing: prepared.missing, at: bytes)
        }
        func table<Row>(_ name: String, _ columns: [Column<Row>], if isWanted: Bool) throws
            -> TableFile<Row>?
        {
            isWanted ? try table(name, columns) : nil
        }
        let client = scenario.client.schedulerLabel
        rounds = try table(
            "rounds.csv", roundColumns(server: scenario.server.schedulerLabel, client: client))
        clients = try table("clients.csv", clientColumns(client: client))
        evaluations = try table(
            "client_evaluations.csv", clientEvaluationColumns,
            if: scenario.evaluation.perClient != .none)
        traces = try table("traces.csv", traceColumns, if: scenario.client.ratePoints > 0)
        serverTraces = try table(
            "server_traces.csv", serverTraceColumns, if: scenario.serverHasReadings)
        drops = try table("drops.csv", dropColumns, if: scenario.canDropClients)
        if let other = known.keys.min() {
            throw TableProblem("\(folder)/\(other): expected no such table, found its length")
        }
    }

    /// How long the tables are after the last round.
    var positions: [OutputPosition] {
        [
            rounds.position, clients.position, evaluations?.position, traces?.position,
            serverTraces?.position, drops?.position,
        ].compactMap(\.self)
    }

    /// Takes away the rows behind the positions. A round that is begun again has no row in
    /// rounds.csv from the first moment on.
    func cut() throws {
        try rounds.cut()
        try clients.cut()
        try evaluations?.cut()
        try traces?.cut()
        try serverTraces?.cut()
        try drops?.cut()
    }

    /// Appends a round's rows: all of them or, where one table can't be written, none.
    func write(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluated: [ClientEvaluation]
    ) throws {
        let before = positions
        do {
            try evaluations?.append(evaluated)
            try traces?.append(reports.flatMap(TraceRow.rows))
            try serverTraces?.append(ServerTraceRow.rows(of: record))
            try drops?.append(record.drops)
            try clients.append(reports)
            try rounds.append([record])
        } catch {
            cutBack(to: before)
            throw error
        }
    }

    /// What can't be cut back is cut by the run that goes on from here.
    private func cutBack(to positions: [OutputPosition]) {
        for position in positions {
            switch position.file {
            case rounds.position.file: try? rounds.cut(to: position.bytes)
            case clients.position.file: try? clients.cut(to: position.bytes)
            case evaluations?.position.file: try? evaluations?.cut(to: position.bytes)
            case traces?.position.file: try? traces?.cut(to: position.bytes)
            case serverTraces?.position.file: try? serverTraces?.cut(to: position.bytes)
            case drops?.position.file: try? drops?.cut(to: position.bytes)
            default: break
            }
        }
    }
}
