import CSystem
import CZeroMQ
import Glibc
import Synchronization

/// Decides which client keys a router accepts, and counts the connections that are refused.
///
/// It is ZeroMQ's ZAP handler (RFC 27) and the reader of the router's monitor. A thread of its own
/// does the work, so that clients can connect while the coordinator computes. Make it before the
/// router, and give it to the router, which ends the thread.
public final class Authenticator {
    private static let number = Atomic<UInt64>(0)
    /// The inproc endpoint of the router's monitor.
    private let monitorEndpoint: String
    private let control: UnsafeMutableRawPointer
    private let work: AuthenticatorThread
    private var thread: pthread_t?

    /// Starts the thread.
    ///
    /// - Parameter clients: the clients that may connect; nil for a router without keys, whose
    ///   refused connections are only counted.
    /// - Throws: `SocketError` if the context has an authenticator already, or if the system has no
    ///   room for a socket or a thread.
    public init(_ clients: AcceptedClients?, in context: ZeroMQContext) throws(SocketError) {
        let number = Self.number.wrappingAdd(1, ordering: .relaxed).newValue
        monitorEndpoint = "inproc://router-monitor-\(number)"
        var sockets: [UnsafeMutableRawPointer] = []
        func open(
            _ kind: Int32, _ attach: (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Int32,
            _ endpoint: String
        ) throws(SocketError) -> UnsafeMutableRawPointer {
            var zero: Int32 = 0
            let size = MemoryLayout<Int32>.size
            if let socket = zmq_socket(context.handle, kind) {
                sockets.append(socket)
                if zmq_setsockopt(socket, ZMQ_LINGER, &zero, size) == 0,
                    zmq_setsockopt(socket, ZMQ_RCVHWM, &zero, size) == 0,
                    attach(socket, endpoint) == 0
                {
                    return socket
                }
            }
            let error = SocketError.last("authenticate clients by", endpoint)
            for socket in sockets { zmq_close(socket) }
            throw error
        }
        let controlEndpoint = "inproc://authenticator-\(number)"
        control = try open(ZMQ_PAIR, zmq_bind, controlEndpoint)
        let orders = try open(ZMQ_PAIR, zmq_connect, controlEndpoint)
        let monitor = try open(ZMQ_PAIR, zmq_connect, monitorEndpoint)
        let requests =
            clients == nil ? nil : try open(ZMQ_REP, zmq_bind, "inproc://zeromq.zap.01")
        work = AuthenticatorThread(
            orders: orders, monitor: monitor, requests: requests, clients: clients)
        let status = start()
        guard status == 0 else {
            for socket in sockets { zmq_close(socket) }
            throw SocketError(
                operation: "start a thread", endpoint: "authenticator", errno: status)
        }
    }

    deinit { stop() }

    /// The connections that were refused so far.
    public var refused: RefusalCounts { work.refused.withLock { $0.counts } }

    /// Returns the lines for the log that were made since the last call.
    public func takeLines() -> [String] { work.refused.withLock { $0.takeLines() } }

    /// Reads the events of a router from now on. Called before the router is bound.
    func watch(_ router: UnsafeMutableRawPointer) throws(SocketError) {
        let events =
            ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
            | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
            | ZMQ_EVENT_HANDSHAKE_SUCCEEDED
        guard zmq_socket_monitor(router, monitorEndpoint, events) == 0 else {
            throw .last("watch connections by", monitorEndpoint)
        }
    }

    /// Ends the thread and closes its sockets. The router must report no more events then.
    func stop() {
        guard let thread else { return }
        while zmq_send(control, "", 0, 0) < 0 && zmq_errno() == EINTR {}
        pthread_join(thread, nil)
        zmq_close(control)
        self.thread = nil
    }

    private func start() -> Int32 {
        // Signals are for the thread that made this value.
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 1 << 20)
        let passed = Unmanaged.passRetained(work)
        var new = pthread_t()
        let status = pthread_create(
            &new, &attributes,
            { pointer in
                if let pointer {
                    Unmanaged<AuthenticatorThread>.fromOpaque(pointer).takeRetainedValue().run()
                }
                return nil
            }, passed.toOpaque())
        if status == 0 { thread = new } else { passed.release() }
        return status
    }
}
