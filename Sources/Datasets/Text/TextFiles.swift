import Bytes
import Settings

/// Next-word or next-character prediction in texts of the user.
///
/// `TextSymbols` splits the texts, and `TextOwners` says who owns which part. Of each owner's n
/// symbols, the first floor((1 - test_fraction) n) are for training and the others for testing,
/// unless `test` names files for testing. `TextVocabulary` chooses the symbols from the training
/// parts of all owners. A sample is a window of `length` symbols, one window starting every
/// `stride` symbols of a part. The target is the next symbol after each of them, or after the last
/// one only. A rest is dropped. An owner with too little text for one training window is left out,
/// with its test part. Samples are in the order of their owners, and of the text.
///
/// - Source: the form of Penn Treebank as PyTorch's example word_language_model reads it: `<eos>`
///   at the end of each line, windows of 35 words. There a state goes on from window to window;
///   here each window starts at state 0.
package struct TextFiles: DataSource {
    package static let algorithm = Algorithm("text", revision: 2)

    /// What a symbol is.
    package enum Unit: UInt64, Sendable {
        case words
        case characters

        /// The units as a noun: "word".
        var noun: String { self == .words ? "word" : "character" }
    }

    /// Who owns a text.
    package enum Owners: String, Sendable {
        /// Each file is the text of an owner.
        case files
        /// Each line with a symbol is the text of an owner.
        case lines
        /// All files one after the other are cut into equal parts.
        case parts
        /// The roles of plays own what they say, see `Speeches`.
        case roles

        /// One of the owners as a noun: "file".
        package var noun: String { String(rawValue.dropLast()) }
    }

    /// What a scenario says of the texts.
    package struct Reading: Sendable {
        /// A path or a pattern.
        package var train: String
        /// A path or a pattern; empty if the ends of the training texts are for testing.
        package var test = ""
        package var testFraction = 0.2
        package var unit = Unit.words
        package var length = 35
        /// The length if nil.
        package var stride: Int?
        /// The symbols at most; 10,000 if nil.
        package var vocabulary: Int?
        package var lowercase = false
        package var endsLines = true
        package var prediction = Shakespeare.Prediction.all
        package var owners = Owners.files
        package var parts = 100

        package init(train: String) { self.train = train }
    }

    private let reading: Reading
    private static let defaultVocabulary = 10_000
    private static let largestText = 1 << 30
    private static let largestPart = 1 << 30

    package init(_ reading: Reading) { self.reading = reading }

    package var usesSeed: Bool { false }
    package var files: [String] { [reading.train, reading.test] }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        facts.add("unit", reading.unit.rawValue)
        facts.add("length", reading.length)
        facts.add("stride", reading.stride)
        facts.add("vocabulary", reading.vocabulary)
        facts.add("lowercase", reading.lowercase)
        facts.add("end_of_line", reading.endsLines)
        facts.add("predict", reading.prediction.rawValue)
        facts.add("clients", reading.owners.rawValue)
        facts.add("parts", reading.parts)
        facts.add("test_fraction", reading.testFraction)
        for (name, pattern) in [("train", reading.train), ("test", reading.test)]
        where !pattern.isEmpty {
            try facts.add(name, contentOfAll: pattern, named: true)
        }
    }

    package func fileNotes() -> [DataNote] {
        files.filter { !$0.isEmpty }.flatMap { pattern in
            ((try? TextPaths(pattern))?.paths ?? []).flatMap { FileTwins.notes($0) }
        }
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        var table = TextSymbols(reading.unit, endsLines: reading.endsLines)
        var bytes = 0
        func read(_ path: String) throws(DataError) -> [UInt8] {
            let text = try self.text(of: path)
            bytes += text.count
            guard bytes <= Self.largestText else {
                throw .damaged(
                    path: path,
                    reason: mismatch(
                        "at most \(Self.largestText.grouped) bytes in all files", "more",
                        "use fewer files"))
            }
            return text
        }
        let owned = try TextOwners(
            TextPaths(reading.train), reading.owners, parts: reading.parts, &table, read)
        let others: TextOwners? =
            try reading.test.isEmpty
            ? nil : TextOwners(TextPaths(reading.test), .files, parts: 1, &table, read)
        let present = owned.texts.indices.filter { trainCount(owned.texts[$0]) > reading.length }
        guard !present.isEmpty else { throw tooShort(owned) }
        let texts = present.map { owned.texts[$0] }
        let train = texts.map { $0[..<trainCount($0)] }
        let test = others?.texts.map { $0[...] } ?? texts.map { $0[trainCount($0)...] }
        let vocabulary = TextVocabulary(
            table, train, size: reading.vocabulary ?? Self.defaultVocabulary)
        let windows = TextWindows(
            length: reading.length, stride: reading.stride ?? reading.length,
            prediction: reading.prediction)
        for part in [train, test] { try checkSize(windows.numbers(of: part)) }
        let (first, counts) = windows.samples(train, vocabulary)
        let (second, _) = windows.samples(test, vocabulary)
        let notes = TextNotes(
            reading, owned, present: present, emptyTests: others?.emptyFiles ?? 0, train: train,
            test: test, vocabulary, hasTests: !second.labels.isEmpty)
        return DecodedDataset(
            sampleShape: [reading.length], target: .classes(vocabulary.count),
            targetWidth: windows.targets, vocabulary: vocabulary.count,
            owners: DecodedDataset.Owners(
                kind: reading.owners.rawValue, names: present.map { owned.names[$0] },
                ofTrain: counts.enumerated().flatMap { owner, count in
                    repeatElement(Int32(owner), count: count)
                }),
            classNames: vocabulary.names, notes: notes.all.map { $0.withoutPaths(files) },
            train: first, test: second)
    }

    /// Returns a text in valid UTF-8, without a byte order mark; empty for an empty file.
    private func text(of path: String) throws(DataError) -> [UInt8] {
        var bytes = try FileTwins.bytes(of: path)
        if let kind = FileKind.foreign(bytes) {
            throw .damaged(path: path, reason: kind.refusalOfText)
        }
        try Self.check(bytes, path)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if reading.lowercase {
            bytes = Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)
        }
        return bytes
    }

    private static func check(_ bytes: [UInt8], _ path: String) throws(DataError) {
        var (problem, expected) = (
            bytes.firstIndex(of: 0, in: bytes.indices), "a text without zero bytes"
        )
        if problem == nil {
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: bytes.span)
            } catch {
                (problem, expected) = (error.byteOffsets.lowerBound, "a text in UTF-8")
            }
        }
        guard let problem else { return }
        let error = bytes.withUnsafeBufferPointer { bytes in
            TextPlace.problem(
                path, bytes, at: problem, expected: expected,
                found: "the byte \(bytes[problem]) at offset \(problem.grouped)",
                "save it as UTF-8")
        }
        throw error
    }

    private func trainCount(_ text: [Int32]) -> Int {
        reading.test.isEmpty
            ? Int((1 - reading.testFraction) * Double(text.count)) : text.count
    }

    private func tooShort(_ owned: TextOwners) -> DataError {
        let longest = owned.texts.map(trainCount).max() ?? 0
        let all = owned.texts.reduce(0) { $0 + $1.count }
        let fewer = reading.owners == .parts ? " or fewer parts" : ""
        let owners = owned.texts.count
        let place =
            owners == 1
            ? "the \(reading.owners.noun)"
            : "one of \(counted(owners, reading.owners.noun))"
        return .damaged(
            path: reading.train,
            reason: mismatch(
                "\(counted(reading.length + 1, reading.unit.noun)) or more for training in"
                    + " \(place)",
                "at most \(longest.grouped) (\(all.grouped) in the text)",
                "use a shorter length\(fewer)"))
    }

    private func checkSize(_ numbers: Int) throws(DataError) {
        guard numbers > Self.largestPart else { return }
        throw .impossible(
            dataset: "text",
            reason: mismatch(
                "at most \(Self.largestPart.grouped) symbols in the windows of a split",
                numbers.grouped, "use a larger stride, or less text"))
    }
}
