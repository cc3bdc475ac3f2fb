import Glibc

/// An error of the operating system: the operation, its object and the system's words.
public struct SystemError: Error, CustomStringConvertible {
    /// What hyperfed could not do, such as "create this folder". Without an error number it is what
    /// was expected and found, such as "expected a folder, found a file".
    public let operation: String
    /// The object of the operation: a path or an endpoint.
    public let object: String
    /// The error number; 0 if there is none.
    public let errno: Int32

    /// Returns the error of the system call that just failed.
    static func last(_ operation: String, _ object: String) -> SystemError {
        SystemError(operation: operation, object: object, errno: Glibc.errno)
    }

    /// The error as a whole message.
    public var description: String {
        errno == 0
            ? cause
            : "\(object): expected hyperfed to \(operation), found an error (\(words))"
    }

    /// The error as the part in brackets at the end of another message.
    public var cause: String {
        (object.isEmpty ? "" : "\(object): ") + (errno == 0 ? operation : words)
    }

    private var words: String { "\(String(cString: strerror(errno))), errno \(errno)" }

    /// Returns the part in brackets for any error.
    package static func cause(of error: any Error) -> String {
        (error as? SystemError)?.cause ?? "\(error)"
    }
}
