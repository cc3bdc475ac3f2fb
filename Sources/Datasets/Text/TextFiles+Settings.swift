import Settings

extension TextFiles {
    init(_ settings: Settings) {
        var reading = Reading(
            train: settings.requiredPath(
                "train", listAdvice: Self.listAdvice,
                "texts in UTF-8, packed with gzip or not: a path or a pattern such as *.txt"))
        reading.test = settings.filePath(
            "test", default: "", listAdvice: Self.listAdvice,
            "texts for testing: a path or a pattern")
        // A default in the resolved scenario would be a second answer.
        if reading.test.isEmpty || settings.isGiven("test_fraction") {
            reading.testFraction = settings.number(
                "test_fraction", default: 0.2, in: .fraction,
                "share of each owner's text that is for testing, its end")
        }
        if !reading.test.isEmpty, settings.isGiven("test_fraction") {
            settings.reject(
                "test_fraction", expected: "no value beside test, whose texts are all for tests",
                found: "one", advice: "remove test_fraction or test")
        }
        reading.unit = settings.choice(
            "unit", of: ["words": Unit.words, "characters": .characters],
            default: "words", "what is predicted")
        reading.length = settings.integer(
            "length", default: 35, in: .between(1, 100_000), "words or characters in a sample")
        reading.stride = settings.optionalInteger(
            "stride", in: .between(1, 1_000_000_000),
            "words or characters from one sample's start to the next; length if not given")
        reading.vocabulary = settings.optionalInteger(
            "vocabulary", in: .between(2, DatasetHeader.maximumWideVocabulary),
            "symbols at most, <unk> and <eos> included; 10,000 if not given")
        reading.lowercase = settings.flag(
            "lowercase", default: false, "make all letters small first")
        reading.endsLines = settings.flag(
            "end_of_line", default: true, "whether the end of each line is the symbol <eos>")
        reading.prediction = settings.choice(
            "predict", of: ["all": Shakespeare.Prediction.all, "last": .last], default: "all",
            "the next word or character at all positions, or at the last one")
        reading.owners = settings.choice(
            "clients",
            of: [
                "files": Owners.files, "lines": .lines, "parts": .parts, "roles": .roles,
            ], default: "files",
            "owners of the text: each file, each line, equal parts, or the roles of plays")
        reading.parts = settings.integer(
            "parts", default: 100, in: .between(1, 1_000_000),
            "number of owners, if clients is parts")
        if settings.isGiven("parts"), reading.owners != .parts {
            settings.warnUnused(
                "parts", default: "100", expected: "clients: parts",
                found: "clients: \(reading.owners.rawValue)")
        }
        self.init(reading)
    }

    private static let listAdvice = "name several files by a pattern such as texts/*.txt"
}
