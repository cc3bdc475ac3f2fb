import Datasets
import Glibc

/// A folder of mode 0700 for the sockets and the shared memory of one run; removed with this value.
///
/// In memory (/dev/shm) where that is there, so that shared memory never goes to a disk; the name
/// is short, because the path of a local socket holds 107 bytes.
package struct PrivateFolder: ~Copyable {
    private let folder: LockedFolder

    /// The path of the folder.
    package var path: String { folder.path }

    /// Where the folder can be made, the best first.
    ///
    /// Too little room in /dev/shm is no reason to go on to the next: it is what the machine, or
    /// its container, gives to shared memory, and the others may lie on a disk.
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
            guard let folder = try? LockedFolder(in: parent) else { continue }
            self.folder = folder
            return
        }
        throw SystemError.last(
            "could not create a private folder in any of", candidates.joined(separator: ", "))
    }
}

/// An environment variable; nil when it is not set.
func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
