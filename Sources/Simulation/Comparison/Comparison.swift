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

/// All variants of some studies with all their seeds. Several runs go on at once.
///
/// Runs that have ended are always in comparison.csv, however the comparison ends.
public struct Comparison {
    private let studies: [PreparedStudy]
    private let options: RunOptions
    private let folders: [ComparisonFolder]
    private var outcome = ComparisonOutcome()

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
        outcome.runs = studies.reduce(0) { $0 + $1.runs.count }
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

    /// Executes all runs of all studies, `options.jobs` runs at a time. If a run fails, the error
    /// is printed at once and the other runs continue. A signal ends the comparison, and the tables
    /// then have the runs that ended before.
    ///
    /// The first closure returns the text that is printed before a study's first run. The second
    /// receives the result of a study, or of the part of it that has finished, in the order of the
    /// studies.
    ///
    /// - Throws: `UsageError` if not even the first run can start.
    public mutating func run(
        cache: DataCache, announcement: (PreparedStudy) -> String,
        tell: (PreparedStudy, StudyResult) -> Void
    ) throws -> ComparisonOutcome {
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        let planned = plannedRuns(announcement)
        try begin()
        var ends = StudyEnds(studies)
        var interruptions: [(number: Int, signal: Int32, text: String)] = []
        var refusal: UsageError?
        let begun = try JobQueue(jobs: options.jobs).run(planned.count) { number, kept in
            planned[number].perform(cache, in: kept)
        } receive: { number, end in
            let run = planned[number]
            switch end {
            case .ended(let row):
                if row.summary == nil { outcome.failures += 1 } else { outcome.finished += 1 }
                folders[run.study].append(row)
                if ends.add(row, of: run) { finish(&ends, isOver: false, tell) }
            case .interrupted(let signal, let text): interruptions.append((number, signal, text))
            case .refused(let error):
                // If the first run cannot start, the others cannot start either.
                if outcome.finished + outcome.failures == 0 {
                    refusal = refusal ?? error
                } else {
                    outcome.failures += 1
                    let row = run.row(failedFor: "\(error)")
                    writeError("error: \(run.name): \(error)")
                    folders[run.study].append(row)
                    if ends.add(row, of: run) { finish(&ends, isOver: false, tell) }
                }
            }
            return refusal == nil
        }
        if let refusal { throw refusal }
        outcome.interruption = Self.interruption(interruptions, planned.dropFirst(begun).first)
        finish(&ends, isOver: true, tell)
        removeEmptyFolders()
        return outcome
    }

    /// Returns all runs in their order.
    private func plannedRuns(_ announcement: (PreparedStudy) -> String) -> [PlannedRun] {
        var planned: [PlannedRun] = []
        for (number, study) in studies.enumerated() {
            for (index, run) in study.runs.enumerated() {
                var own = options
                own.announcement = index == 0 ? announcement(study) : ""
                own.folder = Self.folder(of: run, in: folders[number].path)
                own.isOfComparison = true
                let name =
                    "\(study.name.map { "\($0): " } ?? "")\(run.name), seed \(run.scenario.seed)"
                own.name = "[\(index + 1)/\(study.runs.count)] \(name)"
                planned.append(
                    PlannedRun(study: number, index: index, run: run, name: name, options: own))
            }
        }
        let board = ProgressBoard(
            planned.map { ($0.run, $0.options.name) }, jobs: options.jobs, isQuiet: options.quiet)
        for number in planned.indices { planned[number].options.progress = board[number] }
        return planned
    }

    /// Starts the tables, and removes the tables of an earlier comparison.
    private func begin() throws {
        for (number, folder) in folders.enumerated() {
            do {
                try folder.begin()
            } catch  where number == 0 {
                throw UsageError(
                    "\(folder.path): expected a folder that can be written, found an error; choose"
                        + " another --output (\(SystemError.cause(of: error)))")
            } catch {
                // The rows are written again later, with the next row or at the end.
                writeError("error: \(error)")
            }
        }
    }

    /// Finishes the studies whose runs have all ended. At the end of the comparison it finishes the
    /// incomplete studies too.
    private mutating func finish(
        _ ends: inout StudyEnds, isOver: Bool, _ tell: (PreparedStudy, StudyResult) -> Void
    ) {
        for (number, rows) in ends.take(isOver: isOver) {
            let (study, folder) = (studies[number], folders[number])
            let result = StudyResult(study, rows)
            folder.finish(study, rows.compactMap(\.self), result)
            if let problem = folder.problem { outcome.problems.append(problem) }
            tell(study, result)
        }
    }

    /// Returns the signal that ended the comparison and the run that it ended, in words. It is the
    /// first run under way, or else the next run.
    private static func interruption(
        _ runs: [(number: Int, signal: Int32, text: String)], _ next: PlannedRun?
    ) -> (signal: Int32, text: String)? {
        if let first = runs.min(by: { $0.number < $1.number }) {
            let others = runs.count > 1 ? "; so were \(runs.count - 1) others that went on" : ""
            return (first.signal, first.text + others)
        }
        guard let next, let signal = EndSignal.receive() else { return nil }
        return (signal, "interrupted before \(next.name)")
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

    /// Returns the folder of a run inside the comparison's folder: VARIANT/seed-N.
    public static func folder(of run: PreparedRun, in folder: String) -> String {
        "\(folder)/\(run.name)/seed-\(run.scenario.seed)"
    }
}
