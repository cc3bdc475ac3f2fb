import Datasets
import Federation
import Reporting
import Scenarios

/// A run of a comparison, as a job does it.
struct PlannedRun: Sendable {
    /// The number of its study.
    let study: Int
    /// Its number in the study.
    let index: Int
    let run: PreparedRun
    /// Study, variant, cell and seed.
    let name: String
    var options: RunOptions

    /// How a run ended.
    enum End: Sendable {
        /// It has finished, or has failed.
        case ended(ComparisonRow)
        /// A signal ended it; what was going on, in words.
        case interrupted(signal: Int32, String)
        /// It could not start.
        case refused(UsageError)
    }

    /// Does the run, with the client processes of its job.
    func perform(_ cache: DataCache, in kept: KeptProcesses) -> End {
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

    /// The row of the run where it has failed.
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

/// The rows of studies as they come in, in any order.
struct StudyEnds {
    private var rows: [[ComparisonRow?]]
    private var isTold: [Bool]

    init(_ studies: [PreparedStudy]) {
        rows = studies.map { Array(repeating: nil, count: $0.runs.count) }
        isTold = Array(repeating: false, count: studies.count)
    }

    /// Takes the row of a run; true when its study has all rows.
    mutating func add(_ row: ComparisonRow, of run: PlannedRun) -> Bool {
        rows[run.study][run.index] = row
        return !rows[run.study].contains { $0 == nil }
    }

    /// The studies that are complete, in their order and each once; none behind one that is not,
    /// unless all is over. Their rows are in the order of their runs; nil for runs without one.
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
