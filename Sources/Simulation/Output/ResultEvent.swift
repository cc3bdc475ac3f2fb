public import Federation
public import Reporting

/// What a command prints for scripts: one JSON object a line.
///
/// Keys are never renamed or removed. New ones may come.
public enum ResultEvent {
    /// Makes the object of a round: the columns of rounds.csv.
    ///
    /// - Parameter predictsSymbols: whether the model predicts symbols, and so has a perplexity.
    public static func round(
        _ record: RoundRecord, in folder: String, predictsSymbols: Bool
    ) -> JSONText {
        // The methods are in the object of the run.
        let columns = roundColumns(
            server: "", client: "", hasPhases: record.dataPhase != nil,
            hasClasses: !record.recalls.isEmpty, hasStaleness: record.staleness != nil,
            predictsSymbols: predictsSymbols
        ).filter {
            !$0.name.hasSuffix("_scheduler")
        }
        return .object(
            ["event": .text("round"), "folder": .text(folder)] + jsonObject(columns, record))
    }

    /// Makes the object of a run: the facts of its run.json without those of the machine.
    public static func run(_ file: RunFile, in folder: String) -> JSONText {
        .object(["event": .text("run"), "folder": .text(folder)] + file.result)
    }

    /// Makes the object of runs that a scheduler of jobs executes later.
    public static func submitted(job: String, in folder: String, runs: Int) -> JSONText {
        .object([
            "event": .text("submitted"), "job": .text(job), "folder": .text(folder),
            "runs": .integer(runs),
        ])
    }

    /// Makes the object of a command's end.
    ///
    /// - Parameters:
    ///   - folders: the folders of its results.
    ///   - runs: how many runs there are, and how many of them have finished and failed; the
    ///     others are missing.
    ///   - exitCode: the exit code of the command.
    public static func end(
        folders: [String], runs: Int, finished: Int, failed: Int, exitCode: Int32
    ) -> JSONText {
        .object([
            "event": .text("end"), "folders": .list(folders.map { .text($0) }),
            "runs": .integer(runs), "finished": .integer(finished), "failed": .integer(failed),
            "missing": .integer(runs - finished - failed), "exit_code": .integer(Int(exitCode)),
        ])
    }
}
