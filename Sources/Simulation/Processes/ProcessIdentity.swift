import Glibc

/// The identity of a process, which no later process on this machine has. With it, a reader of
/// run.json can distinguish a running run from a killed one.
package struct ProcessIdentity: Equatable, Sendable {
    /// The process id. A later process can get the same id.
    package let pid: Int
    /// The kernel's identifier of the time since the last start of the machine. It is nil if /proc
    /// does not report it.
    package let bootID: String?
    /// The start of the process in clock ticks since the machine started: field 22 of
    /// /proc/PID/stat.
    package let startTicks: Int?

    /// Makes an identity from its parts.
    package init(pid: Int, bootID: String?, startTicks: Int?) {
        (self.pid, self.bootID, self.startTicks) = (pid, bootID, startTicks)
    }

    /// The identity of this process.
    package static let own = ProcessIdentity(
        pid: Int(getpid()),
        bootID: (try? Files.read("/proc/sys/kernel/random/boot_id")).map {
            String($0.prefix { $0 != "\n" })
        },
        startTicks: (try? Files.read("/proc/self/stat")).flatMap(startTicks))

    /// Whether the process has certainly ended: another one, or none, has its id since the machine
    /// started. Without the facts, the answer is false.
    ///
    /// It is asked on the machine of the process only: elsewhere the id says nothing.
    package var hasEnded: Bool {
        guard let bootID, let startTicks, let own = Self.own.bootID else { return false }
        guard bootID == own else { return true }
        // Signal 0 changes nothing. Another user's process may be hidden in /proc.
        guard let id = pid_t(exactly: pid), id > 0 else { return false }
        if kill(id, 0) != 0, errno == ESRCH { return true }
        let stat = try? Files.read("/proc/\(id)/stat")
        return stat.flatMap(Self.startTicks).map { $0 != startTicks } ?? false
    }

    /// Reads the start from "PID (NAME) STATE PARENT …". The name may contain any character, also
    /// parentheses and spaces.
    private static func startTicks(_ stat: String) -> Int? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        // The first field after the name is the third of all fields.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? Int(fields[19]) : nil
    }
}
