/// A file of a run that could not be written. The run stops, and can be resumed.
package struct OutputError: Error, CustomStringConvertible {
    /// The file or folder.
    package let path: String
    /// How many bytes were to be written.
    package let bytes: Int
    private let cause: String

    /// An error from the file, the bytes that were to be written, and the error below.
    package init(_ path: String, bytes: Int, _ cause: any Error) {
        (self.path, self.bytes) = (path, bytes)
        self.cause = SystemError.cause(of: cause)
    }

    package var description: String {
        let room = bytes > 0 ? "room for \(bytes) bytes" : "a file that can be written"
        return "\(path): expected \(room), found an error (\(cause))"
    }

    /// Runs a piece of work that writes a file, and says which file it was if that fails.
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
