import Glibc

/// A new folder of mode 0700, inside a folder that others may write to. Only this process uses it.
/// It is removed with this object.
///
/// A killed process leaves its folder behind, and the next process removes it. A living process
/// holds the lock of its folder.
package final class LockedFolder: Sendable {
    /// The path: `hyperfed-` and six letters or digits, in `parent`.
    package let path: String
    private let lock: Int32

    private static let prefix = "hyperfed-"

    /// Makes a folder in `parent`, and removes folders there that dead processes of this user left
    /// behind.
    package init(in parent: String) throws(DataError) {
        Self.removeLeftovers(in: parent)
        // Before the lock is taken, another process may remove the new folder as a leftover.
        for _ in 0..<10 {
            let made = try Self.make(in: parent)
            var status = stat()
            if fstat(made.lock, &status) == 0, status.st_nlink > 0 {
                (path, lock) = made
                return
            }
            close(made.lock)
        }
        throw .system(operation: "keep a folder in", path: parent, number: EBUSY)
    }

    deinit {
        FileTree.remove(path)
        close(lock)
    }

    private static func make(in parent: String) throws(DataError) -> (path: String, lock: Int32) {
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system("make a folder in", parent) }
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let lock = open("\(path)/lock", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            let error = DataError.system("lock", path)
            if lock >= 0 { close(lock) }
            FileTree.remove(path)
            throw error
        }
        return (path, lock)
    }

    /// Removes the folders of processes that have ended.
    ///
    /// A folder is removed only if these conditions hold. Its name has the form above. It belongs
    /// to this user and is closed to all others. It has a lock file of this user that no process
    /// holds. A folder without a lock file may be new, so it stays.
    package static func removeLeftovers(in parent: String) {
        let outer = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard outer >= 0 else { return }
        defer { close(outer) }
        for name in FileTree.names(in: outer) where isOurs(name) {
            guard let folder = FileTree.openFolder(name, in: outer) else { continue }
            defer { close(folder) }
            guard isPrivate(folder, kind: S_IFDIR) else { continue }
            let lock = openat(folder, "lock", O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard lock >= 0 else { continue }
            defer { close(lock) }
            guard isPrivate(lock, kind: S_IFREG), flock(lock, LOCK_EX | LOCK_NB) == 0 else {
                continue
            }
            FileTree.empty(folder)
            unlinkat(outer, name, AT_REMOVEDIR)
        }
    }

    private static func isOurs(_ name: String) -> Bool {
        let rest = name.dropFirst(prefix.count).utf8
        return name.hasPrefix(prefix) && rest.count == 6
            && rest.allSatisfy { isalnum(Int32($0)) != 0 }
    }

    private static func isPrivate(_ descriptor: Int32, kind: UInt32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == kind
            && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
    }
}
