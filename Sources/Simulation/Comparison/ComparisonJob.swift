import Datasets
import Federation
import Reporting
import Scenarios

/// A run of a comparison, with all that a job needs to execute it.
struct ComparisonJob: Sendable {
    /// The number of the study.
    let study: Int
    /// The number of the run in the study.
    let index: Int
    let run: PreparedRun
    /// The study, variant, cell and seed, in words.
    let name: String
    /// The row of the run without any result.
    let row: ComparisonRow
    var options: RunOptions

    /// How a run ended.
    enum End: Sendable {
        /// The run has finished.
        case ended(ComparisonRow)
        /// The run failed. The text says why.
        case failed(ComparisonRow, String, isDivergence: Bool)
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
            var row = row
            row.summary = try Simulation.run(run, options, cache: cache, in: kept)
            return .ended(row)
        } catch let error as RunError where error.exitCode > 128 {
            return .interrupted(signal: error.exitCode - 128, "\(name): \(error)")
        } catch let error as UsageError {
            options.progress?.fail()
            return .refused(error)
        } catch {
            options.progress?.fail()
            return .failed(
                row(failedFor: "\(error)"), "\(name): \(error)",
                isDivergence: (error as? RunError)?.isDivergence ?? false)
        }
    }

    /// Returns the row of the run after a failure.
    func row(failedFor reason: String) -> ComparisonRow {
        var row = row
        row.reason = reason
        return row
    }
}
