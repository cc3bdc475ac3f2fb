import Bytes
import CSystem
import Glibc

/// What differs between two versions of a file, so that a change is seen without reading the file.
struct FileVersion: Equatable {
    private let size, file, seconds, nanoseconds: UInt64

    /// Takes the facts that the system reports of a file.
    init(_ status: stat) {
        size = UInt64(truncatingIfNeeded: status.st_size)
        file = UInt64(status.st_ino)
        seconds = UInt64(truncatingIfNeeded: status.st_mtim.tv_sec)
        nanoseconds = UInt64(truncatingIfNeeded: status.st_mtim.tv_nsec)
    }

    /// Asks the system for them; nil if there is no file.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Adds the version to a hash.
    func add(to hash: inout ContentHash) {
        for number in [size, file, seconds, nanoseconds] { hash.add(number) }
    }
}
