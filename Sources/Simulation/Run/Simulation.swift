import CSystem
public import Datasets
import Federation
import Glibc
import Launchers
import Messaging
public import Reporting
import Scenarios

/// Runs of prepared scenarios.
public enum Simulation {
    /// Saves address space, so that models and data can use it. Call it first if address space may
    /// be limited.
    public static func spareAddressSpace() { hyperfed_spare_address_space() }

    /// The number of processor cores of this machine.
    public static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Checks that a run can be written into its folder, and changes nothing.
    ///
    /// - Throws: `UsageError` if files would be replaced or mixed with others.
    public static func check(_ options: RunOptions) throws {
        guard case .fresh(let overwrite) = options.mode else { return }
        if !options.isOfComparison { try RunFolder.checkIsOfNoComparison(options.folder) }
        try RunFolder.checkContent(options.folder, overwrite: overwrite)
    }

    /// Executes one scenario to its last round, with its files in `options.folder`. With the mode
    /// `resume` it continues from where it stopped. After a signal it can be resumed.
    ///
    /// - Parameter kept: the client processes of the run before. The run uses them and leaves its
    ///   own there. Nil means that the processes end with the run.
    /// - Throws: `UsageError` before any process is started, `RunError` afterwards.
    public static func run(
        _ prepared: PreparedRun, _ options: RunOptions, cache: DataCache,
        in kept: KeptProcesses? = nil
    ) throws -> RunSummary {
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        try check(options)
        var resumption: Resumption?
        if case .resume(let stretchesSchedules) = options.mode {
            resumption = try Resumption(
                options.folder, prepared, stretchesSchedules: stretchesSchedules,
                lockSeconds: options.lockSeconds)
        }
        return options.inProcess
            ? try runInMemory(prepared, options, cache, &resumption)
            : try runForReal(prepared, options, kept, &resumption)
    }

    /// Starts the files of a run, or continues them.
    private static func startOutput(
        _ prepared: PreparedRun, _ processes: Int, _ options: RunOptions,
        _ resumption: borrowing Resumption?, _ state: borrowing RunState
    ) throws -> RunOutput {
        if case .fresh(let overwrite) = options.mode {
            try RunFolder.prepare(options.folder, overwrite: overwrite)
        }
        options.announce()
        let transport =
            options.group == nil ? prepared.scenario.clients.transport.rawValue : "tcp"
        do {
            let file = RunFile(
                prepared,
                RunFile.Setting(
                    protocolVersion: Int(MessageCodec.protocolVersion), host: hostName(),
                    cores: cores, processes: options.inProcess ? 0 : processes,
                    transport: options.inProcess ? "memory" : transport))
            let files = try files(prepared, options, file, resumption, state)
            try PartitionFiles.write(
                options.partition ?? PartitionFiles.plan(prepared, in: options.folder),
                of: prepared, overwrite: options.overwrite)
            var output = RunOutput(
                prepared, files, options, roundsBefore: Int(state.rounds), file)
            try output.begin(state.summary)
            return output
        } catch let error as UsageError {
            throw error
        } catch {
            guard case .fresh = options.mode else { throw UsageError("\(error); make room") }
            throw OutputFolder.unwritable(options.folder, error)
        }
    }

    private static func files(
        _ prepared: PreparedRun, _ options: RunOptions, _ file: RunFile,
        _ resumption: borrowing Resumption?, _ state: borrowing RunState
    ) throws -> RunFiles {
        switch resumption {
        case .some(let resumption):
            for warning in resumption.warnings { writeError("warning: \(warning)") }
            if !options.quiet { writeError(resumption.announcement) }
            return try resumption.begin(prepared, state, file)
        case .none:
            return RunFiles(
                folder: try RunFolder(options.folder, prepared, file),
                checkpoints: CheckpointWriter(options.folder, prepared, from: nil))
        }
    }

    private static func runInMemory(
        _ prepared: PreparedRun, _ options: RunOptions, _ cache: DataCache,
        _ resumption: inout Resumption?
    ) throws -> RunSummary {
        let state =
            resumption?.takeState(prepared) ?? RunState(prepared, folder: options.folder)
        var output = try startOutput(prepared, 0, options, resumption, state)
        var loop = CoordinatorLoop(prepared, state, launches: true)
        return try finish(&loop, &output) { loop, output in
            var world = try InMemoryWorld(prepared, cache: cache, watchesSignals: true)
            defer { output.faults = loop.faults }
            return try loop.run(processes: 1, in: &world, observer: &output)
        }
    }

