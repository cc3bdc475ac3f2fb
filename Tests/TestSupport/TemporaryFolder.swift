import Foundation
import Synchronization

/// A folder of a test's own, removed with its content at the end; one in a static property at the
/// end of the process.
///
/// Its path is short: the path of a local socket inside holds at most 107 bytes.
package final class TemporaryFolder: Sendable {
    /// Where it is, without a closing slash.
    package let path: String

    /// Makes a new, empty folder.
    package init() throws {
        let name = "hyperfed-test-" + UUID().uuidString.prefix(8)
        path = FileManager.default.temporaryDirectory.appending(path: name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        _ = Self.removesAtExit
        _ = Self.existing.withLock { $0.insert(path) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        _ = Self.existing.withLock { $0.remove(path) }
    }

    private static let existing = Mutex<Set<String>>([])
    private static let removesAtExit: Bool = {
        let failure = atexit {
            for path in TemporaryFolder.existing.withLock({ $0 }) {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
        return failure == 0
    }()

    /// The path of something inside.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, and the folders above it; hands back its path.
    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    /// Writes a text file; hands back its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    /// The bytes of a file.
    package func bytes(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// The text of a file; empty where there is none (yet).
    package func text(_ name: String) -> String {
        (try? bytes(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Removes something inside, with all that it holds.
    package func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
    }

    /// Whether something of this name is inside.
    package func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path(name))
    }

    /// The names of what is directly inside, sorted.
    package func names() -> [String] { names(in: ".") }

    /// The names of what is in a folder inside, sorted.
    package func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []).sorted()
    }
}
