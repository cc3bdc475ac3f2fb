import Bytes

/// The rules by which a data source or a skew makes its numbers.
///
/// A cache keeps what they made for the next process, which may be another build. So a change of
/// the rules must change the keys: the revision is part of each.
public struct Algorithm: Sendable, Equatable {
    /// The word that keys begin with, such as "csv": 1 to 24 letters, digits, `_` and `-`.
    public let name: String
    /// Another number whenever the same settings, files and seed give other numbers, or are refused
    /// where they were not.
    public let revision: Int

    /// Rules by their name and revision.
    public init(_ name: String, revision: Int) { (self.name, self.revision) = (name, revision) }
}

/// Everything that a cached result depends on, as text: one line `name: value` for each fact, in
/// the order in which they are added. The digest of the text is the cache's key.
///
///     hyperfed data set 2
///     algorithm: "csv" 2
///     seed: 42
///     file: blake2b 0b6c…
///     test_fraction: 0.2
///
/// Whole numbers are decimal, other numbers the shortest decimal that reads back as the same
/// number, flags `true` or `false`, texts in quotes as in JSON, lists `[a, b]`; what is not given
/// is `none`. Of a file only its content counts: the digest of its bytes stands for it.
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

    /// Adds a whole number, another number or a flag; nil where it is not given.
    public mutating func add<V: LosslessStringConvertible>(_ name: String, _ value: V?) {
        line(name, value.map { "\($0)" } ?? "none")
    }

    /// Adds a text; nil where it is not given.
    public mutating func add(_ name: String, _ value: String?) {
        line(name, value?.jsonQuoted ?? "none")
    }

    /// Adds a list of texts.
    public mutating func add(_ name: String, _ values: [String]) {
        line(name, "[\(values.map(\.jsonQuoted).joined(separator: ", "))]")
    }

    /// Adds the content of a file; an empty path stands for one that is not given.
    public mutating func add(_ name: String, contentOf path: String) throws(DataError) {
        guard !path.isEmpty else { return line(name, "none") }
        line(
            name,
            readsFiles ? "blake2b \(try FileDigest.text(of: path))" : "at \(path.jsonQuoted)")
    }

    private mutating func line(_ name: String, _ value: String) { text += "\(name): \(value)\n" }

    /// Returns a file name for these facts: a readable word and 128 bits of the digest.
    func key(_ word: String) -> String {
        var digest = ContentDigest()
        digest.add(text)
        return "\(word)-\(digest.text.prefix(32))"
    }
}
