/// The location of a value: `demo.yaml:4:15`, or `command line --set client.learning_rate`.
public struct SettingLocation: Hashable, Sendable, CustomStringConvertible {
    /// The file; nil outside files.
    public let file: String?
    /// The line, from 1; 0 outside files.
    public let line: Int
    /// The column in Unicode scalars, from 1; 0 outside files.
    public let column: Int
    private let words: String

    /// Makes a location in a file.
    public init(file: String, line: Int, column: Int) {
        (self.file, self.line, self.column, self.words) = (file, line, column, "")
    }

    /// Makes a location outside files, in words.
    public init(_ words: String) {
        (self.file, self.line, self.column, self.words) = (nil, 0, 0, words)
    }

    /// Returns the location of `--set path=value`.
    public static func commandLine(set path: String) -> SettingLocation {
        SettingLocation("command line --set \(path)")
    }

    /// The location as a reader sees it.
    public var text: String {
        file.map { "\($0):\(line):\(column)" } ?? words
    }

    /// The same as `text`.
    public var description: String { text }

    /// The folder of the file with its closing slash; empty for a bare file name or no file.
    var folder: String {
        guard let file, let slash = file.lastIndex(of: "/") else { return "" }
        return String(file[...slash])
    }
}

/// One error or warning about a settings file, with its location.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    /// Whether the file can be used.
    public enum Severity: String, Sendable, Hashable {
        /// The file cannot be used.
        case error
        /// The file can be used, but its author probably meant something else.
        case warning
    }

    /// The location of the value; nil if there is none.
    public var place: SettingLocation?
    /// Whether this is an error or a warning.
    public var severity: Severity
    /// The sentence, usually that of a `Mismatch`.
    public var message: String
    /// Whether this warns of a key that has no effect in one run. The warning is dropped if
    /// another run of the same comparison uses the key.
    public var isAboutUnusedKey = false
    /// The path of a key that a component of the chosen kind does not have, if this is about one.
    package var keyOfOtherKind: String?

    /// Makes a diagnostic; by default an error.
    public init(place: SettingLocation?, severity: Severity = .error, message: String) {
        (self.place, self.severity, self.message) = (place, severity, message)
    }

    /// Makes a diagnostic of the sentence of a mismatch; by default an error.
    public init(place: SettingLocation?, severity: Severity = .error, _ mismatch: Mismatch) {
        self.init(place: place, severity: severity, message: mismatch.text)
    }

    /// `demo.yaml:4:15: error: data.skew.alpha: expected a number greater than 0, found -0.5`
    public var description: String {
        (place.map { "\($0.text): " } ?? "") + "\(severity.rawValue): \(message)"
    }
}

extension [Diagnostic] {
    /// Sorts by line, then by column. Diagnostics outside files come last, as they were found.
    func inFileOrder() -> [Diagnostic] {
        enumerated().sorted { left, right in
            left.element.order(left.offset) < right.element.order(right.offset)
        }.map(\.element)
    }
}

extension Diagnostic {
    fileprivate func order(_ found: Int) -> (Int, Int, Int, Int) {
        (place?.file == nil ? 1 : 0, place?.line ?? 0, place?.column ?? 0, found)
    }
}

/// All errors of one file. One pass finds them.
public struct SettingsError: Error, CustomStringConvertible {
    /// The errors in file order; those of the command line last.
    public var diagnostics: [Diagnostic]

    /// Sorts the errors into file order.
    public init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics.inFileOrder()
    }

    package init(_ place: SettingLocation?, _ mismatch: Mismatch) {
        diagnostics = [Diagnostic(place: place, mismatch)]
    }

    /// One line for each error.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
