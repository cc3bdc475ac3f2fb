/// A program that starts all client processes of a run at once, such as `srun` or `mpirun`.
///
/// The coordinator starts it as its child, with the words of one client process at the end. All
/// client processes connect over tcp with the same key.
public struct GroupLauncher: Sendable {
    /// The name of the program, which is found by PATH.
    public let program: String
    /// The number of client processes, at least 1.
    public let count: Int
    /// The name or address of the coordinator's machine, as the client processes reach it.
    public let host: String
    /// Returns the arguments of the program for the words of one client process.
    public let arguments: @Sendable (_ client: [String]) -> [String]

    /// Makes a launcher from its parts.
    public init(
        program: String, count: Int, host: String,
        arguments: @escaping @Sendable (_ client: [String]) -> [String]
    ) {
        (self.program, self.count, self.host) = (program, count, host)
        self.arguments = arguments
    }

    /// Returns a launcher that starts a step of a Slurm job.
    ///
    /// The step shares the processors of the job with the coordinator's own step (`--overlap`). It
    /// goes on without the processes that end early (`--kill-on-bad-exit=0`) and without the nodes
    /// that fail (`--no-kill`).
    ///
    /// - Parameters:
    ///   - nodes: the number of nodes of the job.
    ///   - count: the number of client processes on all nodes together.
    ///   - host: the address of the coordinator's node.
    public static func srun(nodes: Int, count: Int, host: String) -> GroupLauncher {
        GroupLauncher(program: "srun", count: count, host: host) { client in
            SlurmStep.options(nodes: nodes, tasks: count) + client
        }
    }

    /// Returns a launcher that starts client processes by `mpirun`. They do not use MPI.
    ///
    /// - Parameters:
    ///   - count: the number of client processes.
    ///   - host: the name or address of this machine.
    ///   - options: further options of `mpirun`, such as `--hostfile` and a file.
    public static func mpirun(count: Int, host: String, options: [String]) -> GroupLauncher {
        GroupLauncher(program: "mpirun", count: count, host: host) { client in
            ["-n", "\(count)"] + options + client
        }
    }
}