    private static func runForReal(
        _ prepared: PreparedRun, _ options: RunOptions, _ kept: KeptProcesses?,
        _ resumption: inout Resumption?
    ) throws -> RunSummary {
        let processes =
            options.group?.launcher.count
            ?? prepared.processCount(cores: cores, jobs: options.jobs)
        let kept = options.group == nil ? kept : nil
        try checkDescriptors(processes, jobs: options.jobs)
        // This comes before the output: if a port is in use, neither a folder nor a header is
        // written.
        var world = try world(for: prepared, processes, options, kept)
        let summary: RunSummary
        do {
            summary = try run(
                prepared, processes, options, &resumption, in: &world, isKept: kept != nil)
        } catch {
            // Clients are pure: nothing is lost by ending them at once.
            world.stop("the run ended: \(error)", graceSeconds: 0)
            throw error
        }
        kept?.keep(world)
        return summary
    }

    private static func run(
        _ prepared: PreparedRun, _ processes: Int, _ options: RunOptions,
        _ resumption: inout Resumption?, in world: inout RealWorld, isKept: Bool
    ) throws -> RunSummary {
        let state =
            resumption?.takeState(prepared) ?? RunState(prepared, folder: options.folder)
        var output = try startOutput(prepared, processes, options, resumption, state)
        if options.bind != nil, !options.quiet {
            writeError("waiting for clients: hyperfed client \(world.clientWords(options))")
        }
        var loop = CoordinatorLoop(prepared, state, launches: options.endpoint == nil)
        return try finish(&loop, &output) { loop, output in
            defer {
                output.faults = loop.faults + world.faults
                output.refusedConnections = world.refusedConnections
            }
            do {
                if let group = options.group { try world.start(group, in: options.folder) }
                let model = try loop.run(
                    processes: processes, cores: prepared.sharedCores(cores, jobs: options.jobs),
                    in: &world, observer: &output)
                if !isKept { world.stop("the run is finished", graceSeconds: 1) }
                return model
            } catch {
                // Clients are pure functions, so no result is lost if they end at once.
                world.stop("the run ended: \(error)", graceSeconds: 0)
                throw error
            }
        }
    }

    /// Returns a world for a run: the one that was kept, if it fits; else a new one.
    private static func world(
        for prepared: PreparedRun, _ processes: Int, _ options: RunOptions, _ kept: KeptProcesses?
    ) throws -> RealWorld {
        if let kept, let world = kept.world(for: prepared, processes: processes) { return world }
        do {
            return try RealWorld(
                prepared, processes: processes, bind: options.endpoint,
                security: options.group?.security ?? options.security, tellsStderr: true)
        } catch let error as SocketError {
            guard let bind = options.bind else { throw UsageError("\(error)") }
            if error.errno == EADDRNOTAVAIL || error.errno == ENODEV {
                throw UsageError(
                    "--bind: expected an address of this machine, found \(bind); list them with"
                        + " 'ip address' (\(error.cause))")
            }
            throw UsageError(
                "--bind: expected an endpoint that is free, found \(bind); choose another"
                    + " (\(error.cause))")
        } catch {
            throw UsageError("\(error)")
        }
    }

    /// Executes the rounds and records how the run ended.
    private static func finish(
        _ loop: inout CoordinatorLoop, _ output: inout RunOutput,
        _ rounds: (inout CoordinatorLoop, inout RunOutput) throws -> [Float]
    ) throws -> RunSummary {
        do {
            let model = try rounds(&loop, &output)
            let summary = loop.state.summary
            if let reason = RunStopped(voidRun: summary) { throw reason }
            try output.finish(loop.state, model: model)
            return summary
        } catch let stopped as RunStopped {
            throw RunEnding.end(stopped, loop, &output)
        } catch let error as OutputError {
            throw RunEnding.stop(error, loop.state.summary, &output)
        } catch {
            output.fail(loop.state.summary, state: .failed, reason: "\(error)")
            throw RunError(description: "\(error)", exitCode: 1)
        }
    }

    /// Checks that there are enough descriptors, because libzmq ends the process when there are
    /// none left.
    private static func checkDescriptors(_ processes: Int, jobs: Int) throws {
        let needed = (processes * 2 + 64) * jobs
        let limit = hyperfed_raise_descriptor_limit()
        if limit >= 0, limit < needed {
            throw UsageError(
                "clients.processes: expected a limit of at least \(needed) open files, found"
                    + " \(limit); raise it with 'ulimit -n', or use fewer than \(processes)"
                    + " client processes" + (jobs > 1 ? " or \(jobs) jobs" : ""))
        }
    }
}
