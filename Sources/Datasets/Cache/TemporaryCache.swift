import Glibc
import Synchronization

/// The folder in which this process keeps files that the cache folder refuses, until the process
/// ends. Processes that it starts read the folder too.
///
/// Everything that a cache contains can be made again. So a cache folder that is full, read-only or
/// owned by another user costs time but never a run.
package final class TemporaryCache: Sendable {
    /// The temporary cache of this process; its folders are removed when the process exits.
    package static let shared: TemporaryCache = {
        // If this fails, the next process removes them.
        _ = atexit { TemporaryCache.shared.removeAll() }
        return TemporaryCache()
    }()

    /// The environment variable that names the folders to started processes, one folder per line.
    package static let variable = "HYPERFED_TEMPORARY_CACHE"

    private struct State {
        var folders: [LockedFolder] = []
        var warnings: Set<String> = []
    }

    private let state = Mutex(State())
    private let parents: [String]
    // The folders of the process that started this one. They are never written to.
    private let inherited: [String]

    /// Creates a temporary cache.
    ///
    /// - Parameters:
    ///   - parents: the folders in which a folder can be made, the first choice first. Nil means
    ///     the system's folders for short-lived files, then memory.
    ///   - inherited: more folders to read; nil means those that the environment names.
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

    /// Writes a file into the first folder that accepts it, and returns its path.
    ///
    /// - Throws: the last refusal if no folder accepts the file.
    func write(
        _ name: String, _ body: (inout AtomicFile) throws(DataError) -> Void
    ) throws(DataError) -> String {
        var refusal = DataError.system(
            operation: "make", path: "temporary folder", number: ENOENT)
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
