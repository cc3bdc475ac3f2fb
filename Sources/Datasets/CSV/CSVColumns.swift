import Settings

/// The parts of a table's columns: features, predicted columns, and the column that names the owner
/// of a row.
struct CSVColumns {
    /// The part of a row that the model predicts.
    enum Target {
        /// A class, which a column names.
        case label(Int)
        /// Numbers of these columns.
        case numbers([Int])
    }

    /// In the order of the table.
    let features: [Int]
    /// The features that have words, or numbers that stand for kinds.
    let ofWords: Set<Int>
    let target: Target
    let client: Int?
    /// Warnings for the user about the choice.
    private(set) var notes: [DataNote] = []

    /// The columns of numbers to predict.
    var targets: [Int] {
        switch target {
        case .label: []
        case .numbers(let columns): columns
        }
    }

    /// The columns that a row needs values in.
    var used: [Int] {
        var predicted = targets
        if case .label(let column) = target { predicted = [column] }
        return (features + predicted + (client.map { [$0] } ?? [])).sorted()
    }

    /// The last column with a value is the label, unless the scenario names a label or targets.
    init(_ table: CSVTable, _ reading: CSV.Reading) throws(DataError) {
        var taken: [Int: String] = [:]
        func take(_ word: String, _ key: String) throws(DataError) -> Int {
            let column = try Self.column(word, key, in: table)
            if let other = taken[column] {
                throw .damaged(
                    path: table.path,
                    reason: "data.dataset.\(key): "
                        + mismatch(
                            "a column that data.dataset.\(other) does not name",
                            table.name(column), "name it once"))
            }
            taken[column] = key
            return column
        }
        let hasEmptyEnd = table.endsInEmptyColumn
        if reading.targets.isEmpty {
            target = .label(try take(reading.label ?? (hasEmptyEnd ? "-2" : "-1"), "label"))
        } else {
            var columns: [Int] = []
            for word in reading.targets { columns.append(try take(word, "target")) }
            target = .numbers(columns)
        }
        var owner: Int?
        if let client = reading.client { owner = try take(client, "client") }
        client = owner
        for word in reading.ignored { _ = try take(word, "ignore") }
        var words: Set<Int> = []
        for word in reading.oneHot { words.insert(try take(word, "one_hot")) }
        ofWords = words
        let last = table.columnCount - 1
        if hasEmptyEnd, taken[last] == nil {
            taken[last] = "ignore"
            notes.append(
                DataNote(
                    "end", table.path,
                    "each line ends with a separator; the empty column \(last) behind it is left "
                        + "out"))
        }
        var candidates = (0..<table.columnCount).filter { taken[$0] == nil }
        if !reading.keepsIndexColumn {
            let checks = CSVIndexColumns(table, candidates)
            notes += checks.notes
            candidates.removeAll(where: checks.leftOut.contains)
        }
        features = (candidates + words).sorted()
        try Self.check(features, of: table)
    }

    /// Checks that there are features, and not too many. Throws `DataError` otherwise.
    private static func check(_ features: [Int], of table: CSVTable) throws(DataError) {
        guard !features.isEmpty else {
            throw .damaged(
                path: table.path,
                reason: mismatch(
                    "a column of features",
                    "none (the first line has \(counted(table.columnCount, "cell")), separated "
                        + "by \(table.separator.words))",
                    table.otherSeparator.map { "write commas in place of '\($0)'" }
                        ?? "set data.dataset.separator or name fewer columns"))
        }
        guard DatasetHeader.isPossible(shape: [features.count]) else {
            throw .damaged(
                path: table.path,
                reason: mismatch(
                    "at most \(DatasetHeader.maximumFeatures.grouped) columns of features",
                    features.count.grouped))
        }
    }

    /// Returns the column of this name, or of this number: from 0, or from -1 at the end.
    private static func column(
        _ word: String, _ key: String, in table: CSVTable
    ) throws(DataError) -> Int {
        let count = table.columnCount
        // The '#' in front of a first line of names does not belong to the first name.
        let bare = String(word.drop { $0 == "#" || $0.isWhitespace })
        let named: [Int] =
            table.names.map { names in
                let exact = (0..<count).filter { names[$0] == word }
                let isFirst = !bare.isEmpty && bare != word && names[0] == bare
                return exact.isEmpty && isFirst ? [0] : exact
            } ?? []
        if named.count > 1 {
            throw .damaged(
                path: table.path,
                reason: "data.dataset.\(key): "
                    + mismatch(
                        "one column named '\(word)'", "columns \(named[0]) and \(named[1])",
                        "name the column by its number"))
        }
        if let column = named.first { return column }
        let numbers =
            "a column number from 0 to \(count - 1), or from -1 to -\(count) (the end first)"
        func problem(_ expected: String, _ remedy: String? = nil) -> String {
            "data.dataset.\(key): " + mismatch(expected, "'\(word)'", remedy)
        }
        if let number = Int(word) {
            let column = number < 0 ? count + number : number
            guard (0..<count).contains(column) else {
                throw .damaged(path: table.path, reason: problem(numbers))
            }
            return column
        }
        guard let names = table.names else {
            throw .damaged(
                path: table.path,
                reason: problem(numbers, "a table without a header has no column names"))
        }
        let close = suggestion(for: word, among: names).map { "did you mean '\($0)'?" }
        let shown = names.prefix(50).joined(separator: ", ") + (names.count > 50 ? ", ..." : "")
        throw .damaged(path: table.path, reason: problem("one of the columns \(shown)", close))
    }
}

extension CSVTable {
    /// Whether the last column has neither a name nor any value. This happens if each line ends
    /// with a separator.
    fileprivate var endsInEmptyColumn: Bool {
        let last = columnCount - 1
        return last > 0 && names?[last].isEmpty ?? true
            && (0..<rowCount).allSatisfy { text($0, last).isEmpty }
    }

    /// A sign in a table of one column that may have been meant to separate cells.
    fileprivate var otherSeparator: Character? {
        guard columnCount == 1 else { return nil }
        return (names?[0] ?? text(0, 0)).first { "|:".contains($0) }
    }
}
