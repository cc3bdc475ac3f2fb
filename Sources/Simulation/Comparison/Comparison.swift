public import Datasets
import Federation
import Glibc
import Reporting
import Scenarios

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
    private var work: WorkDone
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
        var planned: [PlannedStudy] = []
        for study in studies { planned.append(try PlannedStudy(study)) }
        let own = ComparisonFile(source: source, studies: planned)
        let checks = ComparisonChecks(plan: own, top: options.folder)
        _ = try Self.check(checks, studies, options, mode)
        try checks.makeFolder()
        lock = try Self.lock(options.folder, isShared: mode.shard != nil)
        lock.warn()
        // Another program may have written into the folder since the first check.
        state = try Self.check(checks, studies, options, mode)
        let earlier = try? ComparisonFile(reading: options.folder)
        plan = earlier.map { own.adding($0) } ?? own
        (self.studies, self.options, self.mode) = (studies, options, mode)
        tables = planned.map { ComparisonTables($0, in: options.folder) }
        let waiting = state.waiting(mode)
        let rounds = zip(state.entries, waiting).flatMap { entries, runs in
            runs.map { entries[$0].run.rounds }
        }.reduce(0, +)
        work = WorkDone(rounds: 0, total: rounds, started: monotonicSeconds())
        warnOfOthers()
        do {
            if earlier != plan { try plan.write(to: options.folder) }
        } catch {
            throw UsageError(
                "\(options.folder): expected a folder that can be written, found an error; choose"
                    + " another --output (\(SystemError.cause(of: error)))")
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
        _ mode: ComparisonOptions
    ) throws(UsageError) -> ComparisonState {
        try checks.checkKind()
        if !mode.continues, !options.overwrite { try checks.checkIsNew() }
        if !mode.acceptsOtherPlan, mode.shard != nil, !options.overwrite {
            try checks.checkIsSamePlan()
        }
        var state = ComparisonState(checks.plan.studies, in: options.folder)
        if mode.continues, !options.overwrite { try checks.checkConflicts(state, studies) }
        if !mode.continues { state.forget() }
        for entry in state.entries.joined() where entry.status == .missing {
            try ComparisonChecks.checkFiles("\(options.folder)/\(entry.folder)")
        }
        return state
    }

    /// Warns of runs in the folder that this comparison does not have. A reader of all runs would
    /// count them as runs of it.
    private func warnOfOthers() {
        guard options.overwrite || mode.continues, mode.shard == nil else { return }
        let planned = Set(plan.studies.flatMap { $0.runs.map(\.folder) })
        let own = mode.isWhole ? [""] : state.studies.map { $0.folder + "/" }
        let others = state.others.filter { folder in
            !planned.contains(folder) && own.contains { folder.hasPrefix($0) }
        }
        guard !others.isEmpty else { return }
        let paths = others.prefix(8).map { "\(options.folder)/\($0)" }.joined(separator: ", ")
        let more = others.count > 8 ? " and \(others.count - 8) more" : ""
        writeError(
            "warning: \(options.folder): expected only runs of this comparison, found \(paths)"
                + "\(more); they stay as they are and are in none of its tables; remove them if"
                + " you do not need them")
    }

    /// How many runs there are in all, and how many of them are to run.
    public var counts: (all: Int, waiting: Int) {
        (state.runCount, state.waiting(mode).reduce(0) { $0 + $1.count })
    }

    /// Runs what is to run of all studies. A run that fails is reported at once and has its row.
    /// The others still run. A signal ends the comparison. The tables then have all runs that have
    /// ended.
    ///
    /// - Parameters:
    ///   - announcement: what is said before a study's first run.
    ///   - ended: receives each run that has ended, when its row is written.
    ///   - show: receives the result of a study, or of the part of it that has ended.
    /// - Throws: `UsageError` when not even the first run can start.
    public mutating func run(
        cache: DataCache, announcement: (PreparedStudy) -> String,
        ended: (ComparisonState.Entry) -> Void = { _ in }, show: (StudyResult) -> Void
    ) throws -> ComparisonOutcome {
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        let waiting = state.waiting(mode)
        for (index, study) in studies.enumerated() where outcome.interruption == nil {
            if !waiting[index].isEmpty {
                var own = options
                own.announcement = announcement(study)
                own.announce()
            }
            try begin(index, waiting[index])
            try run(waiting[index], of: index, cache, ended)
            let result = finish(index)
            if let problem = tables[index].problem { outcome.problems.append(problem) }
            show(result)
        }
        count()
        return outcome
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
        } catch  where !outcome.hasEndedRuns {
            throw UsageError(
                "\(options.folder): expected a folder that can be written, found an error; choose"
                    + " another --output (\(SystemError.cause(of: error)))")
        } catch {
            // The rows are written as soon as they can be.
            writeError("error: \(error)")
        }
    }

    /// Writes the tables of a study anew. Other shards may have written runs of it.
    private mutating func finish(_ study: Int) -> StudyResult {
        Self.withTables(options, mode) {
            if mode.shard != nil { findOthers(of: study) }
            let result = StudyResult(tables[study].study, state.entries[study].map(\.row))
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

    private mutating func run(
        _ runs: [Int], of study: Int, _ cache: DataCache, _ ended: (ComparisonState.Entry) -> Void
    ) throws {
        for (index, number) in runs.enumerated() {
            let prepared = studies[study].runs[number]
            let name =
                "\(studies[study].name.map { "\($0): " } ?? "")\(prepared.name), seed"
                + " \(prepared.scenario.seed)"
            if let signal = EndSignal.receive() {
                outcome.interruption = (signal, "interrupted before \(name)")
                return
            }
            var own = options
            own.announcement = ""
            own.folder = "\(options.folder)/\(state.entries[study][number].folder)"
            own.isOfComparison = true
            // What is there of it was reported, or shall be replaced.
            own.overwrite = options.overwrite || state.entries[study][number].file != nil
            own.name = "[\(index + 1)/\(runs.count)] \(name)"
            own.before = work
            guard try run(prepared, study, number, name, own, cache) else { return }
            let row = state.entries[study][number].row
            Self.withTables(options, mode) { if let row { tables[study].append(row) } }
            ended(state.entries[study][number])
        }
    }

    /// Runs one run and reads what came of it; returns false where a signal ended it.
    private mutating func run(
        _ prepared: PreparedRun, _ study: Int, _ number: Int, _ name: String,
        _ options: RunOptions, _ cache: DataCache
    ) throws -> Bool {
        let rounds = prepared.scenario.training.rounds
        var row = ComparisonRow(prepared, state.studies[study].shown(
            state.entries[study][number].folder))
        do {
            row.summary = try Simulation.run(prepared, options, cache: cache)
            work.rounds += rounds
        } catch let error as RunError where error.exitCode > 128 {
            outcome.interruption = (error.exitCode - 128, "\(name): \(error)")
            state.entries[study][number].row = nil
            return false
        } catch let error as UsageError where !outcome.hasEndedRuns {
            throw error
        } catch {
            writeError("error: \(name): \(error)")
            row.reason = "\(error)"
            work.total -= rounds
        }
        outcome.hasEndedRuns = true
        state.read(study, number, orElse: row)
        return true
    }

    private mutating func count() {
        outcome.runs = state.runCount
        outcome.finished = state.entries.joined().count { $0.row?.summary != nil }
        outcome.failures = state.entries.joined().count { $0.row != nil && $0.row?.summary == nil }
    }
}
