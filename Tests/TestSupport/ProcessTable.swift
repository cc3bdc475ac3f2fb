import Foundation
import Glibc

/// What the kernel knows about processes, from /proc.
package enum ProcessTable {
    /// The children of a process.
    package static func children(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int32.init).filter { entry($0)?.parent == parent }.sorted()
    }

    /// Whether the process runs; one that ended and waits to be reaped does not.
    package static func isAlive(_ pid: Int32) -> Bool {
        guard let state = entry(pid)?.state else { return false }
        return state != "Z" && state != "X"
    }

    /// The words that a process was started with.
    package static func arguments(of pid: Int32) -> [String] {
        let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What the kernel tells of a process, line by line; empty when there is none.
    package static func status(of pid: Int32) -> String {
        String(
            decoding: FileManager.default.contents(atPath: "/proc/\(pid)/status") ?? Data(),
            as: UTF8.self)
    }

    /// When a process started and how much processor time it has used, both in clock ticks; nil when
    /// there is none.
    package static func ticks(of pid: Int32) -> (start: Int, used: Int)? {
        let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/stat") ?? Data()
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let start = Int(fields[19]), let own = Int(fields[11]),
            let kernel = Int(fields[12])
        else { return nil }
        return (start, own + kernel)
    }

    // "PID (NAME) STATE PARENT …"; the name may hold anything, also a parenthesis.
    private static func entry(_ pid: Int32) -> (state: String, parent: Int32)? {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else {
            return nil
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
        return (String(fields[0]), parent)
    }
}

/// Asks again and again until the answer is yes, at most so many seconds; hands back the last answer.
///
/// Where more processes want a processor than there are, each second counts as so many more: a
/// verdict is not to depend on what else the machine does.
package func eventually(within seconds: Double, _ isTrue: () throws -> Bool) rethrows -> Bool {
    let clock = ContinuousClock()
    let limit = clock.now + .seconds(seconds * crowding())
    while true {
        if try isTrue() { return true }
        if clock.now > limit { return false }
        usleep(2000)
    }
}
