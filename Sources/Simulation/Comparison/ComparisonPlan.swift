/// The runs of a comparison before it starts: how far each one is, and what it will take. Nothing
/// is changed.
public struct ComparisonPlan: Sendable {
    /// One run of the comparison.
    public struct Run: Sendable {
        /// The run, and what is there of it.
        public let entry: ComparisonState.Entry
        /// Whether it is to run.
        public let isWaiting: Bool
        /// What it will take as a whole.
        public let forecast: RunForecast
    }

    /// The runs in their order.
    public let runs: [Run]
    /// Folders that the plan needs and that hold something else, in words.
    public let conflicts: [String]

    /// Finds the runs in a folder and measures the work of those that are not there.
    ///
    /// - Throws: `UsageError` if two runs would have the same folder.
    public init(_ studies: [PreparedStudy], in folder: String, _ mode: ComparisonOptions)
        throws(UsageError)
    {
        var planned: [PlannedStudy] = []
        for study in studies { planned.append(try PlannedStudy(study)) }
        let state = ComparisonState(planned, in: folder)
        let waiting = state.waiting(mode).map { Set($0) }
        let forecast = ComparisonForecast(studies)
        runs = state.entries.indices.flatMap { study in
            state.entries[study].indices.map { run in
                Run(
                    entry: state.entries[study][run],
                    isWaiting: waiting[study].contains(run),
                    forecast: forecast.runs[study][run])
            }
        }
        conflicts = state.conflicts.map { conflict in
            let entry = state.entries[conflict.study][conflict.run]
            return conflict.text(
                studies[conflict.study].runs[conflict.run], "\(folder)/\(entry.folder)")
        }
    }
}
