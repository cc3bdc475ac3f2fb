import Glibc
import Scenarios

/// The text of a scenario file.
public enum ScenarioText {
    /// The size in bytes above which a scenario file is refused. The reader of settings has the
    /// same limit.
    static let largestBytes = 1 << 20

    /// The name of standard input in messages, and that of a scenario that has none itself.
    public static let standardInput = "standard-input"

    /// Reads a scenario from standard input, to its end.
    ///
    /// - Throws: `UsageError` if it cannot be read, or if its content is not text.
    public static func readStandardInput() throws(UsageError) -> String {
        try text(try contents(of: 0, standardInput), standardInput)
    }

    /// Reads a scenario file. Only regular files are opened and read, because reading a pipe, a
    /// terminal or a device may never end.
    ///
    /// - Throws: `UsageError` if there is no such file, or if its content is not text.
    public static func read(_ path: String) throws(UsageError) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path) }
        try check(status, path)
        // If another kind of file replaced this one meanwhile, opening it must not wait.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        try check(status, path)
        return try text(try contents(of: descriptor, path), path)
    }

    private static func text(_ bytes: [UInt8], _ path: String) throws(UsageError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UsageError(
                "\(path): expected a scenario as text in UTF-8, found \(kind(of: bytes))")
        }
        return text
    }

    /// Returns the settings of a run with more rounds. The comments of the text, which name the
    /// layers of values, are kept.
    static func settings(_ text: String, ofLonger prepared: PreparedRun) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let section = lines.firstIndex(of: "training:"),
            let line = lines[section...].firstIndex(where: { $0.hasPrefix("  rounds: ") })
        else { return prepared.resolvedWithLayers }
        lines[line] = "  rounds: \(prepared.scenario.training.rounds)  # resume --rounds"
        return lines.joined(separator: "\n")
    }

    private static func check(_ status: stat, _ path: String) throws(UsageError) {
        let found: String
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            guard status.st_size <= largestBytes else {
                throw tooLarge(path, "\(status.st_size) bytes")
            }
            return
        case S_IFDIR: found = "a folder; name a file in it"
        case S_IFIFO: found = "a pipe; write - in its place and send it to standard input"
        case S_IFCHR, S_IFBLK: found = "a device"
        case S_IFSOCK: found = "a socket"
        default: found = "something else"
        }
        throw UsageError("\(path): expected a scenario file, found \(found)")
    }

    private static func contents(of descriptor: Int32, _ path: String) throws(UsageError)
        -> [UInt8]
    {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try Files.contents(of: descriptor, path, atMost: largestBytes)
        } catch {
            throw failure(path)
        }
        guard let bytes else { throw tooLarge(path, "more") }
        return bytes
    }

    private static func tooLarge(_ path: String, _ found: String) -> UsageError {
        UsageError(
            "\(path): expected a scenario of at most \(largestBytes) bytes, found \(found)")
    }

    /// Returns the kind of bytes that are not UTF-8, as far as their beginning shows it.
    private static func kind(of bytes: [UInt8]) -> String {
        let beginnings: [(bytes: [UInt8], kind: String)] = [
            ([0x1F, 0x8B], "a gzip file; unpack it first"),
            ([0x50, 0x4B, 0x03, 0x04], "a zip file; unpack it first"),
            ([0xFF, 0xFE], "UTF-16; save it as UTF-8"),
            ([0xFE, 0xFF], "UTF-16; save it as UTF-8"),
            ([0x7F, 0x45, 0x4C, 0x46], "a program"),
            ([0x89, 0x50, 0x4E, 0x47], "an image"),
        ]
        return beginnings.first { bytes.starts(with: $0.bytes) }?.kind
            ?? "other bytes; save it as UTF-8"
    }

    private static func failure(_ path: String) -> UsageError {
        let error = SystemError.last("read it", path)
        guard error.errno == ENOENT else { return UsageError("\(error)") }
        return UsageError("\(path): expected a scenario file, found no such file; check the path")
    }
}
