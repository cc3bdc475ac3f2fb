import Settings

extension CSV {
    init(_ settings: Settings) {
        var reading = Reading(
            file: settings.requiredPath(
                "file", listAdvice: "use a pattern such as clients/*.csv",
                "the table, packed or not; a pattern such as clients/*.csv for several"))
        reading.testFile = settings.filePath(
            "test_file", default: "",
            "a table of the same columns, all for testing; a pattern for several")
        reading.order = settings.filePath(
            "order", default: "",
            "a file of row numbers: training rows from its front, test rows from its end")
        reading.readTestCount(settings)
        reading.separator = settings.choice(
            "separator",
            of: [
                "auto": CSVTable.Separator.auto, "comma": .comma, "semicolon": .semicolon,
                "tab": .tab, "blanks": .blanks,
            ], default: "auto", "what stands between two cells")
        reading.header = settings.choice(
            "header", of: ["auto": CSVTable.Header.auto, "yes": .yes, "no": .no], default: "auto",
            "whether the first row names the columns")
        reading.label = settings.optionalText(
            "label", "column of the classes; the last one if neither label nor target is given")
        reading.targets = settings.texts(
            "target", canBeEmpty: false, "columns of numbers to predict")
        reading.client = settings.optionalText("client", "column that says whose a row is")
        reading.ownersAreFiles = settings.choice(
            "owners", of: ["none": false, "files": true], default: "none",
            "whether each file of a pattern owns its rows")
        reading.oneHot = settings.texts(
            "one_hot", "columns of words: a feature of 0 and 1 for each of their values")
        reading.ignored = settings.texts("ignore", "columns that are left out")
        reading.keepsIndexColumn = settings.choice(
            "index_column", of: ["leave_out": false, "keep": true], default: "leave_out",
            "whether a column that only numbers the rows is a feature")
        reading.missing = MissingValues.Policy(settings)
        reading.standardizes = settings.flag(
            "standardize", default: true, "bring features to mean 0 and deviation 1")
        reading.standardizesTarget = settings.flag(
            "standardize_target", default: true, "bring numbers to predict there too")
        if reading.client != nil, reading.ownersAreFiles {
            settings.reject(
                "owners", expected: "client or owners: files", found: "both", advice: "remove one")
        }
        if reading.label != nil, !reading.targets.isEmpty {
            settings.reject(
                "target", expected: "label or target", found: "both", advice: "remove one")
        }
        if !reading.order.isEmpty, reading.missing == .drop {
            settings.reject(
                "missing", expected: "all rows of the table for order", found: "drop",
                advice: "fill the values in, or remove order")
        }
        self.init(reading)
    }
}

extension MissingValues.Policy {
    /// Reads the key `missing` of a table.
    fileprivate init(_ settings: Settings) {
        self = settings.choice(
            "missing", of: ["refuse": .refuse, "drop": .drop, "keep": .keep, "mean": .mean],
            default: "refuse",
            "what becomes of NA, NaN, ? and the like: an error, the row left out, a name of a "
                + "class or client, or the mean of a feature")
    }
}

extension CSV.Reading {
    /// Reads which rows are test rows. A scenario with two answers is refused.
    fileprivate mutating func readTestCount(_ settings: Settings) {
        // A default in the resolved scenario would be a second answer.
        let isShare = testFile.isEmpty && !settings.isGiven("test_samples")
        if isShare || settings.isGiven("test_fraction") {
            testFraction = settings.number(
                "test_fraction", default: 0.2, in: .fraction,
                "share of the rows that is for testing")
        }
        testSamples = settings.optionalInteger(
            "test_samples", in: .nonNegative, "how many rows are for testing, in place of a share")
        let counts = testSamples == nil ? ["test_fraction"] : ["test_fraction", "test_samples"]
        if !testFile.isEmpty {
            for key in ["order"] + counts where settings.isGiven(key) {
                settings.reject(
                    key, expected: "no value beside test_file, whose rows are all test rows",
                    found: "one", advice: "remove \(key) or test_file")
            }
        } else if counts.count > 1, settings.isGiven("test_fraction") {
            settings.reject(
                "test_fraction", expected: "test_fraction or test_samples", found: "both",
                advice: "remove one")
        }
    }
}
