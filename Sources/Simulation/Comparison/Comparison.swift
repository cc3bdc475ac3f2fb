public import Datasets
import Federation
import Glibc
import Reporting
import Scenarios
import Settings

/// All variants of some studies over all their seeds: a set of runs, each of which is there or not.
///
/// Whatever ends it, the runs that have ended are in comparison.csv, and the folder says which runs
/// are missing. A comparison that continues runs only those.
public struct Comparison {
    private let studies: [PreparedStudy]
    private let plan: ComparisonFile
    private let options: RunOptions
    private let mode: ComparisonOptions
    private let lock: FolderLock
    private var state: ComparisonState
    private let tables: [ComparisonTables]
    /// The studies whose results were shown.
    private var shown: Set<Int> = []
    /// How many runs of each study are still to end.
    private var left: [Int]
    private var outcome = ComparisonOutcome()

    /// Checks the folders of all runs, and locks that of the comparison, before the first run
    /// starts.
    ///
    /// - Parameters:
    ///   - source: from what the runs are planned.
    ///   - options: `folder` is that of all studies; each run has a folder inside, see
    ///     `PreparedRun.folder`.
    ///   - mode: what happens to runs that are there.
    /// - Throws: `UsageError` if results would be replaced or mixed, if another program writes into
    ///   the folder, or if it cannot be written. Then nothing was changed.
    public init(
        _ studies: [PreparedStudy], _ source: ComparisonFile.Source, _ options: RunOptions,
        _ mode: ComparisonOptions = ComparisonOptions()
    ) throws {
        let planned = try PlannedStudy.all(studies)
        let own = ComparisonFile(source: source, studies: planned)
        let checks = ComparisonChecks(plan: own, top: options.folder)
        _ = try Self.check(checks, studies, options, mode, readsTables: false)
        try OutputFolder.make(options.folder)
        lock = try Self.lock(options.folder, isShared: mode.shard != nil)
        lock.warn()
        // Another program may have written into the folder since the first check.
        state = try Self.check(checks, studies, options, mode)
        let earlier = try? ComparisonFile(reading: options.folder)
        plan = earlier.map { own.adding($0) } ?? own
        (self.studies, self.options, self.mode) = (studies, options, mode)
        tables = planned.map { ComparisonTables($0, in: options.folder) }
        left = state.waiting(mode).map(\.count)
        for warning in state.warnings(plan, mode, overwrites: options.overwrite) {
            writeError("warning: \(warning)")
        }
        do {
            if earlier != plan { try plan.write(to: options.folder) }
        } catch {
            throw OutputFolder.unwritable(options.folder, error)
        }
    }

    private static func lock(_ folder: String, isShared: Bool) throws -> FolderLock {
        do {
            return try FolderLock(folder, holder: "comparison", isShared: isShared)
        } catch let error as SystemError {
            throw UsageError(
                "\(folder): expected a folder that can be locked, found an error; choose another"
                    + " --output (\(SystemError.cause(of: error)))")
        }
    }

    /// Returns the runs that are there, if the comparison may begin.
    private static func check(
        _ checks: ComparisonChecks, _ studies: [PreparedStudy], _ options: RunOptions,
        _ mode: ComparisonOptions, readsTables: Bool = true
    ) throws(UsageError) -> ComparisonState {
        try checks.checkKind()
        if !mode.continues, !options.overwrite { try checks.checkIsNew() }
        if !mode.acceptsOtherPlan, mode.shard != nil, !options.overwrite {
            try checks.checkIsSamePlan()
        }
        let plan = checks.plan.studies
        var state = ComparisonState(plan, in: options.folder, readsTables: readsTables)
        if mode.continues, !options.overwrite, !state.conflicts.isEmpty {
            // Tables can be damaged, too: the message has all conflicts.
            let whole = readsTables ? state : ComparisonState(plan, in: options.folder)
            try checks.checkConflicts(whole, studies)
        }
        if !mode.continues { state.forget() }
        for entry in state.entries.joined() where entry.file == nil {
            try ComparisonChecks.checkFiles("\(options.folder)/\(entry.folder)")
        }
        return state
    }

    /// The number of runs that go on at once.
    public var jobs: Int { options.jobs }

