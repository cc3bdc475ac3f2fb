import Settings

/// Next-character prediction in a text, such as the works of Shakespeare; the roles of a play own
/// what they say.
///
/// `Speeches` says which owner has which part of the text. The characters of an owner are put one
/// after the other. The first floor((1 - test_fraction) n) of them are for training, the others
/// for testing. Each part is cut into sequences of sequence_length + 1 characters, one starting
/// every `stride` characters; a rest is dropped. The first sequence_length are the sample, as
/// symbols. `Vocabulary` makes the symbols from the training parts of all owners. The target is
/// the character after each of them, or after the last one only. An owner with too little text
/// for one training sequence is left out, with its test samples. Samples are in the order of
/// their owners, and of the text.
///
/// - Source: Caldas et al. 2018 (LEAF), arXiv 1812.01097; McMahan et al. 2017, arXiv 1602.05629.
/// - LEAF differs: one vocabulary of 80 letters for all texts, and sequences of 80 characters
///   that start at every character (`stride: 1`) and predict one (`predict: last`). A client is a
///   role of one play, and 79 sequences between the two parts are left out. `windows: leaf` makes
///   LEAF's samples; see `LEAFWindows` and `LEAFPlays`.
package struct Shakespeare: DataSource {
    package static let algorithm = Algorithm("shakespeare", revision: 2)
    /// Which characters a sample predicts.
    package enum Prediction: UInt64, Sendable {
        /// The next one at each position.
        case all
        /// The one after the last position.
        case last
    }
    /// Whose rules make the samples.
    package enum Windows: Sendable {
        /// The other settings make the samples.
        case own
        /// LEAF's rules make the samples.
        case leaf
    }

    let file: String
    let windows: Windows
    let sequenceLength: Int
    let stride: Int
    let vocabulary: Int
    let prediction: Prediction
    let testFraction: Double
    let slices: Int
    /// Whether the scenario sets slices, and so expects no roles.
    let wantsSlices: Bool

    init(_ settings: Settings) {
        file = settings.requiredPath("file", "the text, packed with gzip or not")
        windows = settings.choice(
            "windows", of: ["own": Windows.own, "leaf": .leaf], default: "own",
            "samples, vocabulary and split as the other keys say, or as LEAF makes them")
        sequenceLength = settings.integer(
            "sequence_length", default: 80, in: .between(1, 100_000), "characters in a sample")
        stride =
            settings.optionalInteger(
                "stride", in: .between(1, 1_000_000_000),
                "characters from one sample's start to the next; sequence_length + 1 if not given")
            ?? (windows == .leaf ? 1 : sequenceLength + 1)
        vocabulary = settings.integer(
            "vocabulary", default: 80, in: .between(2, DatasetHeader.maximumVocabulary),
            "symbols at most; rare characters share the last one")
        prediction = settings.choice(
            "predict", of: ["all": Prediction.all, "last": .last],
            default: windows == .leaf ? "last" : "all",
            "the next character at all positions, or at the last one")
        testFraction = settings.number(
            "test_fraction", default: 0.2, in: .fraction,
            "share of each owner's text that is for testing, its end")
        let slices = settings.optionalInteger(
            "slices", in: .between(1, 1_000_000),
            "owners of a text without headings 'NAME:', equal parts each; 100 if not given")
        self.slices = slices ?? 100
        wantsSlices = slices != nil
        if windows == .leaf { refuseContradictions(settings) }
    }

    /// The source of LEAF's samples of a text.
    package init(asLEAF file: String, testFraction: Double = 0.2, slices: Int? = nil) {
        (self.file, windows, self.testFraction) = (file, .leaf, testFraction)
        (sequenceLength, stride, prediction) = (LEAFWindows.length, 1, .last)
        vocabulary = LEAFWindows.letters.count
        (self.slices, wantsSlices) = (slices ?? 100, slices != nil)
    }

    package init(
        file: String, sequenceLength: Int = 80, stride: Int? = nil, vocabulary: Int = 80,
        prediction: Prediction = .all, testFraction: Double = 0.2, slices: Int? = nil
    ) {
        (self.file, windows, self.sequenceLength) = (file, .own, sequenceLength)
        self.stride = stride ?? sequenceLength + 1
        (self.vocabulary, self.prediction) = (vocabulary, prediction)
        (self.testFraction, self.slices) = (testFraction, slices ?? 100)
        wantsSlices = slices != nil
    }

    package var usesSeed: Bool { false }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        facts.add("sequence_length", sequenceLength)
        facts.add("stride", stride)
        facts.add("vocabulary", vocabulary)
        facts.add("slices", slices)
        facts.add("wants_slices", wantsSlices)
        facts.add("predict", prediction.rawValue)
        facts.add("test_fraction", testFraction)
        if windows == .leaf { facts.add("windows", "leaf") }
        try facts.add("file", contentOf: file)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let bytes = try FileTwins.bytes(of: file)
        if let kind = FileKind.foreign(bytes) {
            throw .damaged(path: file, reason: kind.refusal(expected: "a text"))
        }
        let text = try Speeches.scalars(bytes, path: file)
        guard !text.isEmpty else {
            throw .damaged(path: file, reason: mismatch("a text", "an empty file"))
        }
        if windows == .leaf { return try decodedAsLEAF(text) }
        let speeches = Speeches(text, slices: slices)
        let present = speeches.texts.indices.filter {
            trainCount(speeches.texts[$0]) > sequenceLength
        }
        guard !present.isEmpty else {
            throw .damaged(path: file, reason: tooShort(text, speeches))
        }
        let texts = present.map { speeches.texts[$0] }
        try checkSizes(texts)
        var notes = SpeechNotes(speeches, text, present: present, wantsSlices: wantsSlices)
            .notes(file)
        let vocabulary = Vocabulary(
            texts.lazy.map { $0[..<trainCount($0)] }, limit: vocabulary)
        var (train, test) = (Sequences(), Sequences())
        var ofTrain: [Int32] = []
        for (owner, text) in texts.enumerated() {
            let symbols = text.map(vocabulary.symbol)
            let end = trainCount(text)
            let count = add(symbols[..<end], to: &train)
            ofTrain.append(contentsOf: repeatElement(Int32(owner), count: count))
            _ = add(symbols[end...], to: &test)
        }
        if testFraction > 0, test.targets.isEmpty {
            notes.append(
                DataNote(
                    "no test samples", file,
                    mismatch(
                        "\(counted(sequenceLength + 1, "test character")) or more of an owner",
                        "fewer (test_fraction \(testFraction))",
                        "the global model is never tested; use a larger test_fraction or a shorter "
                            + "sequence_length")))
        }
        return DecodedDataset(
            sampleShape: [sequenceLength], target: .classes(vocabulary.count),
            targetWidth: prediction == .all ? sequenceLength : 1, vocabulary: vocabulary.count,
            owners: DecodedDataset.Owners(
                kind: speeches.kind, names: present.map { speeches.names[$0] }, ofTrain: ofTrain),
            classNames: vocabulary.characters.map { String($0) } + ["other"],
            notes: notes.map { $0.withoutPaths(files) },
            train: train.samples, test: test.samples)
    }

    package var files: [String] { [file] }

    package func fileNotes() -> [DataNote] { FileTwins.notes(file) }

    private func trainCount(_ text: [Unicode.Scalar]) -> Int {
        Int((1 - testFraction) * Double(text.count))
    }

    private func tooShort(_ text: [Unicode.Scalar], _ speeches: Speeches) -> String {
        let longest = speeches.texts.map(trainCount).max() ?? 0
        let advice =
            speeches.kind == "slices"
            ? "use a shorter sequence_length or fewer slices" : "use a shorter sequence_length"
        return mismatch(
            "\((sequenceLength + 1).grouped) characters or more for training in one of "
                + "\(speeches.texts.count.grouped) \(speeches.kind)",
            "at most \(longest.grouped) (\(text.count.grouped) in the text)", advice)
    }

    /// The samples of one part so far.
    struct Sequences {
        var symbols: [UInt8] = []
        var targets: [Int32] = []

        /// Adds the symbols of a sequence and the one after it.
        mutating func add(_ window: ArraySlice<UInt8>, _ prediction: Prediction) {
            symbols.append(contentsOf: window.dropLast())
            let predicted = prediction == .all ? window.dropFirst() : window.suffix(1)
            targets.append(contentsOf: predicted.lazy.map { Int32($0) })
        }

        var samples: DecodedDataset.Samples {
            DecodedDataset.Samples(features: .symbols(symbols), labels: targets)
        }
    }

    /// Returns the number of sequences that this number of characters gives.
    private func sequences(_ characters: Int) -> Int {
        characters > sequenceLength ? (characters - sequenceLength - 1) / stride + 1 : 0
    }

    /// Refuses parts that are too large, before anything is built.
    private func checkSizes(_ texts: [[Unicode.Scalar]]) throws(DataError) {
        let targets = prediction == .all ? sequenceLength : 1
        let train = texts.map { sequences(trainCount($0)) }.reduce(0, +)
        let test = texts.map { sequences($0.count - trainCount($0)) }.reduce(0, +)
        let numbers = max(train, test) * (sequenceLength + targets)
        guard numbers <= Self.largestPart else {
            throw .impossible(
                dataset: "shakespeare",
                reason: mismatch(
                    "at most \(Self.largestPart.grouped) characters in a split",
                    "\(numbers.grouped) (\(max(train, test).grouped) sequences of "
                        + "\(sequenceLength.grouped) characters and \(targets.grouped) to predict)",
                    "use a larger stride, a shorter sequence_length"
                        + (prediction == .all ? " or predict: last" : "")))
        }
    }

    /// Cuts symbols into sequences and returns their number.
    private func add(_ symbols: ArraySlice<UInt8>, to part: inout Sequences) -> Int {
        let count = sequences(symbols.count)
        for index in 0..<count {
            let first = symbols.startIndex + index * stride
            part.add(symbols[first...first + sequenceLength], prediction)
        }
        return count
    }

    static let largestPart = 1 << 30
}
