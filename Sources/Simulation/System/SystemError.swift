import Glibc

/// What the operating system refused: the operation, its object and the system's words.
public struct SystemError: Error, CustomStringConvertible {
    /// What was tried: "could not create folder".
    public let operation: String
    /// On what: a path, an endpoint.
    public let object: String
    /// The error number; 0 when there is none.
    public let errno: Int32

    /// The error of the call that just failed.
    static func last(_ operation: String, _ object: String) -> SystemError {
        SystemError(operation: operation, object: object, errno: Glibc.errno)
    }

    /// The error as a sentence.
    public var description: String {
        errno == 0
            ? "\(operation) \(object)"
            : "\(operation) \(object): \(String(cString: strerror(errno))) (errno \(errno))"
    }
}
