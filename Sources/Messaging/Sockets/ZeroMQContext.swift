import CZeroMQ
import Glibc

/// The ZeroMQ library of this process: its I/O threads and its sockets. One per process, made after
/// any fork.
///
/// Sockets keep their context alive; when the last of them is gone it terminates, after at most the
/// sockets' linger time.
public final class ZeroMQContext: @unchecked Sendable {
    // Sendable: a ZeroMQ context may be used from any thread, and the handle never changes.

    let handle: UnsafeMutableRawPointer

    /// Creates a context.
    ///
    /// - Parameter ioThreads: at least 1. One is enough for about a hundred peers per core. With
    ///   keys these threads encrypt and decrypt, each the messages of its own connections.
    public init(ioThreads: Int32 = 1) throws(SocketError) {
        guard let handle = zmq_ctx_new() else { throw .last("create a ZeroMQ context") }
        zmq_ctx_set(handle, ZMQ_IO_THREADS, ioThreads)
        self.handle = handle
    }

    deinit {
        // A signal interrupts the waiting for the I/O thread, not the termination itself.
        while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {}
    }
}
