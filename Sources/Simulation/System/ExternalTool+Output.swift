import CSystem
import Glibc

/// Programs whose output is read, and programs that take the place of this one.
extension ExternalTool {
    /// The end of a program, with its texts.
    public struct Ending: Sendable {
        /// The exit code; 128 + the number of the signal that ended the program.
        public let code: Int32
        /// The text on standard output.
        public let output: String
        /// The text on standard error.
        public let errors: String

        /// The last line with an error on standard error, else the first line, for the end of a
        /// message.
        public var cause: String {
            let lines = errors.split(separator: "\n")
            let line = lines.last { $0.contains("error: ") } ?? lines.first ?? "exit code \(code)"
            let text = line.firstRange(of: "error: ").map { line[$0.upperBound...] } ?? line
            return String(text)
        }
    }

    /// The largest number of bytes that is read from each of the two texts; the rest is dropped.
    private static let mostBytes = 1 << 20

    /// The path of this program.
    public static var ownPath: String { Launcher.ownPath }

    /// Returns the path of a program that is found by PATH, or nil if there is none.
    public static func path(of program: String) -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        return (environment("PATH") ?? "/usr/bin:/bin").split(separator: ":")
            .map { "\($0)/\(program)" }
            .first { access($0, X_OK) == 0 && Files.isFile($0) }
    }

    /// Runs a program to its end and returns its texts. The result is nil if there is no such
    /// program.
    ///
    /// - Parameters:
    ///   - words: the name of the program, which is found by PATH, and its arguments.
    ///   - seconds: the time after which the program is ended by SIGTERM, and then by SIGKILL.
    /// - Throws: `SystemError` if the program cannot be started.
    public static func output(of words: [String], seconds: Double) throws -> Ending? {
        guard let name = words.first, path(of: name) != nil else { return nil }
        let (output, errors) = (try Pipe(), try Pipe())
        let pid = withArguments(words) {
            hyperfed_start_tool($0, output.writer, errors.writer)
        }
        guard pid > 0 else { throw SystemError.last("start it", name) }
        output.closeWriter()
        errors.closeWriter()
        let limit = monotonicSeconds() + seconds
        var signal = SIGTERM
        var end = limit
        while output.isOpen || errors.isOpen {
            if monotonicSeconds() >= end {
                kill(pid, signal)
                if signal == SIGKILL { break }
                (signal, end) = (SIGKILL, monotonicSeconds() + 2)
            }
            Pipe.read(output, errors, milliseconds: 100)
        }
        var (code, ended): (Int32, Int32) = (-1, -1)
        // Another part of this program may have read the end already; the code is then unknown.
        guard hyperfed_end_tool(pid, &code, &ended) == 0 else {
            throw SystemError.last("read the end of it", name)
        }
        return Ending(
            code: ended > 0 ? 128 + ended : code, output: output.text, errors: errors.text)
    }

    /// Becomes another program, which is found by PATH.
    ///
    /// - Returns: the error, since this returns only if there is one.
    public static func become(_ words: [String]) -> any Error {
        _ = withArguments(words) { hyperfed_become($0) }
        return SystemError.last("start it", words.first ?? "")
    }

    /// A pipe from a child, and what was read from it.
    private final class Pipe {
        private var reader: Int32
        private(set) var writer: Int32
        private var bytes: [UInt8] = []

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard hyperfed_pipe(&ends) == 0 else { throw SystemError.last("make it", "pipe") }
            (reader, writer) = (ends[0], ends[1])
        }

        deinit {
            closeWriter()
            closeReader()
        }

        var isOpen: Bool { reader >= 0 }
        var text: String { String(decoding: bytes, as: UTF8.self) }

        func closeWriter() {
            if writer >= 0 { close(writer) }
            writer = -1
        }

        private func closeReader() {
            if reader >= 0 { close(reader) }
            reader = -1
        }

        /// Waits until one of two pipes has bytes or has ended, and reads them.
        static func read(_ first: Pipe, _ second: Pipe, milliseconds: Int32) {
            var items = [first, second].map {
                pollfd(fd: $0.reader, events: Int16(POLLIN), revents: 0)
            }
            guard poll(&items, 2, milliseconds) > 0 else { return }
            for (item, pipe) in zip(items, [first, second]) where item.revents != 0 {
                pipe.readSome()
            }
        }

        private func readSome() {
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = Glibc.read(reader, &chunk, chunk.count)
            if count < 0, errno == EINTR { return }
            guard count > 0 else { return closeReader() }
            bytes += chunk.prefix(min(count, ExternalTool.mostBytes - bytes.count))
        }
    }
}
