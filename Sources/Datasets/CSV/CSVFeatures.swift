import Settings

/// The features of a table: numbers, and a 0 or 1 for each value of the columns in
/// `data.dataset.one_hot`.
///
/// Columns keep their order. A column of words has its values in the order of `Categories`, over
/// training and test rows. These zeros and ones are not standardised. With `missing: mean` a row
/// without a value has zeros for all of them, as in pandas' `get_dummies`.
struct CSVFeatures {
    /// Shape (training rows, width).
    private(set) var train: [Float] = []
    /// Shape (test rows, width).
    private(set) var test: [Float] = []
    private(set) var width = 0
    /// The columns that have numbers.
    let columnsOfNumbers: [Int]
    /// Their values in the training rows, shape (rows, columns of numbers).
    private(set) var numbers: [Float] = []
    /// Warnings and facts for the user.
    private(set) var notes: [DataNote] = []

    /// What a column of the table becomes.
    private enum Column {
        /// The position among the columns of numbers.
        case number(Int)
        /// The value of each training row and test row, nil for none, and the number of values.
        case words([Int32?], [Int32?], count: Int)

        var width: Int {
            switch self {
            case .number: 1
            case .words(_, _, let count): count
            }
        }
    }

    init(
        _ train: CSVPart, _ test: CSVPart, _ columns: CSVColumns, _ reading: CSV.Reading
    ) throws(DataError) {
        let ofNumbers = columns.features.filter { !columns.ofWords.contains($0) }
        columnsOfNumbers = ofNumbers
        var parts: [Column] = []
        var next = 0
        for column in columns.features {
            if columns.ofWords.contains(column) {
                parts.append(try words(train, test, column, reading.missing))
            } else {
                parts.append(.number(next))
                next += 1
            }
        }
        width = parts.reduce(0) { $0 + $1.width }
        try check(train, test)
        var values: CSVNumbers?
        if !ofNumbers.isEmpty {
            let read = try CSVNumbers(
                train, test, ofNumbers, standardized: reading.standardizes,
                fillsMissing: reading.missing == .mean)
            notes += read.notes
            numbers = read.train
            values = read
        }
        if let values, columns.ofWords.isEmpty {
            (self.train, self.test) = (values.train, values.test)
        } else {
            self.train = joined(parts, numbers, train.rows.count, isTest: false)
            self.test = joined(parts, values?.test ?? [], test.rows.count, isTest: true)
        }
    }

    private func check(_ train: CSVPart, _ test: CSVPart) throws(DataError) {
        guard DatasetHeader.isPossible(shape: [width]) else {
            throw .damaged(
                path: train.table.path,
                reason: mismatch(
                    "at most \(DatasetHeader.maximumFeatures.grouped) features", width.grouped,
                    "name fewer columns in data.dataset.one_hot"))
        }
        guard max(train.rows.count, test.rows.count) <= CSV.largestPart / width else {
            throw .damaged(
                path: train.table.path,
                reason: mismatch("at most \(CSV.largestPart.grouped) numbers", "more"))
        }
    }

    /// Reads a column of words.
    private mutating func words(
        _ train: CSVPart, _ test: CSVPart, _ column: Int, _ missing: MissingValues.Policy
    ) throws(DataError) -> Column {
        func texts(_ part: CSVPart) throws(DataError) -> [String?] {
            var texts: [String?] = []
            for row in part.rows {
                let isLeftOut = missing == .mean && part.table.isMissing(row, column)
                texts.append(
                    isLeftOut
                        ? nil
                        : try part.table.category(
                            row, column, "value", keepsWords: missing == .keep))
            }
            return texts
        }
        let (first, second) = (try texts(train), try texts(test))
        let known = first.compactMap(\.self)
        let categories = Categories(known + second.compactMap(\.self))
        note(train.table, column, known, second.compactMap(\.self), categories)
        func numbers(_ texts: [String?]) -> [Int32?] {
            texts.map { $0.flatMap(categories.number) }
        }
        return .words(numbers(first), numbers(second), count: categories.names.count)
    }

    private mutating func note(
        _ table: CSVTable, _ column: Int, _ train: [String], _ test: [String],
        _ categories: Categories
    ) {
        let name = table.name(column)
        let (count, rows) = (categories.names.count, train.count + test.count)
        let seen = Set(train.compactMap(categories.number))
        let unseen = test.first { text in categories.number(of: text).map(seen.contains) == false }
        if let unseen {
            notes.append(
                DataNote(
                    "new values \(column)", table.path,
                    "\(name): "
                        + mismatch(
                            "each value in a training row",
                            "\(counted(count - seen.count, "value")) in test rows only, such as "
                                + CSVTable.quoted(unseen), "the model learns nothing of them")))
        }
        if count > 20, 2 * count > rows {
            notes.append(
                DataNote(
                    "many values \(column)", table.path,
                    "\(name): "
                        + mismatch(
                            "values that several rows share",
                            "\(count.grouped) values in \(counted(rows, "row"))",
                            "each of them is a feature; if it is a name of the row, set "
                                + "data.dataset.ignore")))
        }
        for (one, other) in CSVNames(train + test).lookalikes.prefix(3) {
            notes.append(
                DataNote(
                    "spelling of values", table.path,
                    "\(name): "
                        + mismatch(
                            "one spelling of each value", "'\(one)' and '\(other)'",
                            "they are two features; write them alike if they are one")))
        }
    }

    /// Puts the columns beside each other, shape (rows, width).
    private func joined(
        _ parts: [Column], _ numbers: [Float], _ rows: Int, isTest: Bool
    ) -> [Float] {
        var result = [Float](repeating: 0, count: rows * width)
        var first = 0
        for part in parts {
            switch part {
            case .number(let index):
                for row in 0..<rows {
                    result[row * width + first] = numbers[row * columnsOfNumbers.count + index]
                }
            case .words(let train, let test, _):
                for (row, value) in (isTest ? test : train).enumerated() {
                    if let value { result[row * width + first + Int(value)] = 1 }
                }
            }
            first += part.width
        }
        return result
    }
}
