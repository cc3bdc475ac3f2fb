import Glibc

/// The folder that a command writes its results into.
enum OutputFolder {
    /// Makes the folder, if there is none, and checks that files can be made in it.
    ///
    /// - Throws: `UsageError` if the folder cannot be made or written.
    static func make(_ path: String) throws(UsageError) {
        do {
            try Files.makeFolder(path)
        } catch {
            throw UsageError(
                "\(path): expected a folder that can be made, found an error; choose another"
                    + " --output (\(SystemError.cause(of: error)))")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw UsageError(
                "\(path): expected a folder that can be written, found no permission; choose"
                    + " another --output")
        }
    }

    /// Returns the error for a file that could not be written into a folder before a run began.
    static func unwritable(_ path: String, _ error: any Error) -> UsageError {
        UsageError(
            "\(path): expected a folder that can be written, found an error; choose another"
                + " --output (\(SystemError.cause(of: error)))")
    }
}
