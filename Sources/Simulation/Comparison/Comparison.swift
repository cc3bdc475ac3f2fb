public import Datasets
import Federation
import Glibc
import Reporting
import Scenarios

/// The result of a comparison: how many runs finished, and what failed.
public struct ComparisonOutcome: Sendable {
    /// The number of runs in the comparison.
    public internal(set) var runs = 0
    /// The number of runs that have finished.
    public internal(set) var finished = 0
    /// The number of runs that failed.
    public internal(set) var failures = 0
    /// The signal that ended the comparison, and what it interrupted, in words. It is nil if no
    /// signal did.
    public internal(set) var interruption: (signal: Int32, text: String)?
    /// The files that could not be written, apart from the files of the runs.
    public internal(set) var problems: [String] = []

    /// The number of runs that have neither finished nor failed.
    public var missing: Int { runs - finished - failures }
}

/// All variants of some studies with all their seeds, one run after the other.
///
/// Runs that have ended are always in comparison.csv, however the comparison ends.
public struct Comparison {
    private let studies: [PreparedStudy]
    private let options: RunOptions
    private let folders: [ComparisonFolder]
    private var work: WorkDone
    private var outcome = ComparisonOutcome()
    private let kept = KeptProcesses()

    /// Checks, makes and locks the folders of all runs of all studies, before the first run starts.
    ///
    /// - Parameters:
    ///   - options: `folder` is the folder of all studies. Each run is inside it, in VARIANT/seed-N
    ///     or in STUDY/VARIANT/seed-N.
    ///   - isWhole: whether these are all studies of their file.
    /// - Throws: `UsageError` if a folder contains results that would be replaced, if another
    ///   program writes into it, or if it cannot be written.
    public init(_ studies: [PreparedStudy], _ options: RunOptions, isWhole: Bool = true) throws {
        for study in studies { try ComparisonFolder.check(study, in: options.folder) }
        for study in studies {
            for run in study.runs {
                try RunFolder.prepare(
                    Self.folder(of: run, in: study.folder(in: options.folder)),
                    overwrite: options.overwrite)
            }
            try ComparisonFolder.checkTable(
                of: study, in: options.folder, overwrite: options.overwrite)
        }
        do {
            folders = try studies.map { try ComparisonFolder($0, in: options.folder) }
        } catch let error as SystemError {
            throw UsageError(
                "\(options.folder): expected a folder that can be locked, found an error; choose"
                    + " another --output (\(error.cause))")
        }
        // Another program may have written into a folder since the first check.
        for study in studies {
            try ComparisonFolder.check(study, in: options.folder)
            try ComparisonFolder.checkTable(
                of: study, in: options.folder, overwrite: options.overwrite)
        }
        self.studies = studies
        self.options = options
        let runs = studies.flatMap(\.runs)
        outcome.runs = runs.count
        work = WorkDone(
            rounds: 0, total: runs.reduce(0) { $0 + $1.scenario.training.rounds },
            started: monotonicSeconds())
        if options.overwrite { tellOfOthers(isWhole: isWhole) }
    }

    /// Warns of results of an earlier comparison that stay in the folder, because a reader of all
    /// runs would count them as runs of this one.
    private func tellOfOthers(isWhole: Bool) {
        for (study, folder) in zip(studies, folders) {
            let others = study.foreignRuns(in: folder.path).map { "\(folder.path)/\($0)" }
            Self.tell(others, "runs")
        }
        guard isWhole, studies.contains(where: { $0.name != nil }) else { return }
        let own = studies.compactMap(\.name)
        let others = FolderContent.studies(in: options.folder).filter { !own.contains($0) }
        Self.tell(others.map { "\(options.folder)/\($0)" }, "studies")
    }

    private static func tell(_ paths: [String], _ what: String) {
        guard !paths.isEmpty else { return }
        let more = paths.count > 8 ? " and \(paths.count - 8) more" : ""
        writeError(
            "warning: --overwrite: expected only \(what) of this comparison, found"
                + " \(paths.prefix(8).joined(separator: ", "))\(more); they stay as they are;"
                + " remove them if you do not need them")
    }

