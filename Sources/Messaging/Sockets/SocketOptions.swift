import CZeroMQ
import Glibc

/// What a socket is and where: the coordinator has one router, each client process one dealer.
public enum SocketKind: Sendable {
    /// Connects to many peers and identifies each by its `PeerID`.
    case router
    /// Talks to one router, reconnects by itself, and reports its connections.
    case dealer
}

/// How a socket gets to its endpoint.
public enum Attachment: Sendable {
    /// Listens at the endpoint: "ipc:///run/user/1000/hyperfed-x/c", "tcp://127.0.0.1:*".
    case bind(String)
    /// Connects, now or as soon as a socket listens at the endpoint.
    case connect(String)

    var endpoint: String {
        switch self {
        case .bind(let endpoint), .connect(let endpoint): endpoint
        }
    }
}

/// The limits of a socket.
public struct SocketOptions: Sendable {
    /// How many messages wait per peer and direction before a send gives `.wouldBlock`.
    public var queuedMessages: Int32
    /// The largest frame that is accepted, in bytes; a peer that sends a larger one is cut off.
    public var maximumFrameBytes: Int64
    /// How many connections may wait to be accepted: at least the number of client processes.
    public var backlog: Int32
    /// How long the last messages may take to leave after the socket has been closed.
    public var lingerMilliseconds: Int32
    /// Whether connections are encrypted, and with which keys.
    public var security: SocketSecurity

    /// Options. The largest legal frame is a header (64 KiB and the client state) or a body.
    public init(
        maximumFrameBytes: Int64, queuedMessages: Int32 = 16, backlog: Int32 = 128,
        lingerMilliseconds: Int32 = 0, security: SocketSecurity = .none
    ) {
        self.maximumFrameBytes = maximumFrameBytes
        self.queuedMessages = queuedMessages
        self.backlog = backlog
        self.lingerMilliseconds = lingerMilliseconds
        self.security = security
    }

    /// Sets everything on a new socket, before it is attached.
    func apply(to socket: UnsafeMutableRawPointer, kind: SocketKind, endpoint: String)
        throws(SocketError)
    {
        func set<Value: FixedWidthInteger & BitwiseCopyable>(
            _ option: Int32, _ value: Value, _ name: String
        ) throws(SocketError) {
            var value = value
            let size = MemoryLayout<Value>.size
            guard zmq_setsockopt(socket, option, &value, size) == 0 else {
                throw .last("set \(name) to \(value) on", endpoint)
            }
        }
        try set(ZMQ_LINGER, lingerMilliseconds, "the linger time")
        try set(ZMQ_SNDHWM, queuedMessages, "the send queue")
        try set(ZMQ_RCVHWM, queuedMessages, "the receive queue")
        try set(ZMQ_MAXMSGSIZE, maximumFrameBytes, "the largest frame")
        try set(ZMQ_BACKLOG, backlog, "the backlog")
        // A peer that connects and stays silent holds a descriptor no longer than this.
        try set(ZMQ_HANDSHAKE_IVL, Int32(5000), "the handshake time")
        try set(ZMQ_RECONNECT_IVL, Int32(100), "the reconnection time")
        try set(ZMQ_RECONNECT_IVL_MAX, Int32(2000), "the longest reconnection time")
        if kind == .router {
            // Without it, messages to a full or vanished peer are lost in silence.
            try set(ZMQ_ROUTER_MANDATORY, Int32(1), "mandatory routing")
        }
        try security.apply(to: socket, endpoint: endpoint)
        if kind == .router, endpoint.hasPrefix("ipc://") {
            // Other users are refused, also where the mode of the socket's file lets them connect.
            try set(ZMQ_IPC_FILTER_UID, geteuid(), "the permitted user")
        }
        if endpoint.hasPrefix("tcp://[") { try set(ZMQ_IPV6, Int32(1), "IPv6") }
        if endpoint.hasPrefix("tcp://") {
            // Without these options a pulled cable is never detected.
            try set(ZMQ_HEARTBEAT_IVL, Int32(1000), "the heartbeat")
            try set(ZMQ_HEARTBEAT_TIMEOUT, Int32(5000), "the heartbeat's timeout")
            try set(ZMQ_HEARTBEAT_TTL, Int32(5000), "the heartbeat's time to live")
        }
    }
}
