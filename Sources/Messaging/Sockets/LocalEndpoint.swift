import Glibc

/// The file that a local endpoint is bound at. It is locked against other processes as long as this
/// value lives.
///
/// ZeroMQ deletes any file at a path before it binds there. So only a socket on which no process
/// listens may be there. No other process of hyperfed may check the path at the same time.
struct LocalEndpoint: ~Copyable {
    /// Nil for an endpoint that has no file: tcp, or an abstract name.
    private let path: String?
    private let folder: Int32

    init(_ endpoint: String) {
        guard let name = Self.path(of: endpoint) else {
            (path, folder) = (nil, -1)
            return
        }
        let parent = name.lastIndex(of: "/").map { String(name[...$0]) } ?? "."
        let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // If another process keeps the lock for long, or the file system has no locks, checking
        // once must be enough.
        for _ in 0..<50 where flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
            usleep(10_000)
        }
        (path, folder) = (name, descriptor)
    }

    /// Returns the path of an endpoint; nil for tcp, an abstract name or a name that ZeroMQ makes.
    static func path(of endpoint: String) -> String? {
        let name = endpoint.dropFirst(6)
        guard endpoint.hasPrefix("ipc://"), !name.isEmpty, !name.hasPrefix("@"), name != "*" else {
            return nil
        }
        return String(name)
    }

    deinit { if folder >= 0 { close(folder) } }

    /// The error of what stands at the path and must stay; nil where it may be bound.
    var obstacle: Int32? {
        var status = stat()
        guard let path, lstat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return EEXIST }
        return Self.isLive(path) ? EADDRINUSE : nil
    }

    /// Returns whether a process listens at a socket.
    private static func isLive(_ path: String) -> Bool {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0
        )
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // ZeroMQ refuses a path that does not fit.
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let status = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // Only this error says that no process listens; other errors say that we may not ask.
        return status == 0 || errno != ECONNREFUSED && errno != ENOENT
    }
}
