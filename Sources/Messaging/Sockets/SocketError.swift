import CZeroMQ

/// A socket operation that the system or ZeroMQ refused.
public struct SocketError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What hyperfed could not do, such as "bind to".
    public var operation: String
    /// The endpoint; empty if there is none.
    public var endpoint: String
    /// The error number of the system or of ZeroMQ.
    public var errno: Int32

    /// Makes an error from its facts.
    public init(operation: String, endpoint: String, errno: Int32) {
        self.operation = operation
        self.endpoint = endpoint
        self.errno = errno
    }

    /// Returns the error of the ZeroMQ call that has just failed on this thread.
    static func last(_ operation: String, _ endpoint: String = "") -> SocketError {
        SocketError(operation: operation, endpoint: endpoint, errno: zmq_errno())
    }

    /// The error number in words.
    public var text: String {
        // Points to static storage and is never null.
        String(cString: zmq_strerror(errno))
    }

    /// The error as a sentence: "tcp://256.0.0.1:1: expected hyperfed to bind to it, found an error
    /// (No such device, errno 19)".
    public var description: String {
        let (place, object) = endpoint.isEmpty ? ("sockets", "") : (endpoint, " it")
        return "\(place): expected hyperfed to \(operation)\(object), found an error (\(words))"
    }

    /// The error as the part in brackets at the end of another message.
    public var cause: String { endpoint.isEmpty ? words : "\(endpoint): \(words)" }

    private var words: String { "\(text), errno \(errno)" }
}
