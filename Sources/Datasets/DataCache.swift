#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder where decoded data sets and drawn partitions are kept for the next process.
///
/// Everything in it can be made again, so it may be deleted at any time. Processes may build the
/// same thing at the same time: each writes a file of its own, and renaming it is atomic.
public struct DataCache: Sendable {
    /// Where the files are.
    public let folder: String
    // A folder with a guessable name in /tmp may have been put there by someone else.
    private let mustBeOurs: Bool

    /// The cache in this folder, which is made when something is first written.
    public init(folder: String) {
        self.init(folder: folder, mustBeOurs: false)
    }

    private init(folder: String, mustBeOurs: Bool) {
        (self.folder, self.mustBeOurs) = (folder, mustBeOurs)
    }

    /// The cache of this user: the folder that `HYPERFED_CACHE` names, else `hyperfed` in
    /// `XDG_CACHE_HOME`, else in `~/.cache`, else a folder in `/tmp`.
    public init() {
        self.init { name in getenv(name).map { String(cString: $0) } }
    }

    package init(environment: (String) -> String?) {
        func value(_ name: String) -> String? {
            environment(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        if let folder = value("HYPERFED_CACHE") {
            self.init(folder: folder)
        } else if let caches = value("XDG_CACHE_HOME"), caches.hasPrefix("/") {
            // The XDG specification says to ignore a relative path.
            self.init(folder: "\(caches)/hyperfed")
        } else if let home = value("HOME") {
            self.init(folder: "\(home)/.cache/hyperfed")
        } else {
            self.init(folder: "/tmp/hyperfed-\(getuid())", mustBeOurs: true)
        }
    }

    /// Opens the data set of a source, decoding it first if the cache has no sound copy of it.
    ///
    /// The content is verified; client processes use the key that this hands back.
    public func open(
        _ source: any DataSource, seed: UInt64
    ) throws(DataError) -> (dataset: Dataset, key: String) {
        let key = try source.contentKey(seed: seed)
        let path = try path(key, "data")
        do throws(DataError) {
            if let dataset = try open(key: key) {
                try dataset.verify()
                return (dataset, key)
            }
        } catch {
            // A damaged copy is replaced; what the system refuses is not repaired by writing.
            guard case .damaged = error else { throw error }
        }
        let decoded = try source.decode(seed: seed)
        try write(path) { file throws(DataError) in
            try decoded.forEachPiece(key: key) { piece throws(DataError) in
                try file.append(piece)
            }
        }
        return (try Dataset(path: path), key)
    }

    /// Opens the data set with this key, or gives nil if the cache doesn't have it. Throws
    /// `DataError.damaged` for a file that is cut off or no data set.
    public func open(key: String) throws(DataError) -> Dataset? {
        guard let file = try map(path(key, "data")) else { return nil }
        let dataset = try Dataset(file)
        guard dataset.key == key else {
            throw .damaged(path: file.path, reason: "it holds '\(dataset.key)'")
        }
        return dataset
    }

    /// The file's bytes, or nil when there is no such file.
    func map(_ path: String) throws(DataError) -> MappedFile? {
        try checkOwner()
        do throws(DataError) {
            return try MappedFile(path: path)
        } catch .system(_, _, ENOENT) {
            return nil
        }
    }

    /// Writes a file of the cache, making the folder if there is none.
    func write(
        _ path: String, _ body: (inout AtomicFile) throws(DataError) -> Void
    ) throws(DataError) {
        try makeFolder()
        try checkOwner()
        try AtomicFile.write(to: path, body)
    }

    func path(_ key: String, _ ending: String) throws(DataError) -> String {
        guard CacheKey.isValid(key) else { throw .badKey(key) }
        return "\(folder)/\(key).\(ending)"
    }

    private func makeFolder() throws(DataError) {
        var status = stat()
        var path = folder.hasPrefix("/") ? "" : "."
        for name in folder.split(separator: "/") {
            path += "/\(name)"
            // Someone else may make it between the two calls.
            if stat(path, &status) != 0, mkdir(path, 0o700) != 0, errno != EEXIST {
                throw .system("make the cache folder", path)
            }
        }
        guard stat(folder, &status) == 0 else { throw .system("use the cache folder", folder) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw .system(operation: "use the cache folder", path: folder, number: ENOTDIR)
        }
    }

    private func checkOwner() throws(DataError) {
        guard mustBeOurs else { return }
        var status = stat()
        guard lstat(folder, &status) == 0 else { return }
        guard status.st_uid == getuid(), status.st_mode & S_IFMT == S_IFDIR else {
            throw .foreignFolder(path: folder)
        }
    }
}
