import Federation
public import Reporting

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
        folders(in: top, "", levels: levels).compactMap {
            FoundRun($0, path: "\(top)/\($0)")
        }
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
    /// Makes the summary of the run anew from its tables.
    ///
    /// - Parameter folder: the run's folder.
    /// - Throws: `UsageError` if a table is missing, damaged, or has other rounds than this file
    ///   says.
    public func summary(in folder: String) throws(UsageError) -> RunSummary {
        let summary: RunSummary
        do {
            let drops = "\(folder)/drops.csv"
            summary = try RunSummary(
                metric: metric, target: target,
                rounds: try Files.read("\(folder)/rounds.csv", most: 1 << 30),
                drops: Files.exists(drops) ? try Files.read(drops, most: 1 << 30) : nil,
                clientSteps: figures.clientSteps ?? 0, fairness: figures.fairness)
        } catch {
            throw UsageError(
                "\(folder): expected the tables of a run, found an error"
                    + " (\(SystemError.cause(of: error)))")
        }
        guard summary.rounds == figures.roundsDone || state == .running else {
            throw UsageError(
                "\(folder): expected the rows of \(figures.roundsDone) rounds in rounds.csv, found"
                    + " \(summary.rounds)")
        }
        return summary
    }
}

extension PlannedRun {
    /// Returns the row of this run in comparison.csv; nil if it has not ended.
    ///
    /// - Parameters:
    ///   - file: the content of its run.json.
    ///   - folder: where it lies, from the folder of all studies on.
    ///   - top: the folder of all studies.
    ///   - study: its study.
    /// - Throws: `UsageError` if its tables cannot be used.
    func row(_ file: RunFile, _ folder: String, in top: String, _ study: PlannedStudy)
        throws(UsageError) -> ComparisonRow?
    {
        let status = RunStatus(file.state)
        guard status == .done || status == .failed else { return nil }
        let summary = try file.summary(in: "\(top)/\(folder)")
        let hasFailed = status == .failed
        return ComparisonRow(
            folder: study.shown(folder), variant: variant, cell: cell.map(\.value),
            drawn: file.drawn.map(\.value), seed: seed, summary: hasFailed ? nil : summary,
            partialSummary: hasFailed ? summary : nil, constant: file.constantPrediction,
            reason: hasFailed ? file.reason ?? "" : nil, methods: methods, digest: digest,
            partitionKey: file.partitionKey)
    }
}

extension PlannedStudy {
    /// Returns a run's folder, from that of this study's tables on.
    func shown(_ run: String) -> String {
        if folder.isEmpty { return run }
        return run.hasPrefix("\(folder)/") ? String(run.dropFirst(folder.count + 1)) : "../\(run)"
    }
}
