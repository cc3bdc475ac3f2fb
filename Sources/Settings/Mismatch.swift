/// One fault in what a user gave, as facts. `text` is the one place that makes the sentence.
///
///     Mismatch("client.learning_rate", expected: "a number greater than 0", found: "-1").text
///     // client.learning_rate: expected a number greater than 0, found -1
public struct Mismatch: Hashable, Sendable {
    /// The full path of the key, or an option; empty if the whole file is meant.
    public var subject: String
    /// What is right, with range and unit.
    public var expected: String
    /// What the user gave, as written.
    public var found: String
    /// What follows if nothing is changed; empty in errors.
    public var effect: String
    /// What the user can do; empty if `expected` says it.
    public var advice: String
    /// The message of a library below; empty if there is none.
    public var cause: String

    /// Makes a mismatch; by default it has no effect, advice and cause.
    public init(
        _ subject: String, expected: String, found: String, effect: String = "",
        advice: String = "", cause: String = ""
    ) {
        (self.subject, self.expected, self.found) = (subject, expected, found)
        (self.effect, self.advice, self.cause) = (effect, advice, cause)
    }

    /// The sentence: `where: expected X, found Y; EFFECT; do Z (CAUSE)`.
    public var text: String {
        let start = subject.isEmpty ? "" : "\(subject): "
        let parts = ["\(start)expected \(expected), found \(found)", effect, advice]
        return parts.filter { !$0.isEmpty }.joined(separator: "; ")
            + (cause.isEmpty ? "" : " (\(cause))")
    }
}
