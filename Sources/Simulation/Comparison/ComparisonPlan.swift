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

    /// How many runs go on at once.
    private let jobs: Int

    /// Finds the runs in a folder and measures their work.
    ///
    /// - Parameter jobs: how many runs go on at once.
    /// - Throws: `UsageError` if two runs would have the same folder.
    public init(
        _ studies: [PreparedStudy], in folder: String, _ mode: ComparisonOptions,
        jobs: Int = 1
    ) throws(UsageError) {
        self.jobs = jobs
        let state = ComparisonState(try PlannedStudy.all(studies), in: folder)
        let waiting = state.waiting(mode).map { Set($0) }
        let forecast = ComparisonForecast(studies, jobs: jobs)
        runs = state.entries.indices.flatMap { study in
            state.entries[study].indices.map { run in
                Run(
                    entry: state.entries[study][run],
                    isWaiting: waiting[study].contains(run),
                    forecast: forecast.runs[study][run])
            }
        }
        conflicts = state.conflictTexts(studies)
    }

    /// The wall-clock seconds of all runs that are to run.
    public var seconds: Double {
        let waiting = runs.filter(\.isWaiting).map(\.forecast)
        let alone = waiting.reduce(0) { $0 + $1.seconds }
        guard jobs > 1 else { return alone }
        // Runs side by side keep the cores busy; no run is faster than alone.
        let shared = waiting.reduce(0) { $0 + $1.processorSeconds } / Double(Simulation.cores)
        return max(shared, alone / Double(jobs), waiting.map(\.seconds).max() ?? 0)
    }

    /// The bytes of memory of all runs that go on at once.
    public var memoryBytes: Double {
        Double(jobs) * (runs.filter(\.isWaiting).map(\.forecast.memoryBytes).max() ?? 0)
    }
}
