import Reporting
import Scenarios

/// The tables of a comparison, made anew from the folders of its runs, whoever ran them. It needs
/// neither scenario nor data.
///
/// The same value makes the tables and the page, so each file is read once.
public struct ComparisonReport: Sendable {
    /// What the folder says of the comparison.
    public let file: ComparisonFile
    /// What could not be used, in words.
    public let problems: [String]
    /// The runs that are there.
    public let state: ComparisonState
    /// What came of each study.
    public let results: [StudyResult]
    private let folder: String

    /// Finds the runs of a comparison.
    ///
    /// - Parameter keepsRounds: whether the rounds of the runs stay in memory, for a page.
    /// - Throws: `UsageError` if the folder is not that of a comparison.
    public init(_ folder: String, keepsRounds: Bool) throws(UsageError) {
        guard ComparisonFile.isIn(folder) else {
            throw UsageError(
                "\(folder): expected the folder of a comparison, found no"
                    + " \(ComparisonFile.name); name the folder that 'hyperfed compare' wrote")
        }
        file = try ComparisonFile(reading: folder)
        let state = ComparisonState(file.studies, in: folder, keepsRounds: keepsRounds)
        problems = state.problems
        results = zip(state.studies, state.entries).map { StudyResult($0, $1) }
        (self.state, self.folder) = (state, folder)
    }

    /// Writes the tables of all studies.
    ///
    /// - Throws: `UsageError` while a comparison is going on in the folder, or if a table cannot be
    ///   written.
    public func write() throws {
        // Shards of a comparison may go on meanwhile.
        let lock = try FolderLock(folder, holder: "comparison", isShared: true)
        defer { extendLifetime(lock) }
        try FolderLock.exclusively("\(folder)/\(ComparisonFile.name)") {
            for ((study, entries), result) in zip(zip(state.studies, state.entries), results) {
                let tables = ComparisonTables(study, in: folder)
                guard FolderContent.tableIsOwn(in: study.folder(in: folder)) else {
                    throw UsageError(
                        "\(study.folder(in: folder)): expected a comparison to replace, found a"
                            + " \(FolderContent.table) that no comparison wrote; move it away")
                }
                try Files.makeFolder(study.folder(in: folder))
                tables.finish(entries.compactMap(\.row), result)
                if let problem = tables.problem {
                    throw UsageError(
                        "\(study.folder(in: folder)): expected a folder that can be written, found"
                            + " an error (\(problem))")
                }
            }
        }
    }
}

extension ComparisonState {
    /// The folders that a run of the plan needs and that cannot be used, in words.
    public var problems: [String] {
        conflicts.map { conflict in
            let entry = entries[conflict.study][conflict.run]
            switch conflict.content {
            case .damaged(let problem): return problem
            case .other(let file):
                return "\(folder)/\(entry.run.folder): expected a run with digest"
                    + " \(entry.run.digest), found \(file.digest)"
            }
        }
    }
}