    /// The number of all runs, and the number of runs that are still to run.
    public var counts: (all: Int, waiting: Int) {
        (state.runCount, state.waiting(mode).reduce(0) { $0 + $1.count })
    }

    /// The numbers of the runs that are still to run, from 1, over all studies.
    public var waitingNumbers: [Int] { state.waitingNumbers(mode) }

    /// Executes the runs of all studies that are still to run, `options.jobs` runs at a time. If a
    /// run fails, the error is printed at once and the other runs continue. A signal ends the
    /// comparison, and the tables then have all runs that have ended.
    ///
    /// - Parameters:
    ///   - announcement: what is printed before a study's first run.
    ///   - ended: receives each run that has ended, when its row is written.
    ///   - show: receives the result of a study, or of the part of it that has ended, in the order
    ///     of the studies.
    /// - Throws: `UsageError` if not even the first run can start.
    public mutating func run(
        cache: DataCache, announcement: (PreparedStudy) -> String,
        ended: (ComparisonState.Entry) -> Void = { _ in }, show: (StudyResult) -> Void
    ) throws -> ComparisonOutcome {
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        let jobs = jobs(announcement)
        for (study, waiting) in state.waiting(mode).enumerated() { try begin(study, waiting) }
        showStudies(isOver: false, show)
        var interruptions: [(number: Int, signal: Int32, text: String)] = []
        var (refusal, divergences) = (UsageError?.none, 0)
        let begun = try JobQueue(jobs: options.jobs).run(jobs.count) { number, kept in
            jobs[number].perform(cache, in: kept)
        } receive: { number, end in
            let job = jobs[number]
            switch end {
            case .ended(let row): receive(row, of: job, ended, show)
            case .failed(let row, let text, let isDivergence):
                if isDivergence { divergences += 1 }
                // A grid can have many runs that diverge: one line stands for all but the first.
                if !isDivergence || divergences == 1 { writeError("error: \(text)") }
                receive(row, of: job, ended, show)
            case .interrupted(let signal, let text):
                interruptions.append((number, signal, text))
                state.entries[job.study][job.index].row = nil
            case .refused(let error):
                // If the first run cannot start, the others cannot start either.
                if outcome.hasEndedRuns {
                    writeError("error: \(job.name): \(error)")
                    receive(job.row(failedFor: "\(error)"), of: job, ended, show)
                } else {
                    refusal = refusal ?? error
                }
            }
            return refusal == nil
        }
        if let refusal { throw refusal }
        if divergences > 1 {
            writeError(
                "error: \(counted(divergences - 1, "more run")) diverged; see the column reason of"
                    + " \(FolderContent.table)")
        }
        outcome.interruption = Self.interruption(interruptions, jobs.dropFirst(begun).first)
        showStudies(isOver: true, show)
        count()
        return outcome
    }

    /// Reads what came of a run, and writes its row.
    private mutating func receive(
        _ row: ComparisonRow, of job: ComparisonJob, _ ended: (ComparisonState.Entry) -> Void,
        _ show: (StudyResult) -> Void
    ) {
        outcome.hasEndedRuns = true
        state.read(job.study, job.index, orElse: row)
        let entry = state.entries[job.study][job.index]
        Self.withTables(options, mode) {
            if let row = entry.row { tables[job.study].append(row) }
        }
        ended(entry)
        left[job.study] -= 1
        showStudies(isOver: false, show)
    }

