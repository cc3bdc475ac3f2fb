import Settings

/// What the user should know about texts: their vocabulary, and what is left out.
struct TextNotes {
    private(set) var all: [DataNote] = []

    /// - Parameters:
    ///   - present: the owners with text enough for a sample.
    ///   - emptyTests: how many test files are empty.
    ///   - hasTests: whether there is a test sample.
    init(
        _ reading: TextFiles.Reading, _ owned: TextOwners, present: [Int], emptyTests: Int,
        train: [ArraySlice<Int32>], test: [ArraySlice<Int32>], _ vocabulary: TextVocabulary,
        hasTests: Bool
    ) {
        let noun = reading.unit.noun
        addWords(
            reading, vocabulary, UnknownShare(train, vocabulary),
            UnknownShare(hasTests ? test : [], vocabulary))
        for (pattern, count) in [(reading.train, owned.emptyFiles), (reading.test, emptyTests)]
        where count > 0 {
            all.append(
                DataNote(
                    "empty files", pattern,
                    "\(counted(count, "file")) without text \(count == 1 ? "is" : "are") left out",
                    severity: .information))
        }
        all += owned.roles.notes(reading.train)
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

    /// Adds what the symbols are, and how many words have none.
    private mutating func addWords(
        _ reading: TextFiles.Reading, _ vocabulary: TextVocabulary, _ inTraining: UnknownShare,
        _ inTests: UnknownShare
    ) {
        let noun = reading.unit.noun
        let allowed = reading.vocabulary.flatMap { $0 > vocabulary.count ? $0 : nil }
        all.append(
            DataNote(
                "vocabulary", reading.train,
                "the vocabulary has \(vocabulary.count.grouped) symbols: \(TextSymbols.unknown) and"
                    + " the most frequent \((vocabulary.count - 1).grouped) of"
                    + " \(counted(vocabulary.different, "different \(noun)"))"
                    + (allowed.map { " (data.dataset.vocabulary allows \($0.grouped))" } ?? "")
                    + "; \(TextSymbols.unknown) stands for \(inTraining.text ?? "none") of the"
                    + " training \(noun)s"
                    + (inTests.text.map { " and for \($0) of the test \(noun)s" } ?? ""),
                severity: .information))
        if inTraining.unknown == 0, inTests.unknown > 0 {
            all.append(
                DataNote(
                    "untrained", reading.train,
                    mismatch(
                        "training \(noun)s that are \(TextSymbols.unknown), as test \(noun)s are",
                        "none (and \(inTests.unknown.grouped) of"
                            + " \(counted(inTests.count, "test \(noun)")))",
                        "the model never learns to predict \(TextSymbols.unknown); set"
                            + " data.dataset.vocabulary below \(vocabulary.count.grouped)")))
        }
        if 2 * inTests.unknown > inTests.count {
            all.append(
                DataNote(
                    "unknown", reading.train,
                    mismatch(
                        "at most half of the test \(noun)s outside the vocabulary",
                        "\(inTests.text ?? "all")",
                        "the metrics are mostly about \(TextSymbols.unknown); use a larger"
                            + " vocabulary, more training text or test text like it")))
        }
    }
}

/// How many symbols of some texts are `<unk>`.
private struct UnknownShare {
    private(set) var unknown = 0
    private(set) var count = 0

    init(_ texts: [ArraySlice<Int32>], _ vocabulary: TextVocabulary) {
        for text in texts {
            count += text.count
            for number in text where vocabulary.symbol(number) == 0 { unknown += 1 }
        }
    }

    /// The share as text; nil without symbols.
    var text: String? {
        guard count > 0 else { return nil }
        let hundredths = Int((10_000 * Double(unknown) / Double(count)).rounded())
        let cents = hundredths % 100
        return "\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents) %"
    }
}
