import CSystem
public import Datasets
import Federation
import Glibc
import Messaging

/// A client process: connects to a coordinator and serves its clients until the run ends.
public enum ClientProcess {
    /// How a client process ended.
    public enum Ending: Equatable, Sendable {
        /// The coordinator sent a message that the run is over.
        case stopped
        /// The coordinator refused this client process, for this reason.
        case refused(String)
        /// The client process cannot continue, for this reason.
        case failed(String)
    }

    /// The options of a client process.
    public struct Options: Sendable {
        /// The endpoint of the coordinator: "ipc:///…" or "tcp://host:port".
        public var endpoint: String
        /// The number of this process. If it is nil, the coordinator chooses a number.
        public var process: UInt32?
        /// A descriptor that reports end of file when the coordinator has ended.
        public var lifeline: Int32?
        /// The pid of the coordinator that started this process. This process ends with it.
        public var parent: Int32?
        /// The keys of this process; nil without encryption.
        public var keys: ClientKeys?
        /// The folder in which the data of the scenario are, under the last names of their paths.
        /// Nil means that they are where the scenario says.
        public var dataFolder: String?
        /// How long to wait for a coordinator, in seconds: before the first connection and after a
        /// loss.
        public var patienceSeconds: Double

        /// Creates the options of one client process.
        public init(
            endpoint: String, process: UInt32? = nil, lifeline: Int32? = nil,
            parent: Int32? = nil, keys: ClientKeys? = nil,
            dataFolder: String? = nil, patienceSeconds: Double = 30
        ) {
            self.endpoint = endpoint
            self.process = process
            self.lifeline = lifeline
            self.parent = parent
            (self.keys, self.dataFolder) = (keys, dataFolder)
            self.patienceSeconds = patienceSeconds
        }
    }

    /// Serves tasks until the run ends.
    public static func run(_ options: Options, cache: DataCache) throws -> Ending {
        if let parent = options.parent {
            guard hyperfed_die_with_parent(parent) == 0 else { return .stopped }
            // The coordinator decides what Ctrl-C means, so this process ignores it. SIGTTOU is
            // ignored because it would stop a process outside the terminal's group that writes
            // there.
            signal(SIGINT, SIG_IGN)
            signal(SIGTTOU, SIG_IGN)
        }
        if !options.endpoint.hasPrefix("ipc://") { hyperfed_keep_freed_memory() }
        let context = try ZeroMQContext()
        let socket = try ZeroMQSocket(
            .dealer, .connect(options.endpoint),
            options: SocketOptions(
                maximumFrameBytes: 1 << 40, lingerMilliseconds: 300,
                security: options.keys?.security ?? .none),
            in: context)
        var loop = Loop(options, cache)
        return try loop.run(socket)
    }

    private struct Loop: ~Copyable {
        let options: Options
        var session: ClientSession
        var process: UInt32
        let incarnation = UInt64.random(in: 0...UInt64.max)
        let signs = SignsOfWork()
        var lastWord = monotonicSeconds()
        var isConnected = false
        /// The time of the last hello over this connection; nil after the welcome to it.
        var lastHello: Double?

        /// The seconds after which a hello without an answer is repeated.
        static let helloInterval = 1.0
        private var failures: HandshakeFailures

        init(_ options: Options, _ cache: DataCache) {
            self.options = options
            session = ClientSession(
                cache: cache, followsRuns: options.parent != nil, dataFolder: options.dataFolder)
            failures = HandshakeFailures(endpoint: options.endpoint, keys: options.keys)
            process = options.process ?? Message.Hello.anyProcess
        }

        mutating func run(_ socket: borrowing ZeroMQSocket) throws -> Ending {
            var poller = Poller()
            _ = poller.watch(socket)
            let connection = poller.watch(connectionOf: socket)
            let lifeline = options.lifeline.map { poller.watch(descriptor: $0) }
            while true {
                _ = try poller.wait(milliseconds: 500)
                if let lifeline, poller.isReady(lifeline) { return .stopped }
                if poller.isReady(connection) {
                    while let event = try socket.nextConnectionEvent() {
                        try handle(event, socket)
                        if let reason = failures.reason(after: event) { return .refused(reason) }
                    }
                }
                while let received = try socket.receive() {
                    lastWord = monotonicSeconds()
                    if let ending = try handle(received, socket) { return ending }
                }
                if isConnected, let lastHello,
                    monotonicSeconds() - lastHello > Self.helloInterval
                {
                    try sendHello(socket)
                }
                // A process with a lifeline learns from it that the coordinator has ended. Without
                // such a sign the coordinator may only be stopped for a while, so this process
                // waits.
                if !isConnected, lifeline == nil,
                    monotonicSeconds() - lastWord > options.patienceSeconds
                {
                    return .failed(
                        "\(options.endpoint): expected a coordinator, found none for"
                            + " \(Int(options.patienceSeconds)) s; check --connect or raise"
                            + " --patience")
                }
            }
        }

