import Glibc

/// A folder of mode 0700 for the sockets and the shared memory of one run; removed with this value.
///
/// In memory (/dev/shm) where that is there, so that shared memory never goes to a disk; the name is
/// short, because the path of a local socket holds 107 bytes. A coordinator that is killed leaves its
/// folder behind; the next one removes it. Who is alive holds the lock of its folder.
package struct PrivateFolder: ~Copyable {
    package let path: String
    private let lock: Int32

    private static let prefix = "hyperfed-"

    /// Where the folder can be made, the best first.
    ///
    /// Too little room in /dev/shm is no reason to go on to the next: it is what the machine, or its
    /// container, gives to shared memory, and the others may lie on a disk.
    static var parents: [String] {
        [
            "/dev/shm", environment("XDG_RUNTIME_DIR"), environment("TMPDIR"), "/tmp",
        ].compactMap { $0 }.filter {
            !$0.isEmpty && $0.utf8.count < 80 && access($0, W_OK) == 0
        }
    }

    package init() throws {
        let candidates = Self.parents
        for parent in candidates {
            Self.removeLeftovers(in: parent)
            // Before the lock is taken another coordinator may take the folder for a leftover.
            for _ in 0..<10 {
                guard let folder = Self.make(in: parent) else { break }
                if Files.exists("\(folder.path)/lock") {
                    (path, lock) = folder
                    return
                }
                close(folder.lock)
            }
        }
        throw SystemError.last(
            "could not create a private folder in any of", candidates.joined(separator: ", "))
    }

    deinit {
        Files.remove(path)
        close(lock)
    }

    private static func make(in parent: String) -> (path: String, lock: Int32)? {
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let lock = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { return nil }
        flock(lock, LOCK_EX)
        return (path, lock)
    }

    /// Removes the folders of coordinators that are gone. One without a lock file may be just
    /// starting, and one that is not ours can't be opened: both stay.
    private static func removeLeftovers(in parent: String) {
        for name in Files.names(in: parent) where name.hasPrefix(prefix) {
            let descriptor = open("\(parent)/\(name)/lock", O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { Files.remove("\(parent)/\(name)") }
            close(descriptor)
        }
    }
}

/// An environment variable; nil when it is not set.
func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