    /// Returns the runs that are to run, in their order.
    private func jobs(_ announcement: (PreparedStudy) -> String) -> [ComparisonJob] {
        var jobs: [ComparisonJob] = []
        var partitions = ComparisonPartitions(in: options.folder)
        for (number, waiting) in state.waiting(mode).enumerated() {
            let study = studies[number]
            for index in waiting {
                let (run, entry) = (study.runs[index], state.entries[number][index])
                var own = options
                own.announcement = index == waiting[0] ? announcement(study) : ""
                own.folder = "\(options.folder)/\(entry.folder)"
                own.isOfComparison = true
                own.partition = partitions.plan(run)
                // What is there of the run goes on, or was reported and shall be replaced.
                own.mode =
                    entry.status == .unfinished && !options.overwrite
                    ? .resume() : .fresh(overwrite: options.overwrite || entry.file != nil)
                let name =
                    "\(study.name.map { "\($0): " } ?? "")\(run.name), seed \(run.scenario.seed)"
                own.name = "[\(index + 1)/\(study.runs.count)] \(name)"
                jobs.append(
                    ComparisonJob(
                        study: number, index: index, run: run, name: name,
                        row: ComparisonRow(
                            run, entry.run.methods, state.studies[number].shown(entry.folder)),
                        options: own))
            }
        }
        let board = ProgressBoard(
            jobs.map { job in
                let study = studies[job.study].name.map { "\($0): " } ?? ""
                return ProgressBoard.Item(
                    run: job.run, name: job.options.name, label: study + job.run.name)
            }, title: studies[0].runs[0].scenario.name, jobs: options.jobs, isQuiet: options.quiet)
        for number in jobs.indices { jobs[number].options.progress = board[number] }
        return jobs
    }

    /// Returns the signal that ended the comparison and the run that it ended, in words. It is the
    /// first run under way, or else the next run.
    private static func interruption(
        _ runs: [(number: Int, signal: Int32, text: String)], _ next: ComparisonJob?
    ) -> (signal: Int32, text: String)? {
        if let first = runs.min(by: { $0.number < $1.number }) {
            let count = runs.count - 1
            let verb = count == 1 ? "was" : "were"
            let others = count > 0 ? "; so \(verb) \(counted(count, "other")) that went on" : ""
            return (first.signal, first.text + others)
        }
        guard let next, let signal = EndSignal.receive() else { return nil }
        return (signal, "interrupted before \(next.name)")
    }

    private func rows(of study: Int) -> [ComparisonRow] {
        state.entries[study].compactMap(\.row)
    }

    /// Starts the tables of a study with the rows of runs that will not run.
    private mutating func begin(_ study: Int, _ waiting: [Int]) throws {
        do {
            try Self.withTables(options, mode) {
                if mode.shard != nil { findOthers(of: study) }
                let again = Set(waiting)
                let stay = state.entries[study].enumerated().filter { !again.contains($0.offset) }
                try tables[study].begin(stay.compactMap(\.element.row))
            }
        } catch  where study == 0 {
            throw OutputFolder.unwritable(options.folder, error)
        } catch {
            // The rows are written again later, with the next row or at the end.
            writeError("error: \(error)")
        }
    }

    /// Finishes the studies whose runs have all ended, in their order. At the end of the comparison
    /// it finishes the incomplete studies, too.
    private mutating func showStudies(isOver: Bool, _ show: (StudyResult) -> Void) {
        for study in studies.indices where !shown.contains(study) {
            guard left[study] == 0 || isOver else { return }
            shown.insert(study)
            let result = finish(study)
            if let problem = tables[study].problem { outcome.problems.append(problem) }
            show(result)
        }
    }

    /// Writes the tables of a study anew. Other shards may have written runs of it.
    private mutating func finish(_ study: Int) -> StudyResult {
        Self.withTables(options, mode) {
            if mode.shard != nil { findOthers(of: study) }
            let result = StudyResult(tables[study].study, state.entries[study])
            tables[study].finish(rows(of: study), result)
            return result
        }
    }

    /// Reads the runs that other shards have ended.
    private mutating func findOthers(of study: Int) {
        let there = ComparisonState([plan.studies[study]], in: options.folder).entries[0]
        for (index, entry) in there.enumerated() where state.entries[study][index].row == nil {
            state.entries[study][index] = entry
        }
    }

    /// Does something with the tables that no other shard does at the same time.
    private static func withTables<T>(
        _ options: RunOptions, _ mode: ComparisonOptions, _ body: () throws -> T
    ) rethrows -> T {
        guard mode.shard != nil else { return try body() }
        return try FolderLock.exclusively("\(options.folder)/\(ComparisonFile.name)", body)
    }

    private mutating func count() {
        outcome.runs = state.runCount
        outcome.finished = state.entries.joined().count { $0.row?.summary != nil }
        outcome.failures = state.entries.joined().count { $0.row != nil && $0.row?.summary == nil }
    }
}
