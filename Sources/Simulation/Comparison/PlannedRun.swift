import Datasets
import Federation
import Reporting
import Scenarios

/// A run of a comparison, with all that a job needs to execute it.
struct PlannedRun: Sendable {
    /// The number of the study.
    let study: Int
    /// The number of the run in the study.
    let index: Int
    let run: PreparedRun
    /// The study, variant, cell and seed, in words.
    let name: String
    var options: RunOptions

    /// How a run ended.
    enum End: Sendable {
        /// The run has finished or failed.
        case ended(ComparisonRow)
        /// A signal ended the run. The text says where.
        case interrupted(signal: Int32, String)
        /// The run could not start.
        case refused(UsageError)
    }

    /// Executes the run with the client processes of a job.
    func perform(_ cache: DataCache, in kept: KeptProcesses) -> End {
        options.progress?.start()
        defer { options.progress?.end() }
        do {
            var row = row()
            row.summary = try Simulation.run(run, options, cache: cache, in: kept)
            return .ended(row)
        } catch let error as RunError where error.exitCode > 128 {
            return .interrupted(signal: error.exitCode - 128, "\(name): \(error)")
        } catch let error as UsageError {
            return .refused(error)
        } catch {
            writeError("error: \(name): \(error)")
            var row = row(failedFor: "\(error)")
            let isDivergence = (error as? RunError)?.isDivergence ?? false
            if isDivergence { row.constant = run.dataset.constantPrediction() }
            return .ended(row)
        }
    }

    /// Returns the row of the run after a failure.
    func row(failedFor reason: String) -> ComparisonRow {
        var row = row()
        row.reason = reason
        return row
    }

    private func row() -> ComparisonRow {
        ComparisonRow(
            variant: run.variant, cell: run.cell.map(\.value), seed: run.scenario.seed,
            summary: nil, methods: Methods(of: run.scenario))
    }
}

/// The rows of all studies. They arrive in any order.
struct StudyEnds {
    private var rows: [[ComparisonRow?]]
    private var isTold: [Bool]

    init(_ studies: [PreparedStudy]) {
        rows = studies.map { Array(repeating: nil, count: $0.runs.count) }
        isTold = Array(repeating: false, count: studies.count)
    }

    /// Adds the row of a run, and returns whether its study now has all rows.
    mutating func add(_ row: ComparisonRow, of run: PlannedRun) -> Bool {
        rows[run.study][run.index] = row
        return !rows[run.study].contains { $0 == nil }
    }

    /// Returns the complete studies in their order, each of them once. A study after an incomplete
    /// one waits for it, unless the comparison is over. The rows are in the order of the runs, and
    /// a run without a row has nil.
    mutating func take(isOver: Bool) -> [(study: Int, rows: [ComparisonRow?])] {
        var taken: [(study: Int, rows: [ComparisonRow?])] = []
        for study in rows.indices where !isTold[study] {
            let own = rows[study]
            guard isOver ? own.contains(where: { $0 != nil }) : !own.contains(where: { $0 == nil })
            else {
                if isOver { continue }
                break
            }
            isTold[study] = true
            taken.append((study, own))
        }
        return taken
    }
}
