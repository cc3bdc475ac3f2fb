import Scenarios

/// The number of runs of a comparison that go on at the same time.
public enum JobCount {
    /// The largest number of jobs that a user can ask for.
    public static let most = 256

    /// Returns the number of jobs of a comparison. It is the number that the user asked for, or the
    /// number that keeps the cores busy and has room in memory. It is never larger than the number
    /// of runs.
    ///
    /// - Parameters:
    ///   - asked: the number that the user asked for, 1 or more; nil for the default.
    ///   - inProcess: whether the runs have no client processes.
    /// - Throws: `UsageError` if the memory is too small for the number that was asked for.
    public static func jobs(
        for runs: [PreparedRun], asked: Int?, cores: Int = Simulation.cores, inProcess: Bool = false
    ) throws(UsageError) -> Int {
        if let asked {
            let jobs = max(1, min(asked, runs.count))
            if jobs > 1, let problem = memoryProblem(of: runs, jobs: jobs) {
                throw UsageError("--jobs: \(problem)")
            }
            return jobs
        }
        let processes = inProcess ? 1 : runs.map(\.processesOfJob).max() ?? 1
        var jobs = max(1, min(runs.count, cores / processes))
        while jobs > 1, memoryProblem(of: runs, jobs: jobs) != nil { jobs -= 1 }
        return jobs
    }
}

extension PreparedRun {
    /// The number of cores that the client processes of a run keep busy.
    fileprivate var processesOfJob: Int {
        switch scenario.clients.processes {
        case .automatic: 1
        case .perClient, .perCore, .count: processCount(cores: Simulation.cores)
        }
    }
}
