import Glibc
import Launchers
import Scenarios
import Simulation

/// How the runs of a command start their client processes, after all checks.
struct LaunchPlan {
    /// The launcher of the client processes of each run; nil for the one on this machine.
    private(set) var group: ClientGroupOptions?
    /// The value of `clients.processes` by the job; nil for that of the scenario.
    private(set) var processes: String?
    /// The number of processor cores for runs on this machine.
    private(set) var cores = Simulation.cores
    /// How long a run waits for a program that still has its folder, in seconds.
    private(set) var lockSeconds = 0.0
    /// The job that goes back into the queue after SIGTERM; nil for none.
    private var requeuedJob: String?

    /// The time that a job which was started again waits for the end of its predecessor. A node
    /// that Slurm has lost can go on for a while.
    private static let lockPatience = 300.0

    /// The launcher of this machine.
    static let local = LaunchPlan()

    private init() {}

    /// Makes the plan of a command in a job, by mpirun or on this machine, and checks the nodes.
    ///
    /// - Parameters:
    ///   - folder: the folder of the results.
    ///   - mpiProcesses: returns the number of client processes for mpirun.
    /// - Throws: `UsageError` if a node cannot take part.
    init(_ options: LauncherOptions, folder: String, mpiProcesses: () throws -> Int) throws {
        switch options.launcher {
        case .local: break
        case .mpirun:
            // Without it, Open MPI ends all processes as soon as one has failed.
            setenv("OMPI_MCA_orte_enable_recovery", "1", 0)
            let isLocal = options.mpirunOptions.isEmpty
            group = try ClientGroupOptions(
                .mpirun(
                    count: mpiProcesses(), host: isLocal ? "127.0.0.1" : hostName(),
                    options: options.mpirunOptions))
        case .slurm:
            guard let allocation = options.allocation else { return }
            try asUsage { try setJob(allocation, options, folder) }
        }
    }

    private mutating func setJob(
        _ allocation: SlurmAllocation, _ options: LauncherOptions, _ folder: String
    ) throws {
        let count = try allocation.clientCount(
            nodes: options.nodes, tasksPerNode: options.tasksPerNode)
        let nodes = options.nodes ?? allocation.nodes
        cores = max(1, allocation.processors[0])
        if nodes > 1 {
            try SlurmNodes.check(nodes, folder: folder)
            group = try ClientGroupOptions(
                SlurmNodes.launcher(
                    from: allocation.node ?? hostName(), nodes: nodes, count: count))
        } else {
            // On one node models and updates pass through shared memory.
            processes = "\(count)"
        }
        if allocation.restarts > 0 { lockSeconds = Self.lockPatience }
        if options.requeue { requeuedJob = allocation.job }
    }

    /// Sets the options of a run.
    func apply(to options: inout RunOptions) {
        (options.group, options.lockSeconds) = (group, lockSeconds)
    }

    /// The change of the scenario's number of client processes; empty for none.
    var changes: [ScenarioFile.Override] {
        processes.map {
            [ScenarioFile.Override("clients.processes", $0, option: "--tasks-per-node")]
        } ?? []
    }

    /// What is about to start, for the line before a run; nil for the launcher of this machine.
    var place: String? {
        guard let launcher = group?.launcher else { return nil }
        return "\(launcher.count) client processes by \(launcher.program) over tcp"
    }

    /// Executes runs. If SIGTERM interrupts them, the job goes back into the queue.
    func execute(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as RunError where error.exitCode == 143 {
            guard let job = requeuedJob else { throw error }
            let problem = SlurmCommands.requeue(job)
            throw RunError(
                description: "\(error); "
                    + (problem.map { "job \(job) is left to Slurm: \($0)" }
                        ?? "job \(job) is in the queue again"),
                exitCode: error.exitCode)
        }
    }
}
