import Settings

/// The columns of all parts of a sparse data set: the number of the first one, and how many.
struct SVMLightColumns {
    /// The number of the first column in the file, 0 or 1.
    let first: Int
    let count: Int

    /// Finds the columns of both parts.
    ///
    /// - Parameter notes: receives what was found, for the user.
    init(
        _ train: SVMLightText, _ test: SVMLightText?, _ reading: SVMLight.Reading,
        _ notes: inout [DataNote]
    ) throws(DataError) {
        let texts = [train] + (test.map { [$0] } ?? [])
        let zero = texts.first { $0.range?.smallest == 0 }
        switch reading.firstColumn {
        case .zero: first = 0
        case .one:
            if let zero {
                throw .damaged(
                    path: zero.place(zero.range?.smallestRow ?? 0),
                    reason: mismatch(
                        "columns from 1 (data.dataset.first_column)", "column 0",
                        "set data.dataset.first_column: 0"))
            }
            first = 1
        case .auto: first = zero == nil ? 1 : 0
        }
        count = try Self.count(texts, reading, first: first)
        if reading.firstColumn == .auto, let zero,
            let other = texts.first(where: { ($0.range?.smallest ?? 0) > 0 })
        {
            notes.append(
                DataNote(
                    "first column", train.path,
                    mismatch(
                        "a column 0 in both files or in none", "one in \(zero.path) only",
                        "columns count from 0 in both; if \(other.path) counts from 1, its columns "
                            + "are wrong, so write both files alike, or set "
                            + "data.dataset.first_column: 0 if they are")))
        } else if reading.firstColumn == .auto {
            let reason =
                zero == nil
                ? "no row has a column 0; set data.dataset.first_column: 0 if the first feature "
                    + "has the number 0 and is 0 in all rows"
                : "rows have a column 0"
            notes.append(
                DataNote(
                    "first column", train.path, "columns count from \(first), since \(reason)",
                    severity: .information))
        }
        if reading.features == nil, let test, let ends = test.range?.largest,
            let trainEnds = train.range?.largest, ends != trainEnds
        {
            notes.append(
                DataNote(
                    "widths", train.path,
                    mismatch(
                        "as many columns as in the test rows",
                        "\((trainEnds - first + 1).grouped) in the training rows and "
                            + "\((ends - first + 1).grouped) in the test rows",
                        "the data set has \(count.grouped) features; set data.dataset.features to "
                            + "the number that the data have"),
                    severity: .information))
        }
    }

    /// Returns the number of columns: that of the scenario, or that of the widest part.
    private static func count(
        _ texts: [SVMLightText], _ reading: SVMLight.Reading, first: Int
    ) throws(DataError) -> Int {
        let origin = first
        func width(_ text: SVMLightText) -> Int {
            text.range.map { $0.largest - origin + 1 } ?? 0
        }
        let widest = texts.map(width).max() ?? 0
        guard widest > 0 || reading.features != nil else {
            throw .damaged(
                path: texts[0].path,
                reason: mismatch(
                    "a pair column:value in a row", "none", "set data.dataset.features"))
        }
        let count = reading.features ?? widest
        let limit = count
        if let text = texts.first(where: { width($0) > limit }), let range = text.range {
            throw .damaged(
                path: text.place(range.largestRow),
                reason: mismatch(
                    reading.features == nil
                        ? "columns up to \((first + count - 1).grouped)"
                        : "columns up to \((first + count - 1).grouped) (data.dataset.features is "
                            + "\(count.grouped), and the first column is \(first))",
                    "column \(range.largest.grouped)", "raise data.dataset.features"))
        }
        return count
    }
}

/// Some rows of a sparse text: the training or the test part.
struct SVMLightPart {
    let text: SVMLightText
    let rows: [Int]

    var labels: [Double] { rows.map { text.labels[$0] } }

    /// Returns the place of a sample for messages.
    func place(_ sample: Int) -> String { text.place(rows[sample]) }

    /// Makes the full rows, shape (rows, columns).
    func features(_ columns: SVMLightColumns) -> [Float] {
        var all = [Float](repeating: 0, count: rows.count * columns.count)
        all.withUnsafeMutableBufferPointer { all in
            for (index, row) in rows.enumerated() {
                let start = index * columns.count - columns.first
                for pair in (row == 0 ? 0 : text.ends[row - 1])..<text.ends[row] {
                    all[start + Int(text.columns[pair])] = text.values[pair]
                }
            }
        }
        return all
    }

    /// Returns the queries as owners, in the order of their numbers.
    func owners() throws(DataError) -> DecodedDataset.Owners {
        guard !text.queries.isEmpty else {
            throw .damaged(
                path: text.path,
                reason: mismatch(
                    "qid:number in each row (data.dataset.owners is qid)", "none",
                    "set data.dataset.owners: none"))
        }
        let names = Set(rows.map { text.queries[$0] }).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices.map { Int32($0) }))
        return DecodedDataset.Owners(
            kind: "queries", names: names.map(String.init),
            ofTrain: rows.map { numbers[text.queries[$0]] ?? 0 })
    }
}
