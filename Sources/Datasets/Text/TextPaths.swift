import Glibc
import Settings

/// The files that a path or a pattern such as `authors/*.txt` names, in the order of the bytes of
/// their paths.
struct TextPaths {
    private let pattern: String
    let paths: [String]
    /// What is different in the paths, as `names(of:)` returns it.
    let names: [String]

    /// Finds the files.
    ///
    /// - Parameter pattern: a path, or a pattern of the shell with `*`, `?` and `[...]`. A file of
    ///   exactly this name is always that file. Files that start with a dot match no star.
    /// - Throws: `DataError` if no file matches a pattern, or if a path is that of a folder. The
    ///   file of a path is not opened here.
    init(_ pattern: String) throws(DataError) {
        self.pattern = pattern
        let isPattern = Self.isPattern(pattern)
        paths =
            isPattern
            ? Self.matches(pattern).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            : [pattern]
        guard isPattern || !FileTree.isFolder(pattern) else {
            let folder = pattern.hasSuffix("/") ? String(pattern.dropLast()) : pattern
            throw .damaged(
                path: pattern,
                reason: mismatch(
                    "a file, or a pattern of files", "a folder", "use a pattern: \(folder)/*.txt"))
        }
        guard !paths.isEmpty else {
            throw .damaged(
                path: pattern,
                reason: mismatch("a file or more that this pattern matches", "none"))
        }
        names = Self.names(of: paths)
    }

    /// Returns what is different in some paths: they start behind the last folder that all share.
    static func names(of paths: [String]) -> [String] {
        let parts = paths.map { $0.split(separator: "/") }
        var shared = 0
        while let first = parts.first, shared + 1 < first.count,
            parts.allSatisfy({ shared + 1 < $0.count && $0[shared] == first[shared] })
        {
            shared += 1
        }
        return parts.map { $0.dropFirst(shared).joined(separator: "/") }
    }

    /// The error of files of which none has text.
    var allEmpty: DataError {
        .damaged(
            path: pattern,
            reason: paths.count == 1
                ? mismatch("a text", "an empty file")
                : mismatch("a file with text", "\(paths.count.grouped) empty files"))
    }

    /// Returns whether a path is a pattern. That of an existing file is none.
    static func isPattern(_ path: String) -> Bool {
        path.contains { "*?[".contains($0) } && !FileTwins.isThere(path)
    }

    private static func matches(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in
            found.gl_pathv[index].map { String(cString: $0) }
        }
    }
}
