import CSystem
public import Datasets
import Federation
import Glibc
import Messaging
public import Reporting
import Scenarios

/// How to run, where the scenario leaves it open.
public struct RunOptions: Sendable {
    /// The folder of the run's files.
    public var folder: String
    /// Whether it is one of a comparison's runs.
    var isOfComparison = false
    /// Replace a run that is already there.
    public var overwrite: Bool
    /// No progress.
    public var quiet: Bool
    /// In this process, over the in-memory transport.
    public var inProcess: Bool
    /// Which run of a comparison it is, in progress lines and warnings; empty for one alone.
    public var name: String
    /// What of a comparison's work is done before it; nil for one alone.
    var before: WorkDone?
    /// What is said before the first run starts, once its folder is known to be good; may be empty.
    public var announcement: String
    /// Wait at this endpoint for client processes that others start, in place of starting them.
    public var bind: String?

    /// Options.
    public init(
        folder: String, overwrite: Bool = false, quiet: Bool = false, inProcess: Bool = false,
        name: String = "", announcement: String = "", bind: String? = nil
    ) {
        self.folder = folder
        self.overwrite = overwrite
        self.quiet = quiet
        self.inProcess = inProcess
        self.name = name
        self.announcement = announcement
        self.bind = bind
    }
}

/// How much of the work of several runs is done, in rounds.
struct WorkDone: Sendable {
    /// Rounds that are done.
    var rounds: Int
    /// Rounds of all runs.
    var total: Int
    /// When the first one began, by `monotonicSeconds`.
    let started: Double
}

extension RunOptions {
    func announce() {
        if !quiet, !announcement.isEmpty { writeError(announcement) }
    }
}

/// A run that began and did not finish.
public struct RunError: Error, CustomStringConvertible {
    /// What happened, where, and what would help.
    public let description: String
    /// 1: the run failed; 130, 143: it was interrupted.
    public let exitCode: Int32

    /// What kind of failure ended the run, as run.json names it.
    public enum Failure: String, Sendable {
        /// Training diverged, which says something about the scenario and nothing about the machine.
        case divergence
        /// Something of hyperfed, or of a client's build, is broken.
        case fault
        /// Client processes kept dying, or could not be started.
        case lostProcess = "lost_process"
    }

    /// What kind of failure it was; nil for others, such as a full disk or an interruption.
    public let failure: Failure?

    /// Whether training diverged.
    public var isDivergence: Bool { failure == .divergence }

    /// An error from its sentence and exit code.
    public init(description: String, exitCode: Int32, failure: Failure? = nil) {
        self.description = description
        self.exitCode = exitCode
        self.failure = failure
    }
}

/// Runs of prepared scenarios.
public enum Simulation {
    /// The version of this program.
    public static let version = "0.1.0"

    /// To be called first where the address space may be limited: it then goes to models and data.
    public static func spareAddressSpace() { hyperfed_spare_address_space() }

