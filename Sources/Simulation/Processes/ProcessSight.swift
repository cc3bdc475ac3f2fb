import Glibc

extension SilenceWatch.Sight {
    /// Reads what /proc reports about a process of this machine. The result is nil if there is no
    /// such process.
    package init?(pid: Int32) {
        guard let text = try? Files.read("/proc/\(pid)/stat"), let sight = Self(stat: text) else {
            return nil
        }
        self = sight
    }

    /// Reads "PID (NAME) STATE …". The state is the first field after the name. The 12th and 13th
    /// fields are the processor times in user mode and in kernel mode, in clock ticks.
    package init?(stat text: String) {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
        else { return nil }
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        self.init(
            seconds: (user + system) / ticks, isStopped: fields[0] == "T" || fields[0] == "t",
            isRunnable: fields[0] == "R", isDead: fields[0] == "Z" || fields[0] == "X")
    }
}
