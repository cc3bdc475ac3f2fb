import CSystem
import Federation
import Glibc

/// Starts client processes of this program on this machine, and ends them.
///
/// No client process lives longer than the coordinator. Each has the reading end of a pipe, and
/// only the coordinator has the writing end. So a client process reads end of file when the
/// coordinator ends for any reason. It also asks the kernel to be killed with the coordinator.
///
/// Each client process leads a process group, which ends with it. So a program that it starts ends
/// too, such as the crash reporter of the Swift runtime.
struct Launcher: ~Copyable {
    private let program: String
    private let endpoint: String
    /// The key file of the client processes; nil without keys.
    let keyFile: String?
    private let lifeline: (read: Int32, write: Int32)
    /// The running children, in ascending order of process number.
    private(set) var children: [(process: ProcessID, pid: pid_t)] = []

    init(endpoint: String, keyFile: String? = nil) throws {
        (self.endpoint, self.keyFile) = (endpoint, keyFile)
        program = Self.ownPath
        var ends: [Int32] = [-1, -1]
        guard hyperfed_pipe(&ends) == 0 else {
            throw SystemError.last("make it", "pipe")
        }
        lifeline = (ends[0], ends[1])
        Self.turnReporterOff
    }

    /// A killed child cannot end its crash reporter, so the reporter is off. A user can turn it on.
    /// The variable is set once, because another thread may start a process meanwhile.
    private static let turnReporterOff: Void = { _ = setenv("SWIFT_BACKTRACE", "enable=no", 0) }()

    deinit {
        close(lifeline.read)
        close(lifeline.write)
    }

    /// Starts a client process.
    mutating func launch(_ process: ProcessID) throws {
        let isLocal = endpoint.hasPrefix("ipc://")
        let words =
            [
                program, "client", "--connect", endpoint, "--process", "\(process)", "--lifeline",
                "3", "--parent", "\(getpid())",
            ] + (keyFile.map { ["--key", $0] } ?? (isLocal ? [] : ["--insecure"]))
        let pid = ExternalTool.withArguments(words) {
            hyperfed_spawn(program, $0, lifeline.read)
        }
        guard pid > 0 else {
            throw SystemError.last("start client process \(process) with it", program)
        }
        children.append((process, pid))
        children.sort { $0.process < $1.process }
    }

    /// Starts another program, which is found by PATH, in a process group of its own.
    ///
    /// - Returns: its pid. The caller reaps it.
    func spawn(_ words: [String]) throws -> pid_t {
        let name = words.first ?? ""
        guard let path = ExternalTool.path(of: name) else {
            throw SystemError(operation: "start it", object: name, errno: ENOENT)
        }
        let pid = ExternalTool.withArguments(words) { hyperfed_spawn(path, $0, lifeline.read) }
        guard pid > 0 else { throw SystemError.last("start it", name) }
        return pid
    }

    /// Returns the children that have ended since the last call, and how they ended, in words.
    ///
    /// - Parameter isWanted: whether a process is asked for. Other processes stay for a later call.
    mutating func reap(
        _ isWanted: (ProcessID) -> Bool = { _ in true }
    ) -> [(process: ProcessID, pid: pid_t, how: String)] {
        var ended: [(process: ProcessID, pid: pid_t, how: String)] = []
        for child in children where isWanted(child.process) {
            var code: Int32 = -1
            var signal: Int32 = -1
            guard hyperfed_reap(child.pid, &code, &signal) != 0 else { continue }
            ended.append(
                (
                    child.process, child.pid,
                    signal >= 0 ? "killed by signal \(signal)" : "exit code \(code)"
                ))
        }
        children.removeAll { child in ended.contains { $0.process == child.process } }
        return ended
    }

    /// Returns the pid of a child, or nil if the process was not started here.
    func pid(of process: ProcessID) -> pid_t? { children.first { $0.process == process }?.pid }

    /// Ends all children: waits, sends SIGTERM, then SIGKILL. No child is left when it returns.
    ///
    /// - Parameters:
    ///   - graceSeconds: how long children may take to end by themselves.
    ///   - knows: whether a process was asked to stop. A process that never connected was not
    ///     asked, and it has no result to lose.
    mutating func end(graceSeconds: Double, knows: (ProcessID) -> Bool) {
        for child in children where !knows(child.process) { kill(-child.pid, SIGTERM) }
        for (signal, seconds) in [(0, graceSeconds), (SIGTERM, 0.3), (SIGKILL, 5.0)] {
            if signal != 0 { for child in children { kill(-child.pid, signal) } }
            let limit = monotonicSeconds() + seconds
            while !children.isEmpty, monotonicSeconds() < limit {
                _ = reap()
                if !children.isEmpty { usleep(2000) }
            }
            if children.isEmpty { return }
        }
    }

    /// Kills the children that are not wanted, and returns when they have ended.
    ///
    /// - Returns: the process numbers of these children.
    mutating func endNow(_ isUnwanted: (ProcessID) -> Bool) -> [ProcessID] {
        let unwanted = children.filter { isUnwanted($0.process) }
        for child in unwanted { kill(-child.pid, SIGKILL) }
        let limit = monotonicSeconds() + 5
        while children.contains(where: { isUnwanted($0.process) }), monotonicSeconds() < limit {
            if reap(isUnwanted).isEmpty { usleep(500) }
        }
        return unwanted.map(\.process)
    }

    /// The path of this program.
    static var ownPath: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let bytes = buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
        guard let path = String(validating: bytes, as: UTF8.self), Files.exists(path) else {
            return "/proc/self/exe"
        }
        return path
    }
}
