import Settings

/// The Slurm job in which this process runs.
public struct SlurmAllocation: Equatable, Sendable {
    /// The number of the job. A task of an array has a number of its own.
    public let job: String
    /// The processors of the job on each of its nodes, at least one node.
    public let processors: [Int]
    /// The number of tasks that was asked for; nil if the job was not given one.
    public let tasks: Int?
    /// The processors of each task, at least 1.
    public let processorsPerTask: Int
    /// The name of the node on which this process runs. It is nil on a machine outside of the job,
    /// from which `salloc` was called.
    public let node: String?
    /// How often the job was started again.
    public let restarts: Int

    /// The number of nodes.
    public var nodes: Int { processors.count }

    /// The environment variable that passes the number of tasks of the job into a step, because
    /// Slurm gives a step the number of its own tasks.
    public static let tasksVariable = "HYPERFED_SLURM_TASKS"

    /// Reads the job from the environment. The result is nil outside of a job.
    ///
    /// - Parameter environment: returns the value of a variable, or nil if it is not set.
    public init?(_ environment: (String) -> String?) {
        guard let job = environment("SLURM_JOB_ID"), !job.isEmpty else { return nil }
        let counts = environment("SLURM_JOB_CPUS_PER_NODE").flatMap(Self.counts) ?? [1]
        func number(_ name: String) -> Int? { environment(name).flatMap { Int($0) } }
        self.job = job
        processors = counts
        tasks = number(Self.tasksVariable) ?? number("SLURM_NTASKS")
        processorsPerTask = max(1, number("SLURM_CPUS_PER_TASK") ?? 1)
        node = environment("SLURMD_NODENAME")
        restarts = number("SLURM_RESTART_COUNT") ?? 0
    }

    /// Reads a list of counts in Slurm's form: `4(x2),3` is 4, 4, 3. Returns nil for other texts,
    /// and for more nodes than any cluster has.
    static func counts(_ text: String) -> [Int]? {
        var counts: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let match = part.wholeMatch(of: /(\d+)(?:\(x(\d+)\))?/),
                let count = Int(match.1), let times = Int(match.2 ?? "1"),
                times >= 1, counts.count + times <= 1 << 20
            else { return nil }
            counts += Array(repeating: count, count: times)
        }
        return counts
    }

    /// Returns the number of client processes: that of the options, else one for each task of the
    /// job, else one for each of its processors.
    ///
    /// - Parameters:
    ///   - nodes: the value of `--nodes`; nil without it.
    ///   - tasksPerNode: the value of `--tasks-per-node`; nil without it.
    /// - Throws: `LauncherError` if the job has fewer nodes or processors.
    public func clientCount(nodes: Int?, tasksPerNode: Int?) throws(LauncherError) -> Int {
        if let nodes, nodes > self.nodes {
            throw LauncherError(
                "--nodes", expected: "at most \(counted(self.nodes, "node")) (job \(job))",
                found: "\(nodes)", advice: "ask for a larger job, or lower --nodes")
        }
        let nodes = nodes ?? self.nodes
        guard let tasksPerNode else {
            return max(1, tasks ?? processors.reduce(0, +) / processorsPerTask)
        }
        let most = (processors.min() ?? 1) / processorsPerTask
        guard tasksPerNode <= most else {
            throw LauncherError(
                "--tasks-per-node",
                expected: "at most \(counted(most, "task")) on each node (job \(job))",
                found: "\(tasksPerNode)",
                advice: "ask for a larger job, or lower --tasks-per-node")
        }
        return nodes * tasksPerNode
    }
}
