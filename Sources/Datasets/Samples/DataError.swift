import Glibc
import Settings

/// The reason why data cannot be read, made or kept.
public enum DataError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The data set is not on this machine.
    case notInstalled(dataset: String, folder: String, remedy: String)
    /// One of the data set's files is not in its folder.
    case missingFile(dataset: String, folder: String, name: String, remedy: String)
    /// The content of the file is not what it should be.
    case damaged(path: String, reason: String)
    /// The settings of a data set do not fit together.
    case impossible(dataset: String, reason: String)
    /// A cache key that cannot be a file name.
    case badKey(String)
    /// The cache folder belongs to another user.
    case foreignFolder(path: String)
    /// The files of a data set changed while they were read.
    case changed(dataset: String)
    /// Neither the cache folder nor a temporary one accepts the decoded data, for these reasons.
    case noRoom(folder: String, reason: String, temporary: String)
    /// The system refused an operation on a path.
    case system(operation: String, path: String, number: Int32)

    /// The error as a sentence. Control characters of a file could control the terminal, so they
    /// are replaced by question marks.
    public var description: String { withoutControls(sentence, "?") }

    private var sentence: String {
        switch self {
        case .notInstalled(let dataset, let folder, let remedy):
            "\(folder): " + mismatch(dataset, "none of its files", remedy)
        case .missingFile(let dataset, let folder, let name, let remedy):
            "\(folder): " + mismatch("the file \(name) of \(dataset)", "no such file", remedy)
        case .damaged(let path, let reason): "\(path): \(reason)"
        case .impossible(let dataset, let reason): "\(dataset): \(reason)"
        case .badKey(let key):
            mismatch(
                "a cache key of 1 to \(CacheKey.maximumLength) letters, digits, '_' and '-'",
                "'\(key)'")
        case .foreignFolder(let path):
            "\(path): "
                + mismatch(
                    "a folder that only this user can write to", "another folder")
        case .changed(let dataset):
            "\(dataset): "
                + mismatch(
                    "files that stay the same while they are read", "files that changed",
                    "start the command again when nothing writes to them any more")
        case .noRoom(let folder, let reason, let temporary):
            "\(folder): "
                + mismatch(
                    "room for the decoded data in this cache folder or in a temporary folder",
                    "none (\(reason); \(temporary))",
                    "make room, or name another folder in HYPERFED_CACHE")
        case .system(let operation, let path, let number):
            "\(path): expected hyperfed to \(operation) it, found an error"
                + " (\(Self.words(of: number)))"
        }
    }

    /// The error as the part in brackets at the end of another message.
    var cause: String {
        guard case .system(_, let path, let number) = self else { return description }
        return withoutControls("\(path): \(Self.words(of: number))", "?")
    }

    private static func words(of number: Int32) -> String {
        "\(String(cString: strerror(number))), errno \(number)"
    }

    /// Makes the error from `errno`, right after a system call.
    static func system(_ operation: String, _ path: String) -> DataError {
        .system(operation: operation, path: path, number: errno)
    }

    /// Makes the error of a packed file whose end is missing.
    static func truncatedGzip(_ path: String) -> DataError {
        .damaged(path: path, reason: mismatch("a whole gzip file", "one without its end"))
    }

    /// Makes the error of a file that ends too early.
    static func truncated(_ path: String, expected: Int, found: Int) -> DataError {
        .damaged(
            path: path,
            reason: mismatch("\(expected.grouped) bytes", "only \(found.grouped)"))
    }
}

/// Makes the message about invalid input: "expected X, found Y; do Z".
///
/// - Parameters:
///   - expected: what is right, with range and unit.
///   - found: the value in the settings or in the file.
///   - remedy: what the user can do; nil if nothing.
func mismatch(_ expected: String, _ found: String, _ remedy: String? = nil) -> String {
    Mismatch("", expected: expected, found: found, advice: remedy ?? "").text
}

/// Replaces each control character of a text.
func withoutControls(_ text: String, _ replacement: Unicode.Scalar) -> String {
    let isControl = { (character: Unicode.Scalar) in
        character.properties.generalCategory == .control
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(
        String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? replacement : $0 }))
}
