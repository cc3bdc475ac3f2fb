import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where this process keeps what the cache folder refuses, until it ends; the processes that it
/// starts read it too.
///
/// Everything that a cache holds can be made again, so a cache folder that is full, read-only or
/// not ours costs time and never a run.
package final class TemporaryCache: Sendable {
    /// The temporary cache of this process; its folders are removed when the process exits.
    package static let shared: TemporaryCache = {
        // Should this fail, the next process removes them.
        _ = atexit { TemporaryCache.shared.removeAll() }
        return TemporaryCache()
    }()

    /// The environment variable that names the folders to processes that are started from here, one
    /// a line.
    package static let variable = "HYPERFED_TEMPORARY_CACHE"

    private struct State {
        var folders: [LockedFolder] = []
        var warnings: Set<String> = []
    }

    private let state = Mutex(State())
    private let parents: [String]
    // Folders of the process that started this one; never written to.
    private let inherited: [String]

    /// - Parameters:
    ///   - parents: where folders can be made, the first choice first; nil for the system's folders
    ///     for short-lived files, then memory.
    ///   - inherited: folders to read besides; nil for those that the environment names.
    package init(in parents: [String]? = nil, inherited: [String]? = nil) {
        func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        self.parents =
            parents
            ?? [value("TMPDIR"), "/tmp", "/var/tmp", "/dev/shm"].compactMap { $0 }
            .filter { $0.hasPrefix("/") }
        self.inherited =
            inherited
            ?? (value(Self.variable) ?? "").split(separator: "\n").map(String.init)
    }

    /// The folders to read, those of this process first.
    package var folders: [String] {
        state.withLock { $0.folders.map(\.path) } + inherited
    }

    /// Writes a file into the first folder that takes it, and hands back where it is.
    ///
    /// - Throws: the last refusal when none does.
    func write(
        _ name: String, _ body: (inout AtomicFile) throws(DataError) -> Void
    ) throws(DataError) -> String {
        var refusal = DataError.system(
            operation: "make", path: "a temporary folder", number: ENOENT)
        for folder in state.withLock({ $0.folders }) {
            do throws(DataError) { return try Self.write(name, in: folder, body) } catch {
                refusal = error
            }
        }
        for parent in parents {
            do throws(DataError) {
                let folder = try LockedFolder(in: parent)
                let path = try Self.write(name, in: folder, body)
                add(folder)
                return path
            } catch {
                refusal = error
            }
        }
        throw refusal
    }

    private static func write(
        _ name: String, in folder: LockedFolder,
        _ body: (inout AtomicFile) throws(DataError) -> Void
    ) throws(DataError) -> String {
        let path = "\(folder.path)/\(name)"
        try AtomicFile.write(to: path, mode: 0o400, body)
        return path
    }

    private func add(_ folder: LockedFolder) {
        state.withLock { $0.folders.append(folder) }
        setenv(Self.variable, folders.joined(separator: "\n"), 1)
    }

    private func removeAll() { state.withLock { $0.folders = [] } }

    /// Returns whether a warning is new to this process.
    func isNew(_ warning: String) -> Bool {
        state.withLock { $0.warnings.insert(warning).inserted }
    }
}
