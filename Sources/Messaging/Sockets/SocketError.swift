import CZeroMQ

/// A socket operation that the system or ZeroMQ refused.
public struct SocketError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried: "bind to", for example.
    public var operation: String
    /// The endpoint, or the empty text where there is none.
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

    /// The error as a sentence:
    /// "could not bind to tcp://256.0.0.1:1: No such device (errno 19)".
    public var description: String {
        let place = endpoint.isEmpty ? "" : " \(endpoint)"
        return "could not \(operation)\(place): \(text) (errno \(errno))"
    }
}
