import CSystem
import Glibc

/// A program of another package that hyperfed starts for a piece of work.
public enum ExternalTool {
    /// Runs a program and waits for its end. Its output and its errors are those of this program.
    ///
    /// - Parameters:
    ///   - words: the name of the program, which is found by PATH, and its arguments.
    ///   - purpose: what the program is for, such as "makes PDF files".
    ///   - package: the Debian package that has the program.
    ///   - otherwise: what works without the program.
    /// - Throws: `UsageError` if there is no such program, `RunError` if it failed.
    public static func run(
        _ words: [String], purpose: String, package: String, otherwise: String
    ) throws {
        let name = words.first ?? ""
        var (code, signal): (Int32, Int32) = (-1, -1)
        let status = withArguments(words) { hyperfed_run_tool($0, &code, &signal) }
        guard status == 0 else {
            let error = SystemError.last("start it", name)
            guard error.errno == ENOENT else {
                throw RunError(description: "\(error)", exitCode: 1)
            }
            throw UsageError(
                "\(name): expected the program that \(purpose), found none on the PATH; install"
                    + " Debian's package \(package), or \(otherwise)")
        }
        guard code == 0 else {
            let end = signal > 0 ? "signal \(signal)" : "exit code \(code)"
            throw RunError(
                description:
                    "\(name): expected exit code 0, found \(end); see its message above, or"
                    + " \(otherwise)", exitCode: 1)
        }
    }

    /// Calls a function with words in the form of C.
    static func withArguments<T>(
        _ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T
    ) -> T {
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        return body(arguments)
    }
}
