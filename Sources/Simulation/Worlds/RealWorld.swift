package import Federation
import Glibc
package import Messaging
import Models
import Scenarios

/// The world of real processes: a ROUTER socket, client processes, signals and the system's clock.
/// This program starts the client processes, or they connect by themselves. One thread uses one
/// poll.
package struct RealWorld: World, ~Copyable {
    /// The run that is under way, or was the last one.
    var run: WorldRun
    private let folder: PrivateFolder
    private let signals: Signals
    let socket: ZeroMQSocket
    /// The refused connections of earlier runs of this world.
    var refusedBefore = RefusalCounts()
    var poller = Poller()
    private let socketItem: Poller.Item
    private let signalItem: Poller.Item
    var launcher: Launcher
    /// The client processes that a launcher such as `srun` has started; nil for others.
    var group: ClientGroup?
    private let tellsStderr: Bool
    let isLaunching: Bool
    let isLocal: Bool
    let maximumFrameBytes: Int64

    var peers = Peers()
    var tasks = OpenTasks()
    var watch = SilenceWatch()
    var happenings: [CoordinatorEvent] = []
    var outgoing = OutgoingQueue()
    var lastLook = 0.0
    var lastPing = 0.0
    var pings: UInt64 = 0
    var hasStopped = false
    /// Children that the coordinator has ended itself. Their end is not reported.
    var ended: Set<ProcessID> = []
    /// The faults of this run so far.
    package internal(set) var faults = FaultCounts()
    var repeatedLines = RepeatedLines()
    /// Nil for a local endpoint, whose connections are of the same user.
    var inbound: InboundWatch?
    var deadlines: [Work: TaskDeadline] = [:]
    var restarts = RestartDelay()
    /// The number of deadlines that a process missed since its last report.
    var missed: [ProcessID: Int] = [:]
    /// The number of reports without a task that a process sent since its last answer.
    var unasked: [ProcessID: Int] = [:]

    package var endpoint: String? { socket.lastEndpoint }

    /// Opens the sockets and signals of a run.
    ///
    /// - Parameters:
    ///   - processes: the largest number of client processes.
    ///   - bind: an endpoint given by the user; nil means a private one of the scenario's
    ///     transport.
    ///   - security: the protection of connections over tcp.
    package init(
        _ prepared: PreparedRun, processes: Int, bind: String?, security: RunSecurity = .keysOfRun,
        tellsStderr: Bool
    ) throws {
        // Signals are opened before any thread exists, because libzmq's threads inherit the mask.
        // Calls that can fail come before the first assignment: a noncopyable value must be
        // complete.
        let signals = try Signals()
        let folder = try PrivateFolder()
        let isLocal =
            bind.map { $0.hasPrefix("ipc://") } ?? (prepared.scenario.clients.transport == .ipc)
        let address = bind ?? (isLocal ? "ipc://\(folder.path)/coordinator" : "tcp://127.0.0.1:*")
        // A later run may have a larger model, and the limit holds for all runs of this world.
        let maximumFrameBytes = max(prepared.largestFrameBytes, bind == nil ? 64 << 20 : 0)
        let keys = try CoordinatorKeys(isLocal ? .none : security, in: folder.path)
        let socket = try Self.openSocket(
            address, keys, maximumFrameBytes: maximumFrameBytes, processes: processes)
        let launcher = try Launcher(endpoint: socket.lastEndpoint, keyFile: keys.clientFile)
        run = try WorldRun(prepared, processes: processes, in: isLocal ? folder.path : nil)
        socketItem = poller.watch(socket)
        signalItem = poller.watch(descriptor: signals.descriptor)
        self.tellsStderr = tellsStderr
        isLaunching = bind == nil
        self.isLocal = isLocal
        self.maximumFrameBytes = maximumFrameBytes
        let port = isLocal ? nil : socket.lastEndpoint.split(separator: ":").last
        inbound = port.flatMap { Int32($0) }.map {
            InboundWatch(port: $0, maximumFrameBytes: maximumFrameBytes)
        }
        self.signals = signals
        self.folder = folder
        self.socket = socket
        self.launcher = launcher
    }

    /// Begins another run with the client processes that are there. Those that the run launches get
    /// a welcome to it, and the others end.
    ///
    /// A process may still work on a task of the run before, if another process has done that task.
    /// It reads its welcome afterwards, and its answer is dropped by its run number.
    ///
    /// - Throws: an error if there is no room for the memory of the run. The caller must then end
    ///   the processes.
    package mutating func begin(_ prepared: PreparedRun, processes: Int) throws {
        readSignals()
        let unwanted = ended
        let isQuiet = !tasks.areOwed
        for process in launcher.endNow({ $0 >= processes || unwanted.contains($0) }) {
            handleLoss(process, isDead: true)
        }
        ended = []
        refusedBefore = socket.authenticator?.refused ?? RefusalCounts()
        (tasks, watch, outgoing) = (OpenTasks(), SilenceWatch(), OutgoingQueue())
        (faults, repeatedLines, restarts) = (FaultCounts(), RepeatedLines(), RestartDelay())
        (deadlines, missed, unasked) = ([:], [:], [:])
        // The other events are about the run before.
        happenings = happenings.filter { if case .signal = $0 { true } else { false } }
        peers.awaitReadiness()
        let block = run.giveBack()
        run = try WorldRun(
            prepared, processes: processes, in: isLocal ? folder.path : nil,
            reusing: isQuiet ? block : nil)
    }

    package var seconds: Double { monotonicSeconds() }

    /// Starts a client process. A process of an earlier run gets a welcome to this one, as soon as
    /// it is connected.
    package mutating func launch(_ process: ProcessID) throws {
        let isThere = launcher.pid(of: process) != nil
        let delay = isThere ? 0 : restarts.seconds(for: process)
        guard delay == 0 else { return restarts.putOff(process, until: seconds + delay) }
        if !isThere { try launcher.launch(process) }
        watch.expect(process, at: seconds, patience: SilenceWatch.patienceWithStart)
        if isThere, let peer = peers.connection(of: process) { try welcome(process, over: peer) }
    }

    package func pid(of process: ProcessID) -> Int32? {
        launcher.pid(of: process) ?? peers.pid(of: process)
    }

    package mutating func setModel(
        version: UInt32, parts: ModelParts, _ fill: (inout MutableSpan<Float>) -> Void
    ) {
        run.setModel(version: version, parts: parts, fill)
    }

    package mutating func setVersions(_ versions: [ModelVersion]) { run.setVersions(versions) }

    package mutating func sendModel(_ version: UInt32? = nil, to process: ProcessID) throws {
        // Tasks name the slot of a model that is in shared memory, so no message is needed.
        guard let (header, body) = run.model(version)?.message,
            let peer = peers.connection(of: process)
        else { return }
        try send(header, .floats(body), to: peer)
    }

    package mutating func send(
        _ task: ClientTask, _ carried: CarriedBody?, from version: UInt32? = nil,
        to process: ProcessID
    ) throws {
        guard let model = run.model(version), let peer = peers.connection(of: process) else {
            return
        }
        // If no slot is free (over tcp, or after lost connections), the update arrives in a
        // message. The vectors that the client carries over do too.
        let slot = run.slots.reserve(for: process)
        owe(task.assignment, slot, by: process)
        var message = Message.Task(
            run: run.number, task: task, model: model.source, sharedSlot: Int32(slot ?? -1),
            parameterCount: UInt64(run.prepared.network.parameterCount))
        if let slot, let next = run.carriedSlots?.slot(beside: slot) {
            message.nextSlot = Int32(next.index)
        }
        var body: OutgoingBody?
        switch carried {
        case nil: break
        case .shared(_, let slot, _): message.carriedSlot = Int32(slot.index)
        case .received(let frame, let checksum):
            message.carriedChecksum = checksum
            body = .forwarded(frame)
        case .stored(let vectors):
            let frame = vectors.frame()
            message.carriedChecksum = frame.checksum
            body = .floats(frame)
        case .sent(let frame):
            message.carriedChecksum = frame.checksum
            body = .floats(frame)
        }
        try send(MessageCodec.encode(.task(message)), body, to: peer)
    }

    package mutating func send(
        _ task: EvaluationTask, of version: UInt32? = nil, to process: ProcessID
    ) throws {
        guard let model = run.model(version), let peer = peers.connection(of: process) else {
            return
        }
        let work = Assignment(
            .evaluation, round: task.round, client: task.number, attempt: task.attempt)
        owe(work, nil, by: process)
        let message = Message.Evaluate(run: run.number, task: task, model: model.source)
        try send(MessageCodec.encode(.evaluate(message)), nil, to: peer)
    }

    package mutating func nextEvent(timeoutMilliseconds milliseconds: Int) throws
        -> CoordinatorEvent
    {
        let start = seconds
        if start - lastLook >= 1 {
            reportRefusedConnections()
            try checkSilence(at: start)
        }
        let limit = start + Double(milliseconds) / 1000
        var received = 0
        while true {
            if !happenings.isEmpty { return happenings.removeFirst() }
            try sendWaiting()
            if !happenings.isEmpty { continue }
            if received < Self.mostReadAtOnce, try receive() {
                received += 1
                continue
            }
            // Peers that send without end delay neither signals nor the other processes.
            if received == Self.mostReadAtOnce { readSignals() }
            received = 0
            try launchDue(at: seconds)
            try startGroupAgain(at: seconds)
            checkInbound()
            let left = limit - seconds
            if left <= 0 {
                try pingAll()
                return happenings.isEmpty ? .timeout : happenings.removeFirst()
            }
            // Messages that wait are sent again soon, because a poll does not report room for one
            // peer.
            var wait = outgoing.isEmpty ? left : min(left, 0.002)
            // An unfinished message wakes no poll.
            if inbound != nil { wait = min(wait, 0.05) }
            if let next = restarts.nextStart { wait = min(wait, max(0, next - seconds)) }
            _ = try poller.wait(milliseconds: max(1, Int(wait * 1000)))
            if poller.isReady(signalItem) { readSignals() }
        }
    }

    /// Starts the processes whose restart was put off until now.
    private mutating func launchDue(at now: Double) throws {
        for process in restarts.due(at: now) {
            do {
                try launcher.launch(process)
            } catch {
                throw RunStopped.lost("\(error)")
            }
            watch.expect(process, at: now, patience: SilenceWatch.patienceWithStart)
        }
    }

    mutating func readSignals() {
        while let signal = signals.next() {
            if endsRun(signal) {
                happenings.append(.signal(signal))
                continue
            }
            reapGroup()
            for child in launcher.reap() {
                // A signal that ends the run may have ended the children too. Then their end is not
                // reported.
                if ended.remove(child.process) == nil, EndSignal.waiting == nil {
                    writeLog("client process \(child.process) (pid \(child.pid)): \(child.how)")
                }
                handleLoss(child.process, isDead: true)
                happenings.append(.left(child.process))
            }
        }
    }

    func writeLog(_ text: String) { if tellsStderr { writeError(text) } }
}
