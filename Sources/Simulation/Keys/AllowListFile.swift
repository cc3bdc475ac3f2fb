import CSystem
import Glibc
public import Messaging
import Synchronization

/// The list of the clients that may connect, in a file that can change while a coordinator runs.
public final class AllowListFile: Sendable {
    /// What differs between two versions of a file.
    private struct Version: Equatable {
        let file, size, seconds, nanoseconds: Int

        /// Reads it; nil if there is no file.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            file = Int(truncatingIfNeeded: status.st_ino)
            size = Int(status.st_size)
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
    }

    /// The clients of the file when this value was made.
    private let clients: AllowList
    private let path: String
    private let version: Mutex<Version?>

    /// Reads the list.
    ///
    /// - Throws: as `KeyFiles.allowList(_:)`.
    public init(_ path: String) throws(UsageError) {
        // The version is read first: a change in between is read again.
        version = Mutex(Version(path))
        clients = try KeyFiles.allowList(path)
        self.path = path
    }

    /// The clients of the file, which are read again when it changes.
    public var accepted: AcceptedClients { AcceptedClients(clients) { try self.changed() } }

    /// Returns the list if the file has changed since the last call; else nil.
    ///
    /// - Throws: as `KeyFiles.allowList(_:)`, once for each change.
    private func changed() throws(UsageError) -> AllowList? {
        let now = Version(path)
        let isSame = version.withLock { known in
            defer { known = now }
            return known == now
        }
        return isSame ? nil : try KeyFiles.allowList(path)
    }
}
