import Datasets
import Glibc

/// A folder of mode 0700 for the sockets and the shared memory of one run. It is removed with this
/// value.
///
/// The folder is in /dev/shm if that exists, so that shared memory never goes to a disk. The name
/// is short, because the path of a local socket has at most 107 bytes.
package struct PrivateFolder: ~Copyable {
    private let folder: LockedFolder

    /// The path of the folder.
    package var path: String { folder.path }

    /// The folders in which the private folder can be made, the best first.
    ///
    /// If /dev/shm has too little room, the others are not tried. The machine or its container
    /// limits shared memory there on purpose, and the other folders may be on a disk.
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
            "create a private folder in one of them", candidates.joined(separator: ", "))
    }
}

/// Returns an environment variable, or nil if it is not set.
package func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
