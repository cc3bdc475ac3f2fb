/// What a study says, in sentences that are built from fixed parts.
///
/// Faults come first, then what is told apart from the baseline and what is not. No sentence
/// says more than the statistics do.
public struct Verdict: Equatable, Sendable {
    /// A piece of a sentence.
    public struct Piece: Equatable, Sendable {
        /// The text, which contains names from the scenario as they are.
        public let text: String
        /// Whether it stands out: bold on a page.
        public let isStrong: Bool
    }

    /// The sentences, each of some pieces.
    public let sentences: [[Piece]]

    /// Writes the verdict on a study.
    ///
    /// - Parameters:
    ///   - style: the minus and the space before %.
    ///   - name: returns the text that stands for a variant, such as its label.
    public init(
        _ statistics: StudyStatistics, _ style: StatisticsText.Style,
        name: @escaping @Sendable (String) -> String = { $0 }
    ) {
        sentences = VerdictWriter(statistics, style, name).sentences
    }

    /// All sentences as plain text.
    public var text: String {
        sentences.map { $0.map(\.text).joined() }.joined(separator: " ")
    }
}

/// Joins texts: "a", "a and b", "a, b and c".
func listed(_ texts: [String]) -> String {
    guard let last = texts.last, texts.count > 1 else { return texts.first ?? "" }
    return texts.dropLast().joined(separator: ", ") + " and " + last
}
