import Bytes

/// The name and the revision of the rules by which a data source or a skew makes its numbers.
///
/// A cache keeps these numbers for the next process, which may be another build. So a change of the
/// rules must change the keys. The revision is therefore part of each key.
public struct Algorithm: Sendable, Equatable {
    /// The word that keys begin with, such as "csv": 1 to 24 letters, digits, `_` and `-`.
    public let name: String
    /// The revision. It must change whenever the same settings, files and seed give other numbers,
    /// or are now refused.
    public let revision: Int

    /// Rules by their name and revision.
    public init(_ name: String, revision: Int) { (self.name, self.revision) = (name, revision) }
}

/// Everything that a cached result depends on, as text. Each fact is one line `name: value`, in the
/// order of the calls. The digest of the text is the cache's key.
///
///     hyperfed data set 2
///     algorithm: "csv" 2
///     seed: 42
///     file: blake2b 0b6c…
///     test_fraction: 0.2
///
/// Whole numbers are decimal. Other numbers are the shortest decimal that reads back as the same
/// number. Flags are `true` or `false`, texts are in quotes as in JSON, and lists are `[a, b]`. A
/// missing value is `none`. A file counts by its content only, so its fact is the digest of its
/// bytes.
public struct KeyFacts: Sendable {
    /// All facts so far.
    public private(set) var text: String
    private let readsFiles: Bool

    /// - Parameters:
    ///   - subject: what the result is, with the version of its file's format.
    ///   - readsFiles: false for facts that only differ by settings: the path of a file then
    ///     stands for its content, and no file is read.
    package init(_ subject: String, _ algorithm: Algorithm, readsFiles: Bool = true) {
        text = "\(subject)\nalgorithm: \(algorithm.name.jsonQuoted) \(algorithm.revision)\n"
        self.readsFiles = readsFiles
    }

    /// Adds a whole number, another number or a flag; nil means no value.
    public mutating func add<V: LosslessStringConvertible>(_ name: String, _ value: V?) {
        line(name, value.map { "\($0)" } ?? "none")
    }

    /// Adds a text; nil means no value.
    public mutating func add(_ name: String, _ value: String?) {
        line(name, value?.jsonQuoted ?? "none")
    }

    /// Adds a list of texts.
    public mutating func add(_ name: String, _ values: [String]) {
        line(name, "[\(values.map(\.jsonQuoted).joined(separator: ", "))]")
    }

    /// Adds a list of whole numbers.
    public mutating func add(_ name: String, _ values: [Int]) { line(name, "\(values)") }

    /// Adds lists of whole numbers.
    public mutating func add(_ name: String, _ values: [[Int]]) { line(name, "\(values)") }

    /// Adds the content of a file; an empty path stands for one that is not given.
    public mutating func add(_ name: String, contentOf path: String) throws(DataError) {
        guard !path.isEmpty else { return line(name, "none") }
        line(
            name,
            readsFiles ? "blake2b \(try FileDigest.text(of: path))" : "at \(path.jsonQuoted)")
    }

    /// Adds the contents of the files of a pattern with their names, or the content of one file.
    ///
    /// - Parameter named: whether to add the name of one file too.
    mutating func add(
        _ name: String, contentOfAll pattern: String, named: Bool
    ) throws(DataError) {
        let isPattern = TextPaths.isPattern(pattern)
        guard isPattern || named && !pattern.isEmpty else {
            return try add(name, contentOf: pattern)
        }
        // Refuses a folder, if files are read.
        let paths = isPattern || readsFiles ? try TextPaths(pattern).paths : [pattern]
        for (path, file) in zip(paths, TextPaths.names(of: paths)) {
            try add("\(name) \(file.jsonQuoted)", contentOf: path)
        }
    }

    private mutating func line(_ name: String, _ value: String) { text += "\(name): \(value)\n" }

    /// Returns a file name for these facts: a readable word and 128 bits of the digest.
    func key(_ word: String) -> String {
        var digest = ContentDigest()
        digest.add(text)
        return "\(word)-\(digest.text.prefix(32))"
    }
}
