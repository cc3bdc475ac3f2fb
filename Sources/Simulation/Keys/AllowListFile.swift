public import Messaging
import Synchronization

/// The list of the clients that may connect, in a file that can change while a coordinator runs.
public final class AllowListFile: Sendable {
    /// The clients of the file when this value was made.
    private let clients: AllowList
    private let path: String
    private let version: Mutex<FileVersion?>

    /// Reads the list.
    ///
    /// - Throws: as `KeyFiles.allowList(_:)`.
    public init(_ path: String) throws(UsageError) {
        // The version is read first: a change in between is read again.
        version = Mutex(FileVersion(of: path))
        clients = try KeyFiles.allowList(path)
        self.path = path
    }

    /// The clients of the file, which are read again when it changes.
    public var accepted: AcceptedClients { AcceptedClients(clients) { try self.changed() } }

    /// Returns the list if the file has changed since the last call; else nil.
    ///
    /// - Throws: as `KeyFiles.allowList(_:)`, once for each change.
    private func changed() throws(UsageError) -> AllowList? {
        let now = FileVersion(of: path)
        let isSame = version.withLock { known in
            defer { known = now }
            return known == now
        }
        return isSame ? nil : try KeyFiles.allowList(path)
    }
}
