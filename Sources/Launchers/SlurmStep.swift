/// The options of `srun` for steps beside others in one job.
public enum SlurmStep {
    /// Returns the options of a step.
    ///
    /// A step takes all processors of the job if `--overlap` is missing, so the next one would wait
    /// for its end. `--mpi=none` starts no service for MPI.
    ///
    /// - Parameters:
    ///   - nodes: the number of nodes, at least 1.
    ///   - tasks: the number of processes on all nodes together.
    public static func options(nodes: Int, tasks: Int) -> [String] {
        [
            "--overlap", "--no-kill", "--kill-on-bad-exit=0", "--mpi=none", "--input=none",
            "--nodes=\(nodes)", "--ntasks=\(tasks)",
        ]
    }

    /// Returns the options of a step with one process on the first node.
    ///
    /// Its output comes at once, and Ctrl-C reaches it without a question.
    public static let ofCoordinator =
        options(nodes: 1, tasks: 1) + ["--unbuffered", "--disable-status"]

    /// Returns the options of a step with one process on each node.
    public static func onEachNode(_ nodes: Int) -> [String] {
        options(nodes: nodes, tasks: nodes) + ["--ntasks-per-node=1"]
    }
}
