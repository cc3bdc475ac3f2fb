import Glibc

/// The folder in which decoded data sets and drawn partitions are kept for the next process.
///
/// Everything in it can be made again, so it may be deleted at any time. Processes may build the
/// same result at the same time: each writes its own file, and renaming a file is atomic. Files
/// that are readable and undamaged are used. Files that the folder does not accept stay in a
/// `TemporaryCache`, with one warning.
public struct DataCache: Sendable {
    /// Where the files are.
    public let folder: String
    // A folder with a guessable name in /tmp may have been put there by someone else.
    private let mustBeOurs: Bool
    private let temporary: TemporaryCache
    private let warn: @Sendable (String) -> Void

    /// Makes a cache in this folder. The folder is made at the first write.
    ///
    /// - Parameter warn: receives each warning for the user once a process.
    public init(folder: String, warn: @escaping @Sendable (String) -> Void = DataCache.writeWarning)
    {
        self.init(folder: folder, mustBeOurs: false, .shared, warn)
    }

    /// Makes a cache with its own folders for files that `folder` does not accept.
    package init(
        folder: String, mustBeOurs: Bool = false, _ temporary: TemporaryCache,
        _ warn: @escaping @Sendable (String) -> Void
    ) {
        (self.folder, self.mustBeOurs) = (folder, mustBeOurs)
        (self.temporary, self.warn) = (temporary, warn)
    }

    /// The cache of this user: the folder that `HYPERFED_CACHE` names, else `hyperfed` in
    /// `XDG_CACHE_HOME`, else in `~/.cache`, else a folder in `/tmp`.
    public init(warn: @escaping @Sendable (String) -> Void = DataCache.writeWarning) {
        self.init({ name in getenv(name).map { String(cString: $0) } }, warn)
    }

    package init(environment: (String) -> String?) {
        self.init(environment, DataCache.writeWarning)
    }

    private init(
        _ environment: (String) -> String?, _ warn: @escaping @Sendable (String) -> Void
    ) {
        func value(_ name: String) -> String? {
            environment(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        if let folder = value("HYPERFED_CACHE") {
            self.init(folder: folder, warn: warn)
        } else if let caches = value("XDG_CACHE_HOME"), caches.hasPrefix("/") {
            // The XDG specification says to ignore a relative path.
            self.init(folder: "\(caches)/hyperfed", warn: warn)
        } else if let home = value("HOME"), home.hasPrefix("/") {
            self.init(folder: "\(home)/.cache/hyperfed", warn: warn)
        } else {
            self.init(
                folder: "/tmp/hyperfed-\(geteuid())", mustBeOurs: true, .shared, warn)
        }
    }

    /// Writes a warning to standard error, as a line.
    public static let writeWarning: @Sendable (String) -> Void = { text in
        let line = Array("warning: \(text)\n".utf8)
        // There is no place left for a message if this fails.
        try? line.span.withUnsafeBytes { bytes throws(DataError) in
            try AtomicFile.writeAll(bytes, to: 2, path: "standard error")
        }
    }

    /// Opens the data set of a source. If the cache has no undamaged copy, the source is decoded
    /// first.
    ///
    /// The content is verified. Client processes use the returned key.
    ///
    /// - Throws: the errors of the source; `DataError.changed` if its files changed while they were
    ///   read; `DataError.noRoom` if no folder accepts the result.
    public func open(
        _ source: any DataSource, seed: UInt64
    ) throws(DataError) -> (dataset: Dataset, key: String) {
        let facts = try source.facts(seed: seed)
        let key = facts.key(type(of: source).algorithm.name)
        try watch(source, seed: seed, facts)
        if let dataset = try dataset(key, isVerified: true) { return (dataset, key) }
        let decoded = try source.decode(seed: seed)
        let factsAfterwards = try source.facts(seed: seed)
        guard factsAfterwards.text == facts.text else {
            throw .changed(dataset: type(of: source).algorithm.name)
        }
        let path = try write(name(key, "data")) { file throws(DataError) in
            try decoded.forEachPiece(key: key) { piece throws(DataError) in
                try file.append(piece)
            }
        }
        return (try Dataset(path: path), key)
    }

    /// Opens the data set with this key, or returns nil if the cache has no undamaged copy. Its
    /// numbers are not verified, because the process that found the key verified them.
    public func open(key: String) throws(DataError) -> Dataset? {
        try dataset(key, isVerified: false)
    }

    /// Opens the data set with this key, or returns nil if the cache has no undamaged copy.
    func dataset(_ key: String, isVerified: Bool) throws(DataError) -> Dataset? {
        find(try name(key, "data")) { file throws(DataError) in
            let dataset = try Dataset(file)
            guard dataset.key == key else {
                throw .damaged(
                    path: file.path,
                    reason: mismatch("data with this key", "'\(dataset.key)'"))
            }
            if isVerified { try dataset.verify() }
            return dataset
        }
    }

    /// Returns the name of a file. Refuses a key that could lead out of the folder.
    func name(_ key: String, _ ending: String) throws(DataError) -> String {
        guard CacheKey.isValid(key) else { throw .badKey(key) }
        return "\(key).\(ending)"
    }

    /// Reads the first undamaged file of this name with `read`. Returns nil if there is none.
    func find<T>(_ name: String, _ read: (MappedFile) throws(DataError) -> T) -> T? {
        let isUsable = !mustBeOurs || Self.isOurs(folder)
        let folders = (isUsable ? [folder] : []) + temporary.folders
        for folder in folders {
            do throws(DataError) {
                return try read(MappedFile(path: "\(folder)/\(name)"))
            } catch .damaged(let path, let reason) {
                report(
                    "\(path): \(reason); hyperfed does not use this cache file and makes it again")
            } catch {
                // The file is missing or not readable. It is made again, and `write` reports the
                // reason.
            }
        }
        return nil
    }

    /// Writes a file of the cache and returns its path. The folder is made if there is none.
    ///
    /// - Parameter isNeeded: whether the file goes into a temporary folder if the cache refuses it.
    func write(
        _ name: String, isNeeded: Bool = true,
        _ body: (inout AtomicFile) throws(DataError) -> Void
    ) throws(DataError) -> String {
        let refusal: DataError
        do throws(DataError) {
            try Self.make(folder)
            guard !mustBeOurs || Self.isOurs(folder) else { throw .foreignFolder(path: folder) }
            Self.removeLeftovers(of: name, in: folder)
            // A read-only file is not changed by mistake.
            try AtomicFile.write(to: "\(folder)/\(name)", mode: 0o444, body)
            return "\(folder)/\(name)"
        } catch {
            refusal = error
        }
        guard isNeeded else { throw refusal }
        do throws(DataError) {
            let path = try temporary.write(name, body)
            report(
                "\(folder): "
                    + mismatch(
                        "a cache folder that can be written to",
                        "an error (\(refusal.cause))",
                        "each command makes its data again and keeps them in a temporary folder;"
                            + " name a folder of your own in HYPERFED_CACHE"))
            return path
        } catch {
            throw .noRoom(folder: folder, reason: refusal.cause, temporary: error.cause)
        }
    }

    /// Gives a warning, each one once in a process.
    func report(_ warning: String) {
        if temporary.isNew(warning) { warn(withoutControls(warning, "?")) }
    }
}
