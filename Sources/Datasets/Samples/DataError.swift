import Glibc

/// Why data can't be read, made or kept.
public enum DataError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The data set is not on this machine.
    case notInstalled(dataset: String, folder: String, remedy: String)
    /// One of the data set's files is not in its folder.
    case missingFile(dataset: String, folder: String, name: String, remedy: String)
    /// The file holds something else than it should.
    case damaged(path: String, reason: String)
    /// The settings of a data set don't fit together.
    case impossible(dataset: String, reason: String)
    /// A cache key that can't be the name of a file.
    case badKey(String)
    /// The cache folder belongs to another user.
    case foreignFolder(path: String)
    /// The files of a data set changed while they were read.
    case changed(dataset: String)
    /// Neither the cache folder nor a temporary one takes the decoded data, and why.
    case noRoom(folder: String, reason: String, temporary: String)
    /// The system refused an operation on a path.
    case system(operation: String, path: String, number: Int32)

    /// The error as a sentence. Control characters of a file would command the terminal; they are
    /// question marks here.
    public var description: String { withoutControls(sentence, "?") }

    private var sentence: String {
        switch self {
        case .notInstalled(let dataset, let folder, let remedy):
            "\(dataset) is not at \(folder): \(remedy)"
        case .missingFile(let dataset, let folder, let name, let remedy):
            "\(dataset) at \(folder) lacks the file \(name): \(remedy)"
        case .damaged(let path, let reason): "\(path): \(reason)"
        case .impossible(let dataset, let reason): "\(dataset): \(reason)"
        case .badKey(let key):
            "'\(key)' is not a cache key: 1 to \(CacheKey.maximumLength) letters, digits, "
                + "'_' and '-' are"
        case .foreignFolder(let path):
            "\(path) belongs to another user, or others can write to it"
        case .changed(let dataset):
            "the files of \(dataset) changed while they were read; start the command again when "
                + "nothing writes to them any more"
        case .noRoom(let folder, let reason, let temporary):
            "the decoded data can be kept neither in the cache folder \(folder) (\(reason)) nor in "
                + "a temporary folder (\(temporary)); make room, or name a folder that has some in "
                + "HYPERFED_CACHE"
        case .system(let operation, let path, let number):
            "could not \(operation) \(path): \(String(cString: strerror(number))) (errno \(number))"
        }
    }

    /// The refusal that `errno` holds right after a system call.
    static func system(_ operation: String, _ path: String) -> DataError {
        .system(operation: operation, path: path, number: errno)
    }

    /// A file that ends too early.
    static func truncated(_ path: String, expected: Int, found: Int) -> DataError {
        .damaged(
            path: path,
            reason: "truncated: \(expected.grouped) bytes expected, \(found.grouped) found")
    }
}

/// A text of a file in which each control character is replaced.
func withoutControls(_ text: String, _ replacement: Unicode.Scalar) -> String {
    let isControl = { (character: Unicode.Scalar) in
        character.properties.generalCategory == .control
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(
        String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? replacement : $0 }))
}

extension Int {
    /// The number with a comma before each three digits: 47,040,016.
    var grouped: String {
        let digits = Array(String(magnitude))
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
