import CSystem
import Glibc
import TestSupport
import Testing

@Suite struct `Processes that are started` {
    private func spawn(_ script: String, _ folder: TemporaryFolder) throws -> pid_t {
        var ends: [Int32] = [-1, -1]
        try #require(hyperfed_pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var arguments: [UnsafeMutablePointer<CChar>?] =
            ["sh", "-c", "cd '\(folder.path)'; \(script)"].map { (word: String) in strdup(word) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        let pid = hyperfed_spawn("/bin/sh", arguments, ends[0])
        try #require(pid > 0)
        return pid
    }

    private func reap(_ pid: pid_t) -> (code: Int32, signal: Int32)? {
        var (code, signal): (Int32, Int32) = (0, 0)
        return eventually(within: 20) { hyperfed_reap(pid, &code, &signal) == 1 }
            ? (code, signal) : nil
    }

    /// What a child leaves behind, such as the language runtime's reporter of a crash, ends with it.
    @Test func `lead a group, which ends with them`() throws {
        let folder = try TemporaryFolder()
        let pid = try spawn("sleep 1000 & echo $! > left; echo > ready; read x; exit 3", folder)
        // Standard input is empty: the shell goes on at once.
        let ending = reap(pid)
        #expect(ending?.code == 3 && ending?.signal == -1)
        let left = try #require(Int32(folder.text("left").dropLast()))
        #expect(eventually(within: 20) { !ProcessTable.isAlive(left) })
    }

    @Test func `are out of reach of what is sent to the group of their parent`() throws {
        let folder = try TemporaryFolder()
        let pid = try spawn("exec sleep 1000", folder)
        #expect(getpgid(pid) == pid)
        var (code, signal): (Int32, Int32) = (0, 0)
        #expect(hyperfed_reap(pid, &code, &signal) == 0)
        kill(-pid, SIGTERM)
        #expect(reap(pid)?.signal == SIGTERM)
        #expect(hyperfed_reap(pid, &code, &signal) == -1)
    }
}
