import Settings

/// Features that give away what is predicted, and test rows that are training rows.
struct CSVLeaks {
    private let train: CSVPart
    private let features: [Int]
    private let ofWords: Set<Int>
    // With few rows, equal values can be chance.
    private static let fewestRows = 10

    /// - Parameter ofWords: the features that have words.
    init(_ train: CSVPart, _ features: [Int], ofWords: Set<Int> = []) {
        (self.train, self.features, self.ofWords) = (train, features, ofWords)
    }

    /// Returns warnings about columns that have one value in each class, and not the same in all
    /// classes. They are copies of the label in other words, or one column of it for each class.
    ///
    /// - Parameter labels: the labels of the training rows.
    func notes(labels: [Int32]) -> [DataNote] {
        guard let largest = labels.max() else { return [] }
        let classes = Set(labels).count
        guard labels.count - classes >= Self.fewestRows else { return [] }
        let leaks = features.filter { column in
            if ofWords.contains(column) {
                return hasOneValueInEachClass(labels, classes: Int(largest) + 1) {
                    train.table.text($0, column)
                }
            }
            return hasOneValueInEachClass(labels, classes: Int(largest) + 1) {
                train.table.value($0, column)
            }
        }
        return leaks.isEmpty ? [] : [record(leaks, "a single value in each class")]
    }

    /// Returns whether a column has one value in each class, and not the same in all of them.
    private func hasOneValueInEachClass<V: Hashable>(
        _ labels: [Int32], classes: Int, _ value: (Int) -> V?
    ) -> Bool {
        var values = [V?](repeating: nil, count: classes)
        for (row, label) in zip(train.rows, labels) {
            let value = value(row)
            guard let known = values[Int(label)] else {
                values[Int(label)] = value
                continue
            }
            if known != value { return false }
        }
        return Set(values.compactMap(\.self)).count > 1
    }

    /// Returns warnings about columns that are a target times a number, plus a number.
    ///
    /// - Parameters:
    ///   - features: shape (rows, features).
    ///   - targets: shape (rows, columns).
    ///   - columns: the columns of the targets.
    func notes(features values: [Float], targets: [Float], _ columns: [Int]) -> [DataNote] {
        let rows = train.rows.count
        guard rows >= Self.fewestRows else { return [] }
        var notes: [DataNote] = []
        for (index, target) in columns.enumerated() {
            let wanted = (0..<rows).map { Double(targets[$0 * columns.count + index]) }
            let distinct = Set(wanted)
            if distinct.count <= 2 {
                notes.append(
                    DataNote(
                        "few numbers \(target)", train.table.path,
                        "\(train.table.name(target)): "
                            + mismatch(
                                "a target with 3 values or more",
                                "\(distinct.count) in \(counted(rows, "training row"))",
                                distinct.count == 2
                                    ? "if they are classes, name the column in data.dataset.label"
                                    : "the model has nothing to predict; name another target")))
                if distinct.count == 1 { continue }
            }
            let leaks = features.enumerated().filter { place, _ in
                let own = (0..<rows).lazy.map { Double(values[$0 * features.count + place]) }
                return Self.areProportional(own, wanted)
            }
            if !leaks.isEmpty {
                notes.append(
                    record(leaks.map(\.element), "the values of \(train.table.name(target))"))
            }
        }
        return notes
    }

    private func record(_ leaks: [Int], _ what: String) -> DataNote {
        DataNote(
            "leak", train.table.path,
            "\(listed(leaks.map(train.table.name))): "
                + mismatch(
                    "features that do not contain the target", what,
                    "the model can copy it; leave such columns out with data.dataset.ignore"))
    }

    /// Returns whether two columns have a correlation of 1 or -1, up to rounding.
    private static func areProportional(_ one: some Sequence<Double>, _ other: [Double]) -> Bool {
        let count = Double(other.count)
        let one = Array(one)
        let means = (one.reduce(0, +) / count, other.reduce(0, +) / count)
        var (products, squares, otherSquares) = (0.0, 0.0, 0.0)
        for (left, right) in zip(one, other) {
            let distances = (left - means.0, right - means.1)
            products += distances.0 * distances.1
            squares += distances.0 * distances.0
            otherSquares += distances.1 * distances.1
        }
        guard squares > 0, otherSquares > 0 else { return false }
        return products * products >= (1 - 1e-9) * squares * otherSquares
    }

    /// Returns a warning if half of the test rows or more are in the training table as well.
    static func notes(repeats test: CSVTable, of train: CSVTable) -> [DataNote] {
        let known = Set((0..<train.rowCount).map(train.span))
        let repeated = (0..<test.rowCount).count { known.contains(test.span(of: $0)) }
        guard repeated > 0, 2 * repeated >= test.rowCount else { return [] }
        return [
            DataNote(
                "test rows for training", test.path,
                mismatch(
                    "test rows that are not in \(train.path)",
                    "\(repeated.grouped) of \(counted(test.rowCount, "row")) that are",
                    "the model is tested on its training data; name a file of other rows in "
                        + "data.dataset.test_file"))
        ]
    }
}

extension CSVTable {
    /// Returns the bytes from the first cell of a row to its last one.
    fileprivate func span(of row: Int) -> ArraySlice<UInt8> {
        let own = cells[row * columnCount..<(row + 1) * columnCount]
        return bytes[Int(own.first?.start ?? 0)..<Int(own.last?.end ?? 0)]
    }
}
