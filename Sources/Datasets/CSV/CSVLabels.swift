import Settings

/// The labels of a table: classes numbered in order, with their names.
struct CSVLabels {
    /// The names of the classes, as they are first written.
    let names: [String]
    let train: [Int32]
    let test: [Int32]
    /// Warnings for the user about the labels.
    private(set) var notes: [DataNote] = []

    private static let mostClasses = 1 << 16

    /// Reads the labels of a table.
    ///
    /// - Parameters:
    ///   - isChosen: whether the scenario names the column.
    ///   - hasTestFile: whether the test rows are in another table, which must not have new
    ///     classes. A class of one table may have test rows only.
    init(
        _ train: CSVPart, _ test: CSVPart, _ column: Int, isChosen: Bool, hasTestFile: Bool,
        keepsWords: Bool
    ) throws(DataError) {
        let trainTexts = try train.categories(column, "label", keepsWords: keepsWords)
        let testTexts = try test.categories(column, "label", keepsWords: keepsWords)
        let known = hasTestFile ? trainTexts : trainTexts + testTexts
        let categories = Categories(known)
        let table = train.table
        guard categories.names.count <= (isChosen ? Self.mostClasses : 1_000),
            isChosen || categories.looksLikeLabels,
            isChosen || known.allSatisfy({ CSVTable.withDecimalPoint($0) == nil })
        else {
            throw .damaged(
                path: table.path,
                reason: "\(table.name(column)): "
                    + mismatch(
                        "labels",
                        "\(categories.names.count.grouped) different values, such as "
                            + CSVTable.quoted(known[0]),
                        "name the column of labels in data.dataset.label, or the one of numbers "
                            + "to predict in data.dataset.target"))
        }
        let trainLabels = trainTexts.map { categories.number(of: $0) ?? 0 }
        guard trainLabels.contains(where: { $0 != trainLabels[0] }) else {
            throw .damaged(
                path: table.path,
                reason: "\(table.name(column)): "
                    + mismatch(
                        "two classes or more in the training rows",
                        "the label \(CSVTable.quoted(trainTexts[0])) in all of them",
                        "name another column in data.dataset.label"))
        }
        var testLabels: [Int32] = []
        for (row, text) in zip(test.rows, testTexts) {
            guard let label = categories.number(of: text) else {
                throw test.table.refusal(
                    row, column,
                    mismatch(
                        "one of the \(categories.names.count.grouped) labels of \(table.path)",
                        CSVTable.quoted(text)))
            }
            testLabels.append(label)
        }
        (names, self.train, self.test) = (categories.names, trainLabels, testLabels)
        try record(table, column, known) { word in
            trainTexts.firstIndex(of: word).map(train.place)
                ?? testTexts.firstIndex(of: word).map(test.place) ?? table.path
        }
    }

    /// Checks a text that is a label.
    ///
    /// - Parameter place: the location of the text.
    private mutating func record(
        _ table: CSVTable, _ column: Int, _ texts: [String], place: (String) -> String
    ) throws(DataError) {
        let name = table.name(column)
        let kind = CSVNames(texts)
        if let word = kind.wordAmongNumbers {
            // Among numbers, a number that is not finite is a mistake and not a name.
            guard CSVTable.number(word) == nil || MissingValues.contains(word) else {
                throw .damaged(
                    path: place(word),
                    reason: "\(name): "
                        + mismatch(
                            "a finite number, like the other labels", CSVTable.quoted(word),
                            "correct the label"))
            }
            notes.append(
                DataNote(
                    "word among labels", table.path,
                    "\(name): "
                        + mismatch(
                            "a number, like the other labels",
                            "\(CSVTable.quoted(word)) (\(place(word)))",
                            "it is a class of its own; if the label is missing, leave the cell "
                                + "empty and set data.dataset.missing: drop")))
        }
        for (one, other) in kind.lookalikes.prefix(3) {
            notes.append(
                DataNote(
                    "spelling of labels", table.path,
                    "\(name): "
                        + mismatch(
                            "one spelling of each label", "'\(one)' and '\(other)'",
                            "they are two classes; write them alike if they are one")))
        }
        if let numbers = kind.manyNumbers {
            notes.append(
                DataNote(
                    "many labels", table.path,
                    "\(name): "
                        + mismatch(
                            "labels",
                            "\(numbers.grouped) different numbers in \(texts.count.grouped) rows",
                            "each number is a class; if they are numbers to predict, name the "
                                + "column in data.dataset.target")))
            // Nearly each class would have a warning about few samples.
            return
        }
        notes += ClassCounts(names: names.map { "'\($0)'" }, train: train, test: test).notes(
            table.path)
    }
}

/// What the names of classes or clients show about a column.
struct CSVNames {
    private let counts: [String: Int]
    private let total: Int

    init(_ texts: [String]) {
        counts = texts.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        total = texts.count
    }

    private var sorted: [String] {
        counts.keys.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }

    /// A word between numbers, in at most one of twenty rows.
    var wordAmongNumbers: String? {
        let words = sorted.filter { CSVTable.number($0)?.isFinite != true }
        let rows = words.reduce(0) { $0 + (counts[$1] ?? 0) }
        guard words.count == 1, counts.count > 2, rows * 20 <= total else { return nil }
        return words.first
    }

    /// Pairs of names that differ in case, blanks or the spelling of a number.
    ///
    /// Single letters are not compared. In tables of characters they may differ only by case.
    var lookalikes: [(String, String)] {
        var first: [String: String] = [:]
        var pairs: [(String, String)] = []
        let numbersAreEqual = !counts.keys.allSatisfy { CSVTable.number($0) != nil }
        for name in sorted where name.count > 1 || !name.contains(where: \.isLetter) {
            let bare = name.lowercased().filter { !$0.isWhitespace && $0 != "\u{FEFF}" }
            let number = numbersAreEqual ? CSVTable.number(bare).map { "\($0)" } : nil
            let key = number ?? bare
            if let other = first[key] { pairs.append((other, name)) } else { first[key] = name }
        }
        return pairs
    }

    /// How many numbers there are, if they are too many for classes: fractions, or more than one
    /// for each five rows.
    var manyNumbers: Int? {
        guard counts.count > 20 else { return nil }
        let numbers = counts.keys.compactMap { CSVTable.number($0) }
        guard numbers.count == counts.count else { return nil }
        let areWhole = numbers.allSatisfy { $0 == $0.rounded() }
        return areWhole && counts.count * 5 <= total ? nil : counts.count
    }
}
