import Datasets
import Glibc

/// A folder of mode 0700 for the sockets and the shared memory of one run; removed with this value.
///
/// In memory (/dev/shm) where that is there, so that shared memory never goes to a disk; the name is
/// short, because the path of a local socket holds 107 bytes.
package struct PrivateFolder: ~Copyable {
    private let folder: LockedFolder

    /// Where it is.
    package var path: String { folder.path }

    package init() throws {
        let candidates = [
            "/dev/shm", environment("XDG_RUNTIME_DIR"), environment("TMPDIR"), "/tmp",
        ].compactMap { $0 }.filter { !$0.isEmpty && $0.utf8.count < 80 }
        for parent in candidates where access(parent, W_OK) == 0 {
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
