import Datasets
import Federation
import Reporting
import Scenarios

/// The tables of a run, and its event file.
///
/// Each run has rounds.csv and clients.csv. The other tables depend on the scenario:
/// - client_evaluations.csv: the clients' own samples are evaluated.
/// - class_evaluations.csv: the recall of each class is counted.
/// - traces.csv: clients adapt their rates.
/// - server_traces.csv: the server adapts more than one rate.
/// - drops.csv: clients can be dropped.
/// - the event file: `output.tensorboard` is true.
///
/// The row of a round in rounds.csv is written last. So a row in this file means that all rows of
/// the round exist.
struct RunTables {
    private let rounds: TableFile<RoundRecord>
    private let clients: TableFile<ClientRow>
    private let evaluations: TableFile<ClientEvaluation>?
    private let classes: TableFile<ClassEvaluation>?
    private let classNames: [String]?
    private let traces: TableFile<TraceRow>?
    private let serverTraces: TableFile<ServerTraceRow>?
    private let drops: TableFile<ClientDrop>?
    private let events: EventFile?
    private let predictsSymbols: Bool

    /// The names of all tables that a run can have.
    static let names = [
        "rounds.csv", "clients.csv", "client_evaluations.csv", "class_evaluations.csv",
        "traces.csv", "server_traces.csv", "drops.csv", EventFile.name,
    ]

    /// Starts the tables of a run, or opens the tables of a run that continues.
    ///
    /// - Parameter positions: the lengths of the tables in the checkpoint; nil for new tables.
    ///   Existing tables do not change before `cut`.
    /// - Throws: `TableProblem` if a table does not fit the checkpoint; `SystemError` if a new
    ///   table cannot be written.
    init(in folder: String, _ prepared: PreparedRun, at positions: [OutputPosition]?) throws {
        let scenario = prepared.scenario
        var known: [String: UInt64] = [:]
        for position in positions ?? [] { known[position.file] = position.bytes }
        func table<Row>(_ name: String, _ columns: [Column<Row>]) throws -> TableFile<Row> {
            let sparse = prepared.sparseColumns(of: name)
            let columns = columns.map { $0.sparse(if: sparse.contains($0.name)) }
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
            "rounds.csv",
            roundColumns(
                server: scenario.server.schedulerLabel, client: client,
                hasPhases: prepared.hasDrift, hasClasses: prepared.countsClasses,
                hasStaleness: scenario.training.mode.hasStaleness,
                predictsSymbols: prepared.dataset.predictsSymbols))
        clients = try table(
            "clients.csv",
            clientColumns(
                client: client, hasStaleness: scenario.training.mode.hasStaleness))
        evaluations = try table(
            "client_evaluations.csv",
            clientEvaluationColumns(predictsSymbols: prepared.dataset.predictsSymbols),
            if: scenario.evaluation.perClient != .none)
        classes = try table(
            "class_evaluations.csv", classEvaluationColumns, if: prepared.countsClasses)
        classNames = prepared.dataset.classNames
        predictsSymbols = prepared.dataset.predictsSymbols
        traces = try table("traces.csv", traceColumns, if: scenario.client.ratePoints > 0)
        serverTraces = try table(
            "server_traces.csv", serverTraceColumns, if: scenario.serverHasReadings)
        drops = try table("drops.csv", dropColumns, if: scenario.canDropClients)
        events = try Self.events(
            in: folder, prepared, at: known.removeValue(forKey: EventFile.name))
        if let other = known.keys.min() {
            throw TableProblem("\(folder)/\(other): expected no such table, found its length")
        }
    }

    /// Starts the event file of a run, or opens that of a run that continues. The key
    /// `output.tensorboard` may have changed before the run continues. A file that begins then has
    /// the rounds from there on.
    private static func events(
        in folder: String, _ prepared: PreparedRun, at position: UInt64?
    ) throws -> EventFile? {
        guard prepared.scenario.output.tensorBoard else { return nil }
        if let position { return try EventFile(continuing: folder, at: position) }
        return try EventFile(in: folder, hyperparameters(of: prepared))
    }

    /// The tables of this run, rounds.csv first.
    private var all: [any CuttableTable] {
        let tables: [(any CuttableTable)?] = [
            rounds, clients, evaluations, classes, traces, serverTraces, drops, events,
        ]
        return tables.compactMap(\.self)
    }

    /// The lengths of the tables after the last round.
    var positions: [OutputPosition] { all.map(\.position) }

    /// Removes the rows behind the positions, first in rounds.csv.
    func cut() throws { for table in all { try table.cut(to: table.position.bytes) } }

    /// Appends the rows of a round. If a table cannot be written, no table gets rows.
    func write(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluated: [ClientEvaluation]
    ) throws {
        let before = positions
        do {
            try evaluations?.append(evaluated)
            try classes?.append(ClassEvaluation.rows(of: record, names: classNames))
            try traces?.append(reports.flatMap(TraceRow.rows))
            try serverTraces?.append(ServerTraceRow.rows(of: record))
            try drops?.append(record.drops)
            try clients.append(ClientRow.rows(of: record, reports))
            try events?.append(
                record, reports, evaluated, predictsSymbols: predictsSymbols)
            try rounds.append([record])
        } catch {
            // If this fails, the resumed run does it.
            for (table, position) in zip(all, before) { try? table.cut(to: position.bytes) }
            throw error
        }
    }

    /// Writes to the event file how the run ended.
    func end(isSuccess: Bool) throws { try events?.end(isSuccess: isSuccess) }
}
