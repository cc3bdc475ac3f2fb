import Glibc

/// The socket file that a local endpoint has made, so that its owner can remove it at the end.
struct BoundFile: Sendable {
    private let path: String
    private let device: dev_t
    private let number: ino_t

    /// Finds the file of an endpoint that is bound; nil for an endpoint without a file.
    init?(_ endpoint: String) {
        guard let path = LocalEndpoint.path(of: endpoint), let status = Self.status(of: path) else {
            return nil
        }
        (self.path, device, number) = (path, status.st_dev, status.st_ino)
    }

    /// Removes the file, if it is still the same one.
    func remove() {
        guard let status = Self.status(of: path), status.st_dev == device,
            status.st_ino == number
        else { return }
        unlink(path)
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        return status
    }
}
