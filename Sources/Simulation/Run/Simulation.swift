import CSystem
public import Datasets
import Federation
import Glibc
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

    /// Checks that a run can be written into its folder. Changes nothing.
    ///
    /// - Throws: `UsageError` if files would be replaced or mixed with others.
    public static func check(_ options: RunOptions) throws {
        if !options.isOfComparison { try RunFolder.checkIsOfNoComparison(options.folder) }
        try RunFolder.checkContent(options.folder, overwrite: options.overwrite)
    }

    /// Executes one scenario from its first round to its last, with its files in `options.folder`.
    /// If a signal asks for the end, the current round finishes first.
    ///
    /// - Throws: `UsageError` before any process is started, `RunError` afterwards.
    public static func run(_ prepared: PreparedRun, _ options: RunOptions, cache: DataCache) throws
        -> RunSummary
    {
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        try check(options)
        return options.inProcess
            ? try runInMemory(prepared, options, cache) : try runForReal(prepared, options)
    }

    private static func startOutput(
        _ prepared: PreparedRun, _ processes: Int, _ options: RunOptions
    ) throws -> RunOutput {
        try RunFolder.prepare(options.folder, overwrite: options.overwrite)
        options.announce()
        let transport = prepared.scenario.clients.transport.rawValue
        do {
            var output = try RunOutput(
                prepared, options,
                setting: RunFile.Setting(
                    protocolVersion: Int(MessageCodec.protocolVersion), host: hostName(),
                    cores: cores, processes: options.inProcess ? 0 : processes,
                    transport: options.inProcess ? "memory" : transport))
            try output.begin(RunSummary(metric: prepared.metric, target: prepared.target))
            return output
        } catch let error as UsageError {
            throw error
        } catch {
            throw UsageError(
                "\(options.folder): expected a folder that can be written, found an error; choose"
                    + " another --output (\(SystemError.cause(of: error)))")
        }
    }

    private static func runInMemory(
        _ prepared: PreparedRun, _ options: RunOptions, _ cache: DataCache
    ) throws -> RunSummary {
        var output = try startOutput(prepared, 0, options)
        var loop = CoordinatorLoop(prepared, RunState(prepared), launches: true)
        return try finish(&loop, &output) { loop, output in
            var world = try InMemoryWorld(prepared, cache: cache, watchesSignals: true)
            return try loop.run(processes: 1, in: &world, observer: &output)
        }
    }

    private static func runForReal(_ prepared: PreparedRun, _ options: RunOptions) throws
        -> RunSummary
    {
        let processes = prepared.processCount(cores: cores)
        try checkDescriptors(processes)
        // This comes before the output: if a port is in use, neither a folder nor a header is
        // written.
        var world: RealWorld
        do {
            world = try RealWorld(
                prepared, processes: processes, bind: options.bind, tellsStderr: true)
        } catch let error as SocketError {
            guard let bind = options.bind else { throw UsageError("\(error)") }
            throw UsageError(
                "--bind: expected an endpoint that is free, found \(bind); choose another"
                    + " (\(error.cause))")
        } catch {
            throw UsageError("\(error)")
        }
        var output = try startOutput(prepared, processes, options)
        if options.bind != nil, !options.quiet {
            writeError(
                "waiting for clients: hyperfed client --connect \(world.socket.lastEndpoint)")
        }
        var loop = CoordinatorLoop(prepared, RunState(prepared), launches: options.bind == nil)
        return try finish(&loop, &output) { loop, output in
            do {
                let model = try loop.run(processes: processes, in: &world, observer: &output)
                world.stop("the run is finished", graceSeconds: 1)
                return model
            } catch {
                // Clients are pure functions, so no result is lost if they end at once.
                world.stop("the run ended: \(error)", graceSeconds: 0)
                throw error
            }
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
            try output.finish(summary, model: model)
            return summary
        } catch let stopped as RunStopped {
            throw end(stopped, loop.state.summary, &output)
        } catch {
            output.fail(loop.state.summary, state: .failed, reason: "\(error)")
            throw RunError(description: "\(error)", exitCode: 1)
        }
    }

    private static func end(_ stopped: RunStopped, _ summary: RunSummary, _ output: inout RunOutput)
        -> RunError
    {
        switch stopped {
        case .diverged(let reason): return fail(.divergence, reason, summary, &output)
        case .fault(let reason): return fail(.fault, reason, summary, &output)
        case .lost(let reason): return fail(.lostProcess, reason, summary, &output)
        case .void(let reason): return fail(nil, reason, summary, &output)
        case .interrupted(let signal, _):
            output.fail(summary, state: .interrupted, reason: "\(stopped)")
            return RunError(
                description: "\(stopped); its rows so far are in \(output.folder.path)",
                exitCode: 128 + signal)
        }
    }

    private static func fail(
        _ failure: RunError.Failure?, _ reason: String, _ summary: RunSummary,
        _ output: inout RunOutput
    ) -> RunError {
        output.fail(summary, state: .failed, reason: reason, failure: failure)
        return RunError(description: reason, exitCode: 1, failure: failure)
    }

    /// Checks that there are enough descriptors, because libzmq ends the process when there are
    /// none left.
    private static func checkDescriptors(_ processes: Int) throws {
        let needed = processes * 2 + 64
        let limit = hyperfed_raise_descriptor_limit()
        if limit >= 0, limit < needed {
            throw UsageError(
                "clients.processes: expected a limit of at least \(needed) open files, found"
                    + " \(limit); raise it with 'ulimit -n', or use fewer than \(processes)"
                    + " client processes")
        }
    }
}
