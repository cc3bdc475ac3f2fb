import CZeroMQ
import Glibc

/// A ZeroMQ socket, for one thread. Nothing it does waits: whoever has nothing else to do waits in
/// a `Poller`. Closes when it goes out of scope.
public struct ZeroMQSocket: ~Copyable {
    /// Whether this is a router or a dealer.
    public let kind: SocketKind
    /// The endpoint as bound, with the port that the system chose, or as connected to.
    public let lastEndpoint: String

    let context: ZeroMQContext
    let handle: UnsafeMutableRawPointer
    let monitor: ConnectionMonitor?
    private let source = SourceOfMessage()
    /// Counts the connections that a router refuses; nil if none was given.
    public let authenticator: Authenticator?
    /// Whether peers have proved which key they have.
    let hasKeys: Bool
    /// The file of a bound local endpoint. ZeroMQ itself leaves it behind.
    private let file: BoundFile?

    /// Opens a socket and attaches it. A path of ipc is bound only where nothing is, or a socket on
    /// which no process listens, since ZeroMQ would delete whatever else stands there.
    ///
    /// - Parameter authenticator: counts the connections that a router refuses, and has the list of
    ///   clients if the router has keys. It ends with the router.
    public init(
        _ kind: SocketKind, _ attachment: Attachment, options: SocketOptions,
        authenticator: Authenticator? = nil, in context: ZeroMQContext
    ) throws(SocketError) {
        let endpoint = attachment.endpoint
        guard let handle = zmq_socket(context.handle, kind == .router ? ZMQ_ROUTER : ZMQ_DEALER)
        else { throw .last("create a socket for", endpoint) }
        var monitor: ConnectionMonitor?
        let lastEndpoint: String
        do throws(SocketError) {
            try options.apply(to: handle, kind: kind, endpoint: endpoint)
            if kind == .dealer { monitor = try ConnectionMonitor(of: handle, in: context) }
            if let authenticator { try authenticator.watch(handle) }
            lastEndpoint = try Self.attach(handle, attachment)
        } catch {
            monitor?.close(watched: handle)
            Self.end(authenticator, of: handle)
            zmq_close(handle)
            throw error
        }
        self.kind = kind
        self.lastEndpoint = lastEndpoint
        self.context = context
        self.handle = handle
        self.monitor = monitor
        self.authenticator = authenticator
        if case .none = options.security { hasKeys = false } else { hasKeys = true }
        if case .bind = attachment { file = BoundFile(lastEndpoint) } else { file = nil }
    }

    /// The descriptor of the connection that the last message came over; −1 if there is none.
    public var lastSource: Int32 { source.descriptor }

    /// Reads over which connection a part came.
    func recordSource(of part: UnsafeMutablePointer<zmq_msg_t>) {
        source.descriptor = zmq_msg_get(part, ZMQ_SRCFD)
    }

    deinit {
        // Before the socket is closed: as long as it is open, no other coordinator binds here.
        file?.remove()
        monitor?.close(watched: handle)
        Self.end(authenticator, of: handle)
        zmq_close(handle)
    }

    /// Ends an authenticator. First the router stops to report events: a report that is not read
    /// blocks the connections of the whole context.
    private static func end(_ authenticator: Authenticator?, of handle: UnsafeMutableRawPointer) {
        guard let authenticator else { return }
        zmq_socket_monitor(handle, nil, 0)
        authenticator.stop()
    }

    /// Returns the next event of a dealer's connection, or nil when there is none.
    public func nextConnectionEvent() throws(SocketError) -> ConnectionEvent? {
        try monitor?.next()
    }

    /// Waits until a send may go through, at most this long. True when it may. (For a dealer: a
    /// router as a whole is always writable, whatever a single peer's queue.)
    public func waitUntilWritable(milliseconds: Int) throws(SocketError) -> Bool {
        var item = zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLOUT), revents: 0)
        let ready = zmq_poll(&item, 1, milliseconds)
        if ready < 0 && zmq_errno() != EINTR { throw .last("wait for", lastEndpoint) }
        return ready > 0
    }

    private static func attach(_ handle: UnsafeMutableRawPointer, _ attachment: Attachment)
        throws(SocketError) -> String
    {
        switch attachment {
        case .connect(let endpoint):
            guard zmq_connect(handle, endpoint) == 0 else { throw .last("connect to", endpoint) }
            return endpoint
        case .bind(let endpoint):
            let file = LocalEndpoint(endpoint)
            if let obstacle = file.obstacle {
                throw SocketError(operation: "bind to", endpoint: endpoint, errno: obstacle)
            }
            let status = withExtendedLifetime(file) { zmq_bind(handle, endpoint) }
            guard status == 0 else { throw .last("bind to", endpoint) }
            var text = [CChar](repeating: 0, count: 1024)
            var size = text.count
            guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &text, &size) == 0 else {
                throw .last("read the bound endpoint of", endpoint)
            }
            return String(
                decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}

/// The connection of the last message. A class, because receiving does not change the socket.
private final class SourceOfMessage {
    var descriptor: Int32 = -1
}
