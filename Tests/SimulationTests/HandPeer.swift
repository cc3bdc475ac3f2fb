import Messaging
import Simulation
import Testing

/// A client process by hand: a socket that says what a test wants.
struct HandPeer: ~Copyable {
    let socket: ZeroMQSocket
    var inbox: [Message] = []

    init(_ endpoint: String, _ context: ZeroMQContext) throws {
        socket = try ZeroMQSocket(
            .dealer, .connect(endpoint), options: SocketOptions(maximumFrameBytes: 1 << 24),
            in: context)
    }

    func send(_ message: Message, _ floats: SharedFrame? = nil) throws {
        let bodies = floats.map { [OutgoingBody.floats($0)] } ?? []
        #expect(try socket.send(header: MessageCodec.encode(message), bodies: bodies) == .sent)
    }

    func hello(_ process: UInt32, incarnation: UInt64) throws {
        try send(
            .hello(
                Message.Hello(
                    programVersion: ProgramIdentity.text, scenarioDigest: "", process: process,
                    incarnation: incarnation, pid: 77)))
    }

    mutating func read() throws {
        while case .message(_, let header, let bodies)? = try socket.receive() {
            inbox.append(try MessageCodec.decode(header, bodies: bodies.map(\.byteCount)))
        }
    }

    var welcome: Message.Welcome? {
        for case .welcome(let welcome) in inbox { return welcome }
        return nil
    }

    var refusal: String? {
        for case .refuse(let refuse) in inbox { return refuse.reason }
        return nil
    }

    var lastTask: Message.Task? {
        var last: Message.Task?
        for case .task(let task) in inbox { last = task }
        return last
    }
}
