import Launchers
import Reporting
import Scenarios
import Settings
import Simulation

/// Puts runs and comparisons into the queue of Slurm. Each job does `hyperfed resume` on a folder,
/// also when it is started again.
struct Submission {
    let options: LauncherOptions
    let form: FormatOptions
    /// Further words of `hyperfed resume` in the script.
    let words: [String]
    /// The processors of a node of the partition; nil if that is not known.
    private let processors: Int?

    /// Checks that Slurm is there and has the partition. A script that is only printed needs none.
    ///
    /// - Throws: `UsageError` if Slurm is missing, or has no such partition.
    init(_ options: LauncherOptions, _ form: FormatOptions, words: [String]) throws {
        (self.options, self.form, self.words) = (options, form, words)
        processors =
            options.dryRun
            ? nil : try asUsage { try SlurmCommands.check(partition: options.partition) }
    }

    /// Puts a run into the queue.
    ///
    /// - Parameter folder: its folder.
    /// - Parameter prepare: writes the folder.
    func submit(_ run: PreparedRun, in folder: String, prepare: () throws -> Void) throws {
        // A client process for each processor of the nodes, but no more than a round needs.
        let processors = processors ?? Self.usualProcessors
        let nodes = options.nodes ?? 1
        let wanted = min(run.processCount(cores: processors * nodes), processors * nodes)
        let request = try request(
            run.scenario.name, tasksPerNode: (wanted + nodes - 1) / nodes, folder, [])
        if options.dryRun { return writeOutput(request.script) }
        try check(request)
        try prepare()
        try submit(request, in: folder, runs: 1)
    }

    /// Puts runs of a comparison into the queue, as an array with a task for each run, or for each
    /// few runs.
    ///
    /// - Parameters:
    ///   - all: how many runs the comparison has.
    ///   - jobs: how many tasks may run at once; nil for no limit.
    ///   - numbers: writes the folder, and returns the numbers of the runs that are to run.
    func submitComparison(
        _ name: String, of all: Int, in folder: String, jobs: Int?, numbers: () throws -> [Int]
    ) throws {
        // A task has the shard of its number: every N-th run from the number on.
        let shards = max(1, (all + options.runsPerJob - 1) / options.runsPerJob)
        var request = try request(
            name, tasksPerNode: 1, folder, ["--shard", "$SLURM_ARRAY_TASK_ID/\(shards)"])
        request.mostAtOnce = jobs
        if options.dryRun {
            request.array = Array(1...shards)
            return writeOutput(request.script)
        }
        request.array = [1]
        try check(request)
        let waiting = try numbers()
        guard !waiting.isEmpty else {
            return writeOutput(
                "\(folder): \(all == 1 ? "the run is" : "all \(all) runs are") done; there is"
                    + " nothing to do\n")
        }
        request.array = Set(waiting.map { ($0 - 1) % shards + 1 }).sorted()
        try submit(request, in: folder, runs: waiting.count)
    }

    /// The number of processors of a node that nothing is known of.
    private static let usualProcessors = 4

    private func request(
        _ name: String, tasksPerNode: Int, _ folder: String, _ more: [String]
    ) throws -> SlurmRequest {
        // The shell of the script replaces the number of the task.
        let command =
            ([
                ExternalTool.ownPath, "resume", Files.absolutePath(folder), "--launcher", "slurm",
                "--requeue",
            ] + words).map(shellWord) + more
        var request = SlurmRequest(
            name: name, nodes: options.nodes ?? 1,
            tasksPerNode: options.tasksPerNode ?? tasksPerNode, command: command)
        (request.partition, request.time) = (options.partition, options.time)
        request.account = options.account
        request.options = try asUsage { try options.sbatch.map { try SlurmRequest.Option($0) } }
        return request
    }

    private func check(_ request: SlurmRequest) throws {
        try asUsage { try SlurmCommands.test(request) }
    }

    private func submit(_ request: SlurmRequest, in folder: String, runs: Int) throws {
        let file = try Simulation.writeScript(request.script, in: folder)
        let job = try asUsage { try SlurmCommands.submit(file) }
        if form.isJSON {
            return writeOutput(ResultEvent.submitted(job: job, in: folder, runs: runs).line + "\n")
        }
        let what =
            runs == 1 && request.array.isEmpty ? "the run" : "\(counted(runs, "run")) as an array"
        writeOutput(
            """
            job \(job): \(what) in \(folder)
            see it with 'squeue --jobs=\(job)', end it with 'scancel \(job)'; the script is \(file)

            """)
    }
}
