import Settings

/// A warning or a fact about a data set, found while its files were read.
///
/// Notes are kept in the file of the data set. So a run that finds its data in the cache reports
/// them too.
public struct DataNote: Sendable, Equatable {
    /// The importance of a note.
    public enum Severity: String, Sendable {
        /// The data can be used, but the user probably meant other data.
        case warning
        /// A fact about the files, for `hyperfed validate`.
        case information
    }

    /// The importance of the note.
    public let severity: Severity
    /// The kind of note and the file. If several notes have one subject, only the first is printed.
    public let subject: String
    /// A sentence, with the file in front.
    public let text: String

    /// Creates a note. Control characters of a file could control the terminal, so they are
    /// replaced by question marks.
    ///
    /// - Parameters:
    ///   - kind: one word for the subject.
    ///   - path: the file or folder.
    init(_ kind: String, _ path: String, _ text: String, severity: Severity = .warning) {
        self.severity = severity
        subject = withoutControls("\(kind) \(path)", "?")
        self.text = withoutControls("\(path): \(text)", "?")
    }

    /// The strings of the note in a data set's file.
    var fields: [String] { [severity.rawValue, subject, text] }

    /// Reads a note from its strings. The result is nil if they are not a note.
    init?(fields: ArraySlice<String>) {
        let fields = Array(fields)
        guard fields.count == Self.fieldCount, let severity = Severity(rawValue: fields[0]) else {
            return nil
        }
        (self.severity, subject, text) = (severity, fields[1], fields[2])
    }

    static let fieldCount = 3

    /// Makes the warning that the test images of a folder are its training images.
    static func sameImages(_ folder: String, _ advice: String) -> DataNote {
        DataNote(
            "same images", folder,
            mismatch(
                "test images that are not training images", "the training images",
                "the model is tested on its training data; \(advice)"))
    }
}

// The cache finds data by their content, in every folder. So a stored note has placeholders instead
// of paths.
extension DataNote {
    /// Characters that no text contains, because they are for private use.
    private static func placeholder(_ index: Int) -> String { "\u{E000}\(index)\u{E001}" }

    private func replacing(_ pairs: [(String, String)]) -> DataNote {
        func text(_ text: String) -> String {
            // A path can be the beginning of another path.
            pairs.sorted { $0.0.utf8.count > $1.0.utf8.count }.reduce(text) {
                $1.0.isEmpty ? $0 : $0.replacing($1.0, with: $1.1)
            }
        }
        return DataNote(severity: severity, subject: text(subject), text: text(self.text))
    }

    private init(severity: Severity, subject: String, text: String) {
        (self.severity, self.subject, self.text) = (severity, subject, text)
    }

    /// Returns the note for the cache.
    func withoutPaths(_ files: [String]) -> DataNote {
        replacing(files.enumerated().map { (withoutControls($1, "?"), Self.placeholder($0)) })
    }

    /// Returns a note from the cache, for a source with these files.
    func withPaths(_ files: [String]) -> DataNote {
        replacing(files.enumerated().map { (Self.placeholder($0), withoutControls($1, "?")) })
    }
}

/// Joins a few of many names for a message: 'a', 'b', 'c' and 7 more.
func listed(_ names: [String], most: Int = 5) -> String {
    let shown = names.prefix(most)
    if names.count > most {
        return shown.joined(separator: ", ") + " and \((names.count - most).grouped) more"
    }
    guard names.count > 1, let last = shown.last else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and \(last)"
}
