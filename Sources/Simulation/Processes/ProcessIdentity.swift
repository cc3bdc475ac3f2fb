import Glibc

/// Which process this is, in a way that no later one on this machine has: so that a reader of
/// run.json can tell a run that goes on from one that was killed.
struct ProcessIdentity: Equatable, Sendable {
    /// The process id, which a later process can have again.
    let pid: Int
    /// The kernel's name for the time since the machine was started; nil where it is not told.
    let bootID: String?
    /// When the process started, in clock ticks since then: field 22 of /proc/PID/stat.
    let startTicks: Int?

    /// The identity of this process.
    static let own = ProcessIdentity(
        pid: Int(getpid()),
        bootID: (try? Files.read("/proc/sys/kernel/random/boot_id")).map {
            String($0.prefix { $0 != "\n" })
        },
        startTicks: (try? Files.read("/proc/self/stat")).flatMap(startTicks))

    /// "PID (NAME) STATE PARENT …": the name may hold anything, also a parenthesis or a space.
    private static func startTicks(_ stat: String) -> Int? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        // The first field behind the name is the third of all.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? Int(fields[19]) : nil
    }
}
