import Glibc

extension DataCache {
    /// Makes the cache's folder and those above it.
    static func make(_ folder: String) throws(DataError) {
        var status = stat()
        var path = folder.hasPrefix("/") ? "" : "."
        for name in folder.split(separator: "/") {
            path += "/\(name)"
            // Someone else may make it between the two calls.
            if stat(path, &status) != 0, mkdir(path, 0o700) != 0, errno != EEXIST {
                throw .system("make", path)
            }
        }
        guard stat(folder, &status) == 0 else { throw .system("use", folder) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw .system(operation: "use", path: folder, number: ENOTDIR)
        }
    }

    /// Removes what a process that was killed while it wrote this file left beside it a day ago or
    /// earlier.
    static func removeLeftovers(of name: String, in folder: String) {
        guard let descriptor = FileTree.openFolder(folder, in: AT_FDCWD) else { return }
        defer { close(descriptor) }
        for other in FileTree.names(in: descriptor)
        where other.hasPrefix("\(name).") && other.hasSuffix(".tmp") {
            var status = stat()
            guard fstatat(descriptor, other, &status, AT_SYMLINK_NOFOLLOW) == 0,
                status.st_mtim.tv_sec < time(nil) - 86_400
            else { continue }
            unlinkat(descriptor, other, 0)
        }
    }

    /// Returns whether this is a folder of this user that other users cannot write to.
    static func isOurs(_ folder: String) -> Bool {
        var status = stat()
        return lstat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            && status.st_uid == geteuid() && status.st_mode & 0o022 == 0
    }
}
