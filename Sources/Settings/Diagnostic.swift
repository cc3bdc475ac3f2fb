/// Where a value was written: `demo.yaml:4:15`, or `command line --set client.learning_rate`.
public struct Place: Hashable, Sendable, CustomStringConvertible {
    /// The file, for a place in a file.
    public let file: String?
    /// The line, from 1; 0 outside files.
    public let line: Int
    /// The column in Unicode scalars, from 1; 0 outside files.
    public let column: Int
    private let words: String

    /// A place in a file.
    public init(file: String, line: Int, column: Int) {
        (self.file, self.line, self.column, self.words) = (file, line, column, "")
    }

    /// A place outside any file, in words.
    public init(_ words: String) {
        (self.file, self.line, self.column, self.words) = (nil, 0, 0, words)
    }

    /// The place of `--set path=value`.
    public static func commandLine(set path: String) -> Place {
        Place("command line --set \(path)")
    }

    /// The place as a reader sees it.
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

/// One thing to say about a settings file, and where.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        /// The file cannot be used.
        case error
        /// The file can be used, but is probably not what was meant.
        case warning
    }

    /// Where; nil for what has no place.
    public var place: Place?
    /// How bad it is.
    public var severity: Severity
    /// What is wrong and what would be right.
    public var message: String
    /// Whether this warns of a key that has no effect in one run. It is no news where another run
    /// of the same comparison uses the key.
    public var isAboutUnusedKey = false

    /// Makes a diagnostic; an error unless said otherwise.
    public init(place: Place?, severity: Severity = .error, message: String) {
        (self.place, self.severity, self.message) = (place, severity, message)
    }

    /// `demo.yaml:4:15: error: alpha must be greater than 0; this is -0.5`
    public var description: String {
        (place.map { "\($0.text): " } ?? "") + "\(severity.rawValue): \(message)"
    }
}

extension [Diagnostic] {
    /// In file order: line, then column; those of no file last, in the order they were found.
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

/// All mistakes of one file, found in one pass.
public struct SettingsError: Error, CustomStringConvertible {
    /// The mistakes in file order; those of the command line last.
    public var diagnostics: [Diagnostic]

    /// Puts the mistakes into file order.
    public init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics.inFileOrder()
    }

    package init(_ place: Place?, _ message: String) {
        diagnostics = [Diagnostic(place: place, message: message)]
    }

    /// One line per mistake.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
