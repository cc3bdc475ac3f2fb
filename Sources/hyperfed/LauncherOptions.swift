import ArgumentParser
import Glibc
import Launchers
import Simulation

/// The options that say what starts the client processes, and where.
struct LauncherOptions: ParsableArguments {
    /// What starts client processes.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case local
        case slurm
        case mpirun
    }

    @Option(
        help: """
            What starts the client processes: local (this program, on this machine), slurm (a job, \
            or steps of the job that this is called in) or mpirun.
            """)
    var launcher = Kind.local

    @Option(help: "slurm: nodes of the job (default 1; in a job: all of its nodes).")
    var nodes: Int?

    @Option(help: "slurm: client processes on each node (default: those that the run needs).")
    var tasksPerNode: Int?

    @Option(help: "slurm: partition of the job.")
    var partition: String?

    @Option(help: "slurm: time limit of the job, such as 1:00:00 for an hour.")
    var time: String?

    @Option(help: "slurm: account of the job.")
    var account: String?

    @Option(
        help: ArgumentHelp(
            "slurm: any other option of sbatch, such as mem=4G; may be repeated.",
            valueName: "key=value"))
    var sbatch: [String] = []

    @Option(
        help: """
            slurm: runs of a comparison that a job executes one after the other (default 1). With \
            more, short runs wait less for Slurm.
            """)
    var runsPerJob = 1

    @Flag(help: "slurm: print the script of the job, and do nothing.")
    var dryRun = false

    @Flag(
        help: """
            slurm, in the script of a job: after SIGTERM the job goes back into the queue. Scripts \
            that hyperfed writes have it.
            """)
    var requeue = false

    @Option(
        name: .customLong("mpirun"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "mpirun: an option of mpirun; may be repeated, as in --mpirun --hostfile --mpirun"
                + " hosts.", valueName: "option"))
    var mpirunOptions: [String] = []

    func validate() throws {
        let options: [(name: String, isUsed: Bool, kind: Kind)] = [
            ("--nodes", nodes != nil, .slurm), ("--tasks-per-node", tasksPerNode != nil, .slurm),
            ("--partition", partition != nil, .slurm), ("--time", time != nil, .slurm),
            ("--account", account != nil, .slurm), ("--sbatch", !sbatch.isEmpty, .slurm),
            ("--runs-per-job", runsPerJob != 1, .slurm), ("--dry-run", dryRun, .slurm),
            ("--requeue", requeue, .slurm),
            ("--mpirun", !mpirunOptions.isEmpty, .mpirun),
        ]
        if let used = options.first(where: { $0.isUsed && $0.kind != launcher }) {
            throw ValidationError(
                "\(used.name): expected --launcher \(used.kind.rawValue), found"
                    + " \(launcher.rawValue); add it, or leave \(used.name) out")
        }
        for (name, value) in [
            ("--nodes", nodes), ("--tasks-per-node", tasksPerNode), ("--runs-per-job", runsPerJob),
        ] {
            guard let value, !(1...100_000).contains(value) else { continue }
            throw ValidationError(
                "\(name): expected a whole number from 1 to 100,000, found \(value)")
        }
        for (name, value) in [("--partition", partition), ("--time", time), ("--account", account)]
        where value?.contains(where: { $0.isWhitespace || $0.isNewline }) ?? false {
            throw ValidationError("\(name): expected a word without blanks, found '\(value ?? "")'")
        }
    }

    /// The Slurm job in which this command is called; nil outside of one, or for other launchers.
    var allocation: SlurmAllocation? {
        guard launcher == .slurm else { return nil }
        return SlurmAllocation(environment)
    }

    /// Whether the runs go into the queue of Slurm.
    var submits: Bool { launcher == .slurm && (dryRun || allocation == nil) }

    /// Checks the options before anything is read.
    ///
    /// On a machine outside of the job, from which `salloc` was called, this program becomes a step
    /// on the first node of the job.
    ///
    /// - Throws: `UsageError` if Slurm or mpirun is missing, or if the options do not fit to the
    ///   job.
    func enter() throws {
        if launcher == .mpirun, ExternalTool.path(of: "mpirun") == nil {
            throw UsageError(
                "--launcher mpirun: expected mpirun on the PATH, found none; install an MPI such as"
                    + " Debian's openmpi-bin, or leave --launcher out")
        }
        guard launcher == .slurm, !dryRun else { return }
        try asUsage {
            guard let allocation else { return }
            let outside: [(String, Bool)] = [
                ("--partition", partition != nil), ("--time", time != nil),
                ("--account", account != nil), ("--sbatch", !sbatch.isEmpty),
            ]
            if let (name, _) = outside.first(where: \.1) {
                throw UsageError(
                    "\(name): expected it outside of a job, found job \(allocation.job); leave it"
                        + " out")
            }
            guard ExternalTool.path(of: "srun") != nil else {
                throw UsageError(
                    "--launcher slurm: expected srun on the PATH, found none; load Slurm's module,"
                        + " or leave --launcher out")
            }
            let count = try allocation.clientCount(nodes: nodes, tasksPerNode: tasksPerNode)
            guard allocation.node == nil else { return }
            setenv(SlurmAllocation.tasksVariable, "\(allocation.tasks ?? count)", 1)
            throw ExternalTool.become(
                ["srun"] + SlurmStep.ofCoordinator + [ExternalTool.ownPath]
                    + CommandLine.arguments.dropFirst())
        }
    }
}

/// Does something, and turns an error of a launcher into one of usage.
func asUsage<T>(_ body: () throws -> T) throws -> T {
    do {
        return try body()
    } catch let error as LauncherError {
        throw UsageError("\(error)")
    }
}