    /// Executes all runs of all studies. If a run fails, the error is printed at once and the other
    /// runs continue. A signal ends the comparison, and the tables then have the runs that ended
    /// before.
    ///
    /// The first closure returns the text that is printed before a study's first run. The second
    /// receives the result of a study, or of the part of it that has finished.
    ///
    /// - Throws: `UsageError` if not even the first run can start.
    public mutating func run(
        cache: DataCache, announcement: (PreparedStudy) -> String,
        tell: (PreparedStudy, StudyResult) -> Void
    ) throws -> ComparisonOutcome {
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        for (study, folder) in zip(studies, folders) where outcome.interruption == nil {
            var own = options
            own.announcement = announcement(study)
            own.announce()
            let rows = try runs(of: study, folder, cache)
            let result = StudyResult(study, rows)
            folder.finish(study, rows, result)
            if let problem = folder.problem { outcome.problems.append(problem) }
            tell(study, result)
        }
        kept.end()
        removeEmptyFolders()
        return outcome
    }

    /// Removes the folders of runs that were not started.
    private func removeEmptyFolders() {
        guard outcome.interruption != nil else { return }
        for (study, folder) in zip(studies, folders) {
            for run in study.runs {
                let path = Self.folder(of: run, in: folder.path)
                // These calls fail if a folder is not empty, so results stay.
                if rmdir(path) == 0 { rmdir("\(folder.path)/\(run.name)") }
            }
        }
    }

    private mutating func runs(
        of study: PreparedStudy, _ folder: ComparisonFolder, _ cache: DataCache
    ) throws -> [ComparisonRow] {
        var rows: [ComparisonRow] = []
        do {
            try folder.begin()
        } catch  where outcome.finished + outcome.failures == 0 {
            throw UsageError(
                "\(folder.path): expected a folder that can be written, found an error; choose"
                    + " another --output (\(SystemError.cause(of: error)))")
        } catch {
            // The rows are written again later, with the next row or at the end.
            writeError("error: \(error)")
        }
        for (index, run) in study.runs.enumerated() {
            let name = "\(study.name.map { "\($0): " } ?? "")\(run.name), seed \(run.scenario.seed)"
            if let signal = EndSignal.receive() {
                outcome.interruption = (signal, "interrupted before \(name)")
                break
            }
            var own = options
            own.announcement = ""
            own.folder = Self.folder(of: run, in: folder.path)
            own.isOfComparison = true
            own.name = "[\(index + 1)/\(study.runs.count)] \(name)"
            own.before = work
            guard let row = try row(of: run, name, own, cache) else { break }
            folder.append(row)
            rows.append(row)
        }
        return rows
    }

    /// Executes a run and returns its row. Returns nil if a signal interrupted the run.
    private mutating func row(
        of run: PreparedRun, _ name: String, _ options: RunOptions, _ cache: DataCache
    ) throws -> ComparisonRow? {
        var row = ComparisonRow(
            variant: run.variant, cell: run.cell.map(\.value), seed: run.scenario.seed,
            summary: nil, methods: Methods(of: run.scenario))
        let rounds = run.scenario.training.rounds
        do {
            row.summary = try Simulation.run(run, options, cache: cache, in: kept)
            outcome.finished += 1
            work.rounds += rounds
            return row
        } catch let error as RunError where error.exitCode > 128 {
            outcome.interruption = (error.exitCode - 128, "\(name): \(error)")
            return nil
        } catch let error as UsageError where outcome.finished + outcome.failures == 0 {
            throw error
        } catch {
            writeError("error: \(name): \(error)")
            row.reason = "\(error)"
            let isDivergence = (error as? RunError)?.isDivergence ?? false
            if isDivergence { row.constant = run.dataset.constantPrediction() }
            outcome.failures += 1
            work.total -= rounds
            return row
        }
    }

    /// Returns the folder of a run inside the comparison's folder: VARIANT/seed-N.
    public static func folder(of run: PreparedRun, in folder: String) -> String {
        "\(folder)/\(run.name)/seed-\(run.scenario.seed)"
    }
}
