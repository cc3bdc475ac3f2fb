import Glibc

/// Locks a folder against other programs as long as this value lives, however the process ends.
package final class FolderLock {
    private let descriptor: Int32
    /// The reason why there is no lock, if the file system has no locks. It is nil if the folder is
    /// locked.
    package let missing: SystemError?

    /// Locks a folder against other writers.
    ///
    /// - Parameters:
    ///   - holder: which program may have the lock already: "run" or "comparison".
    ///   - isShared: whether programs that share the lock may have it at the same time.
    ///   - advice: what a user can do then.
    ///   - take: the system call; tests pass another one.
    /// - Throws: `UsageError` if another program has locked the folder; `SystemError` if the folder
    ///   cannot be opened.
    package init(
        _ path: String, holder: String, isShared: Bool = false,
        advice: String = "wait for its end, or choose another --output",
        take: (Int32, Int32) -> Int32 = { flock($0, $1) }
    ) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("open it", path) }
        var result: Int32
        let kind = isShared ? LOCK_SH : LOCK_EX
        repeat { result = take(descriptor, kind | LOCK_NB) } while result != 0 && errno == EINTR
        if result != 0, errno == EWOULDBLOCK {
            close(descriptor)
            throw UsageError(
                "\(path): expected a free folder, found it locked by another \(holder); \(advice)")
        }
        // A run may use a file system without locks, so a missing lock is only a warning.
        missing = result == 0 ? nil : SystemError.last("lock it", path)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Runs something while no other program does so for the same file. Waits for them; where the
    /// file system has no locks, nothing is waited for.
    static func exclusively<T>(_ file: String, _ body: () throws -> T) rethrows -> T {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        if descriptor >= 0 {
            while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
        }
        return try body()
    }

    /// Returns whether any program has locked a folder.
    static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// Waits until no program has locked a folder or a signal arrives, at most these seconds.
    static func waitUntilFree(_ path: String, seconds: Double) {
        let limit = monotonicSeconds() + seconds
        while monotonicSeconds() < limit, EndSignal.waiting == nil, isHeld(path) {
            usleep(200_000)
        }
    }

    /// Warns if the folder has no lock.
    func warn() {
        guard let missing else { return }
        writeError(
            "warning: --output: expected a file system with locks, found none; a second run could"
                + " write into this folder; do not start one (\(missing.cause))")
    }
}
