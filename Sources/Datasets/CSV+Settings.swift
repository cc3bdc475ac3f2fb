import Settings

extension CSV {
    init(_ settings: Settings) {
        var reading = Reading(file: settings.requiredPath("file", "the table, packed or not"))
        reading.testFile = settings.filePath(
            "test_file", default: "", "a table of the same columns, all for testing")
        reading.order = settings.filePath(
            "order", default: "",
            "a file of row numbers: training rows from its front, test rows from its end")
        reading.testFraction = settings.number(
            "test_fraction", default: 0.2, in: .fraction, "share of the rows that is for testing")
        reading.testSamples = settings.optionalInteger(
            "test_samples", in: .nonNegative, "how many rows are for testing, in place of a share")
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
        reading.targets = settings.texts("target", "columns of numbers to predict")
        reading.client = settings.optionalText("client", "column that says whose a row is")
        reading.ignored = settings.texts("ignore", "columns that are left out")
        reading.standardizes = settings.flag(
            "standardize", default: true, "bring features to mean 0 and deviation 1")
        reading.standardizesTarget = settings.flag(
            "standardize_target", default: true, "bring numbers to predict there too")
        if reading.label != nil, !reading.targets.isEmpty {
            settings.reject("target", "either label or target is given, not both")
        }
        if !reading.testFile.isEmpty {
            for key in ["order", "test_fraction", "test_samples"] where settings.isGiven(key) {
                settings.warn(key, "\(key) has no effect with test_file")
            }
        }
        self.init(reading)
    }
}
