public import Simulation

/// All that a report shows: comparisons, their studies and single runs, read from their folders.
///
/// It is the one value from which pages and figures are made. The same folders give the same value.
public struct ReportData: Sendable {
    /// The comparisons, each study of one, and single runs, in the order of the folders.
    public let studies: [StudyData]
    /// What could not be used, in words.
    public let problems: [String]

    /// Reads folders.
    ///
    /// - Parameters:
    ///   - folders: folders of comparisons and of runs.
    ///   - comparisons: those of the folders that are read already, by their folders.
    ///   - readsClients: whether the tables of clients are read. They are most of the bytes.
    /// - Throws: `UsageError` if a folder is neither, or has no run at all.
    public init(
        _ folders: [String], _ comparisons: [String: ComparisonReport] = [:],
        readsClients: Bool = true
    ) throws(UsageError) {
        var studies: [StudyData] = []
        var problems: [String] = []
        for folder in folders {
            let comparison = comparisons[folder]
            let folder = Self.withoutSlash(folder)
            let reading = try FolderReading(folder, comparison, readsClients: readsClients)
            studies += reading.studies
            problems += reading.problems
        }
        guard studies.contains(where: { $0.runs.contains { $0.file != nil } }) else {
            throw UsageError(
                "\(folders.joined(separator: ", ")): expected a run that has begun, found none;"
                    + " wait for one, or go on with 'hyperfed resume'")
        }
        (self.studies, self.problems) = (studies, problems)
    }

    private static func withoutSlash(_ folder: String) -> String {
        var folder = folder[...]
        while folder.count > 1, folder.last == "/" { folder = folder.dropLast() }
        return String(folder)
    }
}
