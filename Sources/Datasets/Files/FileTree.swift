import Glibc

/// Removes files and folders by open descriptors, so that no link that is put in the way at any
/// moment leads outside.
package enum FileTree {
    /// Removes a file, or a folder with its content. Links are removed, not followed. Other file
    /// systems that are mounted inside stay. What cannot be removed stays, without an error.
    package static func remove(_ path: String) {
        guard let folder = openFolder(path, in: AT_FDCWD) else {
            unlink(path)
            return
        }
        empty(folder)
        close(folder)
        rmdir(path)
    }

    /// Removes everything in an open folder, which stays open.
    static func empty(_ folder: Int32) {
        var own = stat()
        guard fstat(folder, &own) == 0 else { return }
        for name in names(in: folder) {
            guard let inner = openFolder(name, in: folder) else {
                unlinkat(folder, name, 0)
                continue
            }
            var status = stat()
            if fstat(inner, &status) == 0, status.st_dev == own.st_dev { empty(inner) }
            close(inner)
            unlinkat(folder, name, AT_REMOVEDIR)
        }
    }

    /// Opens a folder of this name; nil for a link, for anything else and for what may not be
    /// opened.
    static func openFolder(_ name: String, in folder: Int32) -> Int32? {
        let descriptor = openat(
            folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        return descriptor >= 0 ? descriptor : nil
    }

    /// Returns the names in an open folder, sorted; none if the folder cannot be read.
    static func names(in folder: Int32) -> [String] {
        // The listing moves and closes the descriptor that it reads from.
        guard let copy = openFolder(".", in: folder) else { return [] }
        guard let listing = fdopendir(copy) else {
            close(copy)
            return []
        }
        defer { closedir(listing) }
        return names(of: listing)
    }

    /// Returns whether a path is that of a folder, or of a link to one.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Returns the names in a folder, sorted. Throws if the folder cannot be read.
    static func names(inFolder path: String) throws(DataError) -> [String] {
        guard let listing = opendir(path) else { throw .system("read", path) }
        defer { closedir(listing) }
        return names(of: listing)
    }

    /// Returns the names in a listing without those of the folder itself and the one around it,
    /// sorted.
    package static func names(of listing: OpaquePointer) -> [String] {
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
