import Federation
public import Reporting
import Settings

/// A run's folder that was found inside that of a comparison.
struct FoundRun: Sendable {
    /// The folder, from the comparison's folder on.
    let folder: String
    /// The content of run.json, or why it cannot be used.
    let file: Result<RunFile, UsageError>

    /// Reads run.json of a folder; nil if there is none.
    ///
    /// - Parameters:
    ///   - folder: the folder as this value names it.
    ///   - path: the folder.
    init?(_ folder: String, path: String) {
        guard Files.exists("\(path)/\(RunFile.name)") else { return nil }
        self.folder = folder
        file = Result { () throws(UsageError) in try RunFile(reading: path) }
    }

    /// Finds all runs in a folder, sorted by their folders.
    ///
    /// - Parameter levels: how many folders may be around a run's: STUDY/VARIANT/CELL.
    static func all(in top: String, levels: Int = 3) -> [FoundRun] {
        let folders = folders(in: top, "", levels: levels)
        return JobQueue.map(folders.count) { index in
            FoundRun(folders[index], path: "\(top)/\(folders[index])")
        }.compactMap(\.self)
    }

    private static func folders(in top: String, _ path: String, levels: Int) -> [String] {
        let folder = path.isEmpty ? top : "\(top)/\(path)"
        return Files.names(in: folder).flatMap { name -> [String] in
            let inner = path.isEmpty ? name : "\(path)/\(name)"
            guard name.first != ".", Files.isFolder("\(top)/\(inner)") else { return [] }
            if Files.exists("\(top)/\(inner)/\(RunFile.name)") { return [inner] }
            return levels > 0 ? folders(in: top, inner, levels: levels - 1) : []
        }
    }
}

/// How far a run of a comparison is.
public enum RunStatus: String, CaseIterable, Sendable {
    /// All its rounds are done.
    case done
    /// The run failed: it diverged, for example.
    case failed
    /// The run began and did not end.
    case unfinished
    /// Nothing of it is there.
    case missing
    /// Its files cannot be used.
    case damaged

    /// Reads the state of a run.
    public init(_ state: RunFile.State) {
        switch state {
        case .finished: self = .done
        case .failed: self = .failed
        case .starting, .running, .interrupted, .stopped: self = .unfinished
        }
    }
}

extension RunFile {
    /// What the tables of a run say.
    struct Results {
        /// The summary of its rounds.
        let summary: RunSummary
        /// Its rounds; nil if the table is not one that a report can draw.
        let series: RoundSeries?
        /// The recalls of the classes after the last evaluation; none without such a table.
        let recalls: [ClassEvaluation]
    }

    /// Makes the summary of the run anew from its tables.
    ///
    /// - Parameter folder: the run's folder.
    /// - Throws: `UsageError` if a table is missing, damaged, or has other rounds than this file
    ///   says.
    public func summary(in folder: String) throws(UsageError) -> RunSummary {
        try results(in: folder).summary
    }

    /// Reads the tables of the run. Each file is read once.
    ///
    /// - Throws: as `summary(in:)`.
    func results(in folder: String) throws(UsageError) -> Results {
        let (summary, series, recalls): (RunSummary, RoundSeries?, [ClassEvaluation])
        do {
            func bytes(_ name: String) throws -> [UInt8]? {
                let path = "\(folder)/\(name)"
                return Files.exists(path) ? try Files.readBytes(path, atMost: 1 << 30) : nil
            }
            let rounds = try Files.readBytes("\(folder)/rounds.csv", atMost: 1 << 30)
            let drops = try bytes("drops.csv").map { String(decoding: $0, as: UTF8.self) }
            let (steps, fairness) = (figures.clientSteps ?? 0, figures.fairness)
            series = try? RoundSeries(rounds)
            let known = try series.flatMap { series in
                try RunSummary(
                    metric: metric, target: target, series, drops: drops, clientSteps: steps,
                    fairness: fairness)
            }
            // The text says what is wrong with it, or has a form that is rare.
            summary =
                try known
                ?? RunSummary(
                    metric: metric, target: target,
                    rounds: String(decoding: rounds, as: UTF8.self), drops: drops,
                    clientSteps: steps, fairness: fairness)
            recalls = try bytes("class_evaluations.csv").map(ClassEvaluation.last) ?? []
        } catch {
            throw UsageError(
                "\(folder): expected the tables of a run, found an error"
                    + " (\(SystemError.cause(of: error)))")
        }
        guard summary.rounds == figures.roundsDone || state == .running else {
            throw UsageError(
                "\(folder): expected the rows of \(counted(figures.roundsDone, "round")) in"
                    + " rounds.csv, found \(summary.rounds)")
        }
        return Results(summary: summary, series: series, recalls: recalls)
    }
}

extension PlannedRun {
    /// Returns the row of this run in comparison.csv, and its rounds; nil if it has not ended.
    ///
    /// - Parameters:
    ///   - file: the content of its run.json.
    ///   - folder: where it lies, from the folder of all studies on.
    ///   - top: the folder of all studies.
    ///   - study: its study.
    /// - Throws: `UsageError` if its tables cannot be used.
    func row(_ file: RunFile, _ folder: String, in top: String, _ study: PlannedStudy)
        throws(UsageError) -> (row: ComparisonRow, series: RoundSeries?)?
    {
        let status = RunStatus(file.state)
        guard status == .done || status == .failed else { return nil }
        let results = try file.results(in: "\(top)/\(folder)")
        let summary = results.summary
        let hasFailed = status == .failed
        let row = ComparisonRow(
            folder: study.shown(folder), variant: variant, cell: cell.map(\.value),
            drawn: file.drawn.map(\.value), seed: seed, summary: hasFailed ? nil : summary,
            partialSummary: hasFailed ? summary : nil, constant: file.constantPrediction,
            reason: hasFailed ? file.reason ?? "" : nil, methods: methods, digest: digest,
            partitionKey: file.partitionKey, recalls: hasFailed ? [] : results.recalls)
        return (row, results.series)
    }
}

extension PlannedStudy {
    /// Returns a run's folder, from that of this study's tables on.
    func shown(_ run: String) -> String {
        if folder.isEmpty { return run }
        return run.hasPrefix("\(folder)/") ? String(run.dropFirst(folder.count + 1)) : "../\(run)"
    }
}
