import Glibc

/// The identity of a process, which no later process on this machine has. With it, a reader of
/// run.json can distinguish a running run from a killed one.
struct ProcessIdentity: Equatable, Sendable {
    /// The process id. A later process can get the same id.
    let pid: Int
    /// The kernel's identifier of the time since the last start of the machine. It is nil if /proc
    /// does not report it.
    let bootID: String?
    /// The start of the process in clock ticks since the machine started: field 22 of
    /// /proc/PID/stat.
    let startTicks: Int?

    /// The identity of this process.
    static let own = ProcessIdentity(
        pid: Int(getpid()),
        bootID: (try? Files.read("/proc/sys/kernel/random/boot_id")).map {
            String($0.prefix { $0 != "\n" })
        },
        startTicks: (try? Files.read("/proc/self/stat")).flatMap(startTicks))

    /// Reads the start from "PID (NAME) STATE PARENT …". The name may contain any character, also
    /// parentheses and spaces.
    private static func startTicks(_ stat: String) -> Int? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        // The first field after the name is the third of all fields.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? Int(fields[19]) : nil
    }
}
