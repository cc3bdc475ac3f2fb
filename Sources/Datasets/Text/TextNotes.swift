import Settings

/// What the user should know about texts: their vocabulary, and what is left out.
struct TextNotes {
    private(set) var all: [DataNote] = []

    /// - Parameters:
    ///   - present: the owners with text enough for a sample.
    ///   - hasTests: whether there is a test sample.
    init(
        _ reading: TextFiles.Reading, _ owned: TextOwners, present: [Int],
        train: [ArraySlice<Int32>], test: [ArraySlice<Int32>], _ vocabulary: TextVocabulary,
        hasTests: Bool
    ) {
        let noun = reading.unit.noun
        let first = Self.unknownShare(train, vocabulary)
        let second = Self.unknownShare(test, vocabulary)
        all.append(
            DataNote(
                "vocabulary", reading.train,
                "the vocabulary has \(vocabulary.count.grouped) symbols: \(TextSymbols.unknown) and"
                    + " the most frequent \((vocabulary.count - 1).grouped) of"
                    + " \(counted(vocabulary.different, "different \(noun)"));"
                    + " \(TextSymbols.unknown) stands for \(first ?? "none") of the training"
                    + " \(noun)s"
                    + (second.map { " and for \($0) of the test \(noun)s" } ?? ""),
                severity: .information))
        let short = owned.texts.count - present.count
        if short > 0 {
            let lost =
                owned.texts.reduce(0) { $0 + $1.count }
                - present.reduce(0) { $0 + owned.texts[$1].count }
            let total = owned.texts.reduce(0) { $0 + $1.count }
            all.append(
                DataNote(
                    "left out", reading.train,
                    "\(short.grouped) of \(owned.texts.count.grouped)"
                        + " \(reading.owners.rawValue) have"
                        + " too little text for a training window of"
                        + " \((reading.length + 1).grouped) \(noun)s; with them"
                        + " \(lost.grouped) of \(counted(total, noun)) are left out",
                    severity: 2 * lost > total ? .warning : .information))
        }
        if !hasTests {
            let source =
                reading.test.isEmpty ? "test_fraction \(reading.testFraction)" : reading.test
            all.append(
                DataNote(
                    "no test samples", reading.train,
                    mismatch(
                        "\(counted(reading.length + 1, "test \(noun)")) or more of one text",
                        "fewer (\(source))",
                        "the global model is never tested; use more test text or a shorter length"),
                    severity: reading.test.isEmpty && reading.testFraction == 0
                        ? .information : .warning))
        }
    }

    /// Returns the share of `<unk>` as text; nil without symbols.
    private static func unknownShare(
        _ texts: [ArraySlice<Int32>], _ vocabulary: TextVocabulary
    ) -> String? {
        var (unknown, count) = (0, 0)
        for text in texts {
            count += text.count
            for number in text where vocabulary.symbol(number) == 0 { unknown += 1 }
        }
        guard count > 0 else { return nil }
        let hundredths = Int((10_000 * Double(unknown) / Double(count)).rounded())
        let cents = hundredths % 100
        return "\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents) %"
    }
}
