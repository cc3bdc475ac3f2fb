/// An error of a run's file that could not be written. The run stops and can be resumed.
package struct OutputError: Error, CustomStringConvertible {
    /// The file or folder.
    package let path: String
    /// The number of bytes that were to be written; 0 if that is not known.
    package let bytes: Int
    private let cause: String

    /// Creates an error from the file, the bytes that were to be written, and the cause.
    package init(_ path: String, bytes: Int, _ cause: any Error) {
        (self.path, self.bytes) = (path, bytes)
        self.cause = SystemError.cause(of: cause)
    }

    package var description: String {
        let room = bytes > 0 ? "room for \(bytes) bytes" : "a file that can be written"
        return "\(path): expected \(room), found an error (\(cause))"
    }

    /// Calls a closure that writes a file. If it fails, the error names the file.
    static func naming<R>(
        _ path: String, bytes: Int = 0, _ body: () throws -> R
    ) throws(OutputError) -> R {
        do {
            return try body()
        } catch let error as OutputError {
            throw error
        } catch {
            throw OutputError(path, bytes: bytes, error)
        }
    }
}
