import Scenarios

/// How many runs of a comparison go on at once.
public enum JobCount {
    /// The most jobs that can be asked for.
    public static let most = 256

    /// The jobs of a comparison: as many as were asked for, or as keep the cores busy and have room
    /// in memory; never more than runs.
    ///
    /// A run has a coordinator and client processes, which work in turn: a run whose processes take
    /// the cores' part of one job fills it.
    ///
    /// - Parameters:
    ///   - asked: what the user wants, 1 or more; nil for the default.
    ///   - inProcess: whether runs have no client processes.
    /// - Throws: `UsageError` when the memory is too small for what was asked for.
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
    /// How many cores the client processes of a run fill, at least.
    fileprivate var processesOfJob: Int {
        switch scenario.clients.processes {
        case .automatic: 1
        case .perClient, .perCore, .count: processCount(cores: Simulation.cores)
        }
    }
}
