import Glibc

/// An error of the operating system: the operation, its object and the system's words.
public struct SystemError: Error, CustomStringConvertible {
    /// The operation that failed, such as "could not create folder".
    public let operation: String
    /// The object of the operation: a path or an endpoint.
    public let object: String
    /// The error number; 0 if there is none.
    public let errno: Int32

    /// Returns the error of the system call that just failed.
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
