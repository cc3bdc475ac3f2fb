package import Datasets
package import Federation
package import Messaging
import Models

/// A world inside one process: client sessions that take turns. Every message is encoded and
/// decoded as on a connection.
///
/// Tests use it, and the option `--in-process` for debugging. The code of a round is the same, and
/// a debugger sees all of it.
package struct InMemoryWorld: World, ~Copyable {
    private let prepared: PreparedRun
    private let signals: Signals?
    // One session serves all processes, since a session holds caches only.
    private var session: ClientSession
    private var joined: [ProcessID] = []
    private var left: [ProcessID] = []
    private var tasks: [Waiting] = []
    private var nextTask = 0
    private var model: OutgoingModel?
    private var versions = OutgoingVersions()
    /// The version that the session has. It has one model, as a client process has.
    private var sessionVersion: UInt32?

    private struct Waiting {
        let process: ProcessID
        let header: [UInt8]
        var carried: SharedFrame?
        /// The version that the task starts from; nil for the global model.
        var version: OutgoingModel?
    }

    package init(_ prepared: PreparedRun, cache: DataCache, watchesSignals: Bool) throws {
        let signals = watchesSignals ? try Signals() : nil
        var session = ClientSession(cache: cache)
        let welcome = Message.Welcome(
            run: 1, process: 0, programVersion: ProgramIdentity.text,
            scenario: prepared.resolved, dataKey: prepared.dataKey,
            partitionKey: prepared.partitionKey, sharedBlock: "",
            parameterCount: UInt64(prepared.network.parameterCount))
        let message = try MessageCodec.decode(MessageCodec.encode(.welcome(welcome)))
        if case .welcome(let decoded) = message, let problem = session.welcome(decoded) {
            throw SystemError(operation: problem, object: "", errno: 0)
        }
        self.prepared = prepared
        self.signals = signals
        self.session = session
    }

    package var seconds: Double { monotonicSeconds() }
    package var endpoint: String? { nil }

    package func pid(of process: ProcessID) -> Int32? { nil }

    package mutating func launch(_ process: ProcessID) { joined.append(process) }

    /// Does nothing: there is only one session, so the same fault comes again. The run then ends by
    /// its limits.
    package mutating func putOut(_ process: ProcessID, because reason: String) {
        left.append(process)
    }

    package mutating func setModel(
        version: UInt32, parts: ModelParts, _ fill: (inout MutableSpan<Float>) -> Void
    ) {
        model = OutgoingModel(
            run: 1, version: version, parts: parts,
            parameterCount: prepared.network.parameterCount, in: nil, fill)
    }

    package mutating func setVersions(_ versions: [ModelVersion]) {
        self.versions.set(versions, run: 1, parameterCount: prepared.network.parameterCount)
    }

    private func model(_ version: UInt32?) -> OutgoingModel? {
        version.map { versions[$0] } ?? model
    }

    package mutating func sendModel(_ version: UInt32?, to process: ProcessID) throws {
        // One session serves all processes, so it gets a version with each task that needs it.
        if version == nil, let model { try receive(model) }
    }

    private mutating func receive(_ model: OutgoingModel) throws {
        guard let (header, body) = model.message else { return }
        let message = try MessageCodec.decode(header, bodies: [4 * body.count])
        guard case .model(let decoded) = message else { return }
        if let problem = session.receive(decoded, body: .sent(body)) {
            throw SystemError(operation: problem, object: "", errno: 0)
        }
    }

    package mutating func send(
        _ task: ClientTask, _ carried: CarriedBody?, from version: UInt32?, to process: ProcessID
    ) {
        guard let model = model(version) else { return }
        var message = Message.Task(
            run: 1, task: task, model: model.source, sharedSlot: -1,
            parameterCount: UInt64(prepared.network.parameterCount))
        var frame: SharedFrame?
        switch carried {
        case .sent(let sent): frame = sent
        case .stored(let vectors): frame = vectors.frame()
        case .received, .shared, nil: break
        }
        if let frame { message.carriedChecksum = frame.checksum }
        tasks.append(
            Waiting(
                process: process, header: MessageCodec.encode(.task(message)), carried: frame,
                version: version == nil ? nil : model))
    }

    package mutating func send(
        _ task: EvaluationTask, of version: UInt32?, to process: ProcessID
    ) {
        guard let model = model(version) else { return }
        let message = Message.Evaluate(run: 1, task: task, model: model.source)
        tasks.append(
            Waiting(
                process: process, header: MessageCodec.encode(.evaluate(message)),
                version: version == nil ? nil : model))
    }

    /// False: updates are added where they are.
    package var sumsUpdates: Bool { false }

    package mutating func collect(round: UInt32, from process: ProcessID) {}

    package mutating func release(_ body: UpdateBody, from process: ProcessID) {}

    package mutating func nextEvent(timeoutMilliseconds milliseconds: Int) throws
        -> CoordinatorEvent
    {
        while let signal = signals?.next() {
            if endsRun(signal) { return .signal(signal) }
        }
        if !left.isEmpty { return .left(left.removeFirst()) }
        if !joined.isEmpty { return .joined(joined.removeFirst()) }
        guard nextTask < tasks.count else { return .timeout }
        let (process, header) = (tasks[nextTask].process, tasks[nextTask].header)
        let (carried, version) = (tasks[nextTask].carried, tasks[nextTask].version)
        // The vectors are not kept here, because the coordinator decides how long they are needed.
        tasks[nextTask].carried = nil
        nextTask += 1
        if nextTask == tasks.count {
            tasks.removeAll(keepingCapacity: true)
            nextTask = 0
        }
        if let version, version.source.version != sessionVersion {
            try receive(version)
            sessionVersion = version.source.version
        }
        let bodies = carried.map { [4 * $0.count] } ?? []
        switch try MessageCodec.decode(header, bodies: bodies) {
        case .task(let task):
            let reply = session.perform(task, carried: carried.map { .sent($0) })
            return try arrived(reply, from: process)
        case .evaluate(let task):
            return try arrived(ClientSession.Reply(session.perform(task)), from: process)
        case .hello, .welcome, .refuse, .model, .update, .failed, .ping, .pong, .stop, .leave,
            .evaluated, .ready, .collect, .sum:
            return .timeout
        }
    }

    private func arrived(_ reply: ClientSession.Reply, from process: ProcessID) throws
        -> CoordinatorEvent
    {
        let answer = try MessageCodec.decode(
            MessageCodec.encode(reply.message), bodies: reply.bodies.map { 4 * $0.count })
        switch answer {
        case .update(let update):
            guard let floats = reply.floats else { return .timeout }
            return .reported(
                update.report, .sent(floats), carried: reply.carried.map { .sent($0) },
                from: process)
        case .failed(let failed):
            switch failed.failure {
            case .diverged(let failure): return .failed(failure, from: process)
            case .broken(let fault): return .broken(fault, from: process)
            }
        case .evaluated(let evaluated): return .evaluated(evaluated.report, from: process)
        case .hello, .welcome, .refuse, .model, .task, .ping, .pong, .stop, .leave, .evaluate,
            .ready, .collect, .sum:
            return .timeout
        }
    }
}