    /// Processor cores of this machine.
    public static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Runs one scenario from its first round to its last, with its files in `options.folder`. A
    /// signal that asks for the end waits for the round's.
    ///
    /// - Throws: `UsageError` before anything is started, `RunError` afterwards.
    public static func run(_ prepared: PreparedRun, _ options: RunOptions, cache: DataCache) throws
        -> RunSummary
    {
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        if !options.isOfComparison { try RunFolder.checkIsOfNoComparison(options.folder) }
        try RunFolder.checkContent(options.folder, overwrite: options.overwrite)
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
            let output = try RunOutput(
                prepared, options,
                setting: [
                    "hyperfed": .text(version), "build": .text(ProgramIdentity.build),
                    "protocol": .integer(Int(MessageCodec.protocolVersion)),
                    "host": .text(hostName()), "cores": .integer(cores),
                    "processes": .integer(options.inProcess ? 0 : processes),
                    "transport": .text(options.inProcess ? "memory" : transport),
                ])
            try output.begin()
            return output
        } catch let error as UsageError {
            throw error
        } catch {
            throw UsageError(
                "\(options.folder): expected a folder that can be written, found an error; choose"
                    + " another --output (\(error))")
        }
    }

    private static func runInMemory(
        _ prepared: PreparedRun, _ options: RunOptions, _ cache: DataCache
    ) throws -> RunSummary {
        var output = try startOutput(prepared, 0, options)
        return try finish(&output) { output in
            var world = try InMemoryWorld(prepared, cache: cache, watchesSignals: true)
            return try runRounds(
                prepared, processes: 1, launches: true, in: &world, observer: &output)
        }
    }

    private static func runForReal(_ prepared: PreparedRun, _ options: RunOptions) throws
        -> RunSummary
    {
        let processes = prepared.processCount(cores: cores)
        try checkDescriptors(processes)
        // Before the output: if a port is in use, neither a folder nor a header is written.
        var world: RealWorld
        do {
            world = try RealWorld(
                prepared, processes: processes, bind: options.bind, tellsStderr: true)
        } catch let error as SocketError {
            guard let bind = options.bind else { throw UsageError("\(error)") }
            throw UsageError(
                "--bind: expected an endpoint that is free, found \(bind); choose another"
                    + " (\(error))")
        } catch {
            throw UsageError("\(error)")
        }
        var output = try startOutput(prepared, processes, options)
        if options.bind != nil, !options.quiet {
            writeError(
                "waiting for clients: hyperfed client --connect \(world.socket.lastEndpoint)")
        }
        return try finish(&output) { output in
            do {
                let model = try runRounds(
                    prepared, processes: processes, launches: options.bind == nil, in: &world,
                    observer: &output)
                world.stop("the run is finished", graceSeconds: 1)
                return model
            } catch {
                // Clients are pure: nothing is lost by ending them at once.
                world.stop("the run ended: \(error)", graceSeconds: 0)
                throw error
            }
        }
    }

    /// Runs the rounds and writes how that ended.
    private static func finish(
        _ output: inout RunOutput, _ rounds: (inout RunOutput) throws -> [Float]
    ) throws -> RunSummary {
        do {
            let model = try rounds(&output)
            if let reason = output.voidRun { throw reason }
            try output.finish(model: model)
            return output.summary
        } catch let stopped as RunStopped {
            throw end(stopped, &output)
        } catch {
            output.fail(state: "failed", reason: "\(error)")
            throw RunError(description: "\(error)", exitCode: 1)
        }
    }

    private static func end(_ stopped: RunStopped, _ output: inout RunOutput) -> RunError {
        switch stopped {
        case .diverged(let reason): return fail(.divergence, reason, &output)
        case .fault(let reason): return fail(.fault, reason, &output)
        case .lost(let reason): return fail(.lostProcess, reason, &output)
        case .void(let reason): return fail(nil, reason, &output)
        case .interrupted(let signal, _):
            output.fail(state: "interrupted", reason: "\(stopped)")
            return RunError(
                description: "\(stopped); its rows so far are in \(output.folder.path)",
                exitCode: 128 + signal)
        }
    }

    private static func fail(
        _ failure: RunError.Failure?, _ reason: String, _ output: inout RunOutput
    ) -> RunError {
        output.fail(state: "failed", reason: reason, failure: failure)
        return RunError(description: reason, exitCode: 1, failure: failure)
    }

    /// libzmq ends the process when descriptors run out, so there must be enough before it starts.
    private static func checkDescriptors(_ processes: Int) throws {
        let needed = processes * 2 + 64
        let limit = hyperfed_raise_descriptor_limit()
        if limit >= 0, limit < needed {
            throw UsageError(
                "clients.processes: expected a limit of at least \(needed) open files, found \(limit);"
                    + " raise it with 'ulimit -n', or use fewer than \(processes) client processes")
        }
    }
}
