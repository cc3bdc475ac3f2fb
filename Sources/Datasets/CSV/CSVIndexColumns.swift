/// Columns of a table that only identify a row: the index that data frames write in front, and
/// identifiers.
///
/// As features they would leak the order of the file, which is often the order of the labels. A
/// column of whole numbers is left out if its name says that it is an index or an identifier. Its
/// numbers must count the rows, or differ in each row. An unnamed first column that counts the rows
/// is left out too. A column with another name that counts the rows stays, with a warning, because
/// it may be a time.
struct CSVIndexColumns {
    /// The columns that are not features.
    private(set) var leftOut: Set<Int> = []
    private(set) var notes: [DataNote] = []

    /// Finds the columns.
    ///
    /// - Parameter candidates: the columns that have no other part.
    init(_ table: CSVTable, _ candidates: [Int]) {
        for column in candidates {
            guard let pattern = Pattern(table, column) else { continue }
            let name = table.names.map { $0[column] }
            let kind = name.map(Self.kind) ?? (column == 0 ? .counter : .other)
            let isIndex =
                switch kind {
                case .index: true
                case .counter: pattern.countsOn && table.rowCount >= (name == nil ? 10 : 3)
                case .other: false
                }
            if isIndex, candidates.count > leftOut.count + 1 {
                leftOut.insert(column)
                notes.append(
                    DataNote(
                        "index \(column)", table.path,
                        "\(table.name(column)) \(pattern.words), so it is left out of the features;"
                            + " if it is a measurement, set data.dataset.index_column: keep"))
            } else if isIndex || pattern.coversRows, table.rowCount >= 10 {
                notes.append(
                    DataNote(
                        "index \(column)", table.path,
                        "\(table.name(column)) \(pattern.words) and is a feature; if it is not a "
                            + "measurement, name it in data.dataset.ignore, else set "
                            + "data.dataset.index_column: keep"))
            }
        }
    }

    /// The meaning of a column's name.
    private enum Kind {
        /// An index or an identifier.
        case index
        /// An index if it counts the rows.
        case counter
        case other
    }

    private static let indexNames: Set<String> = [
        "", "index", "row", "rowid", "rowname", "rownames", "rownr", "rownum", "rownumber",
        "level0", "serialno", "sno", "instance", "record", "recordid", "sampleid", "obs",
        "observation", "indexlevel0", "uniqueid", "ids",
    ]
    private static let counterNames: Set<String> = [
        "x", "x1", "1", "no", "nr", "num", "number", "n", "i", "sample", "key", "#", "case", "item",
        "entry", "order", "v1", "column0", "c1", "0",
    ]
    private static let identifiers: Set<String> = ["id", "idx", "uuid", "guid", "rowid"]

    private static func kind(_ name: String) -> Kind {
        let words = words(of: name)
        let plain = words.joined()
        if name.isEmpty || indexNames.contains(plain) && !plain.isEmpty { return .index }
        // What pandas calls a column without a name.
        if words.first == "unnamed" { return .index }
        if let first = words.first, let last = words.last,
            identifiers.contains(first) || identifiers.contains(last)
        {
            return .index
        }
        let isCounter = counterNames.contains(plain) || words.last == "index" || name == "#"
        return isCounter ? .counter : .other
    }

    /// Returns the words of a name in lower case: "PassengerId" and "passenger_id" have two.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasLower = false
        for character in name {
            let isPart = character.isLetter || character.isNumber
            if !isPart || character.isUppercase && wasLower {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
            if isPart { word += character.lowercased() }
            wasLower = character.isLowercase
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// What the whole numbers of a column have in common.
    private struct Pattern {
        /// Each is the one above it plus 1.
        let countsOn: Bool
        /// They are 0 to rows - 1, or 1 to rows, in any order.
        let coversRows: Bool
        let words: String

        /// Reads a column. The result is nil if a cell is not a whole number, or if numbers repeat
        /// without being a count.
        init?(_ table: CSVTable, _ column: Int) {
            guard table.rowCount > 2 else { return nil }
            // Numbers beyond 2^53 are compared as they are written.
            var seen: Set<String> = []
            var (isCount, isUnique, restarts) = (true, true, 0)
            var (first, last, least, largest) = (0.0, 0.0, 0.0, 0.0)
            for row in 0..<table.rowCount {
                let text = table.text(row, column)
                guard let number = CSVTable.number(text), number == number.rounded(),
                    number.isFinite
                else { return nil }
                if row == 0 {
                    (first, least, largest) = (number, number, number)
                } else if number != last + 1 {
                    restarts += 1
                    if number != first { isCount = false }
                }
                (last, least, largest) = (number, min(least, number), max(largest, number))
                if isUnique, !seen.insert(text).inserted { isUnique = false }
                if !isUnique, !isCount { return nil }
            }
            // A column of two values would be a count that starts again in each row.
            guard isUnique || 3 * restarts <= table.rowCount else { return nil }
            countsOn = isCount && restarts == 0
            let rows = Double(table.rowCount)
            coversRows = isUnique && largest - least == rows - 1 && (least == 0 || least == 1)
            let range = "\(CSVIndexColumns.text(least)) to \(CSVIndexColumns.text(largest))"
            if isCount {
                words = "counts the rows (\(range)\(restarts > 0 ? ", again and again" : ""))"
            } else {
                words = "has another whole number in each row (\(range))"
            }
        }
    }

    private static func text(_ number: Double) -> String {
        number.magnitude < 1e15 ? String(Int(number)) : String(number)
    }
}
