import Settings

/// Some rows of a table: those for training or those for testing.
struct CSVPart {
    let table: CSVTable
    let rows: [Int]

    /// Reads the names of classes or owners in a column.
    ///
    /// - Parameters:
    ///   - noun: what they name, for messages.
    ///   - keepsWords: whether words for a missing value are names like any others.
    func categories(
        _ column: Int, _ noun: String, keepsWords: Bool
    ) throws(DataError) -> [String] {
        var texts: [String] = []
        texts.reserveCapacity(rows.count)
        for row in rows {
            texts.append(try table.category(row, column, noun, keepsWords: keepsWords))
        }
        return texts
    }

    /// Returns the location of the row at this index, for messages.
    func place(_ index: Int) -> String { table.place(rows[index]) }
}

extension CSVTable {
    /// Leaves out the rows that lack a value which the model needs, where the scenario says so.
    ///
    /// - Returns: what was left out, with its count.
    mutating func leaveOutRows(
        _ columns: CSVColumns, _ policy: MissingValues.Policy
    ) throws(DataError) -> [DataNote] {
        var result = notes
        if let first = blankLines.first {
            result.append(
                DataNote(
                    "blank rows", blankPath,
                    "\(counted(blankLines.count, "row")) without any value left out (first: line "
                        + "\(first))"))
        }
        guard policy == .drop else { return result }
        let needed = columns.used
        let lacking = (0..<rowCount).filter { row in
            needed.contains { isMissing(row, $0) }
        }
        guard let first = lacking.first else { return result }
        let column = needed.first { isMissing(first, $0) } ?? 0
        let place = "\(line(first)), \(name(column))"
        guard lacking.count < rowCount else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "a row with all values for missing: drop",
                    "none in \(counted(rowCount, "row")) (first: \(place))",
                    "name columns without values in data.dataset.ignore"))
        }
        let count = rowCount
        remove(rows: lacking)
        result.append(
            DataNote(
                "missing values", path,
                "\(lacking.count.grouped) of \(counted(count, "row")) left out for a missing value "
                    + "(first: \(place))"))
        return result
    }

    /// Returns how the columns of another table differ, or nil if they are the same.
    func difference(to other: CSVTable) -> String? {
        if other.columnCount != columnCount {
            return mismatch(counted(columnCount, "column"), other.columnCount.grouped)
        }
        switch (names, other.names) {
        case (nil, nil): return nil
        case (.some, nil): return mismatch("a header", "none (data.dataset.header)")
        case (nil, .some): return mismatch("no header", "one (data.dataset.header)")
        case (.some(let own), .some(let others)):
            guard let column = own.indices.first(where: { own[$0] != others[$0] }) else {
                return nil
            }
            return "column \(column): " + mismatch("'\(own[column])'", "'\(others[column])'")
        }
    }

    /// Describes the table for `hyperfed validate`.
    ///
    /// - Parameter width: the number of features.
    func summary(_ columns: CSVColumns, width: Int) -> DataNote {
        let cells = "\(counted(columnCount, "column")) separated by \(separator.words)"
        let header =
            headerLine.map { "names in line \($0)" } ?? (names == nil ? "no names" : "names above")
        let predicted =
            switch columns.target {
            case .label(let column): "label in \(name(column))"
            case .numbers(let targets): "to predict: \(listed(targets.map(name)))"
            }
        let comments =
            commentLines.isEmpty ? "" : "; \(counted(commentLines.count, "comment line")) on top"
        let source = files.paths.count > 1 ? " in \(files.paths.count.grouped) files" : ""
        let words = columns.ofWords.count
        return DataNote(
            "table", path,
            "\(counted(rowCount, "row"))\(source) of \(cells), \(header)\(comments); \(predicted); "
                + counted(width, "feature")
                + (words > 0 ? ", with those of \(counted(words, "column")) of words" : ""),
            severity: .information)
    }
}