        /// Handles a new or a lost connection. The router treats each new connection as a new peer,
        /// so this process sends its hello again.
        private mutating func handle(_ event: ConnectionEvent, _ socket: borrowing ZeroMQSocket)
            throws
        {
            switch event {
            case .connected:
                isConnected = true
                lastWord = monotonicSeconds()
                try sendHello(socket)
            case .disconnected, .refusedKey, .oneSideWithoutKeys, .foreignProtocol,
                .handshakeBroken:
                if isConnected { lastWord = monotonicSeconds() }
                isConnected = false
            }
        }

        /// Sends a hello. It is repeated until it is answered: the coordinator ignores it while it
        /// still has the connection before.
        private mutating func sendHello(_ socket: borrowing ZeroMQSocket) throws {
            let hello = Message.Hello(
                programVersion: ProgramIdentity.text,
                scenarioDigest: session.scenarioDigest, process: process,
                incarnation: incarnation, pid: getpid())
            _ = try socket.send(header: MessageCodec.encode(.hello(hello)))
            lastHello = monotonicSeconds()
        }

        private mutating func handle(_ received: Received, _ socket: borrowing ZeroMQSocket) throws
            -> Ending?
        {
            guard case .message(_, let header, let bodies) = received else {
                return .failed(
                    "\(options.endpoint): expected a message of 1 to 3 parts, found another; use"
                        + " the same hyperfed on both sides")
            }
            let message: Message
            do throws(MessageError) {
                message = try MessageCodec.decode(header, bodies: bodies.map(\.byteCount))
            } catch {
                return .failed(
                    "\(options.endpoint): \(error); use the same hyperfed on both sides")
            }
            switch message {
            case .welcome(let welcome):
                lastHello = nil
                process = welcome.process
                if let problem = session.welcome(welcome) {
                    _ = try leave(problem, socket)
                    return .refused(problem)
                }
                let ready = Message.ready(run: welcome.run)
                try send(ClientSession.Reply(ready), socket)
            case .model(let model):
                session.receive(model, body: bodies.first.map { .received($0) })
            case .task(let task):
                let signs = signs
                let carried = bodies.first.map { ClientSession.Body.received($0) }
                let reply = session.perform(task, carried: carried) {
                    if signs.step() { Self.giveSign(signs, socket) }
                }
                try send(reply, socket)
            case .evaluate(let task):
                let reply = session.perform(task)
                _ = signs.step()
                try send(ClientSession.Reply(reply), socket)
            case .collect(let question):
                try send(session.perform(question), socket)
                _ = signs.step()
            case .ping(let number):
                let pong = Message.Pong(number: number, progress: signs.progress)
                try send(ClientSession.Reply(.pong(pong)), socket)
            case .stop: return .stopped
            case .refuse(let refuse):
                return .refused("refused by the coordinator: \(refuse.reason)")
            case .hello, .update, .failed, .pong, .leave, .evaluated, .ready, .sum: break
            }
            return nil
        }

        /// Sends a sign that a long task continues. If the coordinator has no room for it now, the
        /// sign is dropped, because unread messages already show that this process lives.
        private static func giveSign(_ signs: SignsOfWork, _ socket: borrowing ZeroMQSocket) {
            let pong = Message.Pong(number: 0, progress: signs.progress)
            _ = try? socket.send(header: MessageCodec.encode(.pong(pong)))
        }

        private func leave(_ reason: String, _ socket: borrowing ZeroMQSocket) throws -> Ending {
            let message = Message.leave(reason: reason)
            try send(ClientSession.Reply(message), socket)
            return .failed(reason)
        }

        private func send(
            _ reply: ClientSession.Reply, _ socket: borrowing ZeroMQSocket
        ) throws {
            let header = MessageCodec.encode(reply.message)
            let bodies = reply.bodies.map { OutgoingBody.floats($0) }
            while try socket.send(header: header, bodies: bodies) == .wouldBlock {
                _ = try socket.waitUntilWritable(milliseconds: 1000)
                // The message was not received: the coordinator has ended.
                if monotonicSeconds() - lastWord > 60 { return }
            }
        }
    }
}
