/// Whether the first row of a table has the names of its columns.
///
/// The first row is a header if one of its cells is not a number and the first cell below it with
/// a value is a number. So the words of a column of labels are not a header, and neither is a row
/// in which a value is missing. Names may be numbers: an unnamed column before 0, 1, 2, ... as
/// data frames have them, or 0, 1, 2, ... above numbers with decimal points. If the numbers below
/// have no decimal points either, the table is ambiguous.
struct CSVHeader {
    private let table: CSVTable
    private let first: [String]

    init(_ table: CSVTable) {
        self.table = table
        first = (0..<table.columnCount).map { table.text(0, $0) }
    }

    /// Decides whether there is a header, and returns a warning about it.
    func decide() throws(DataError) -> (isThere: Bool, note: String?) {
        if first.indices.contains(where: isWordAboveNumber) { return (true, oddName) }
        guard table.rowCount > 1 else { return (false, nil) }
        if first[0].isEmpty, Self.areConsecutive(first[1...], from: 0...1) { return (true, nil) }
        guard first.count > 2, Self.areConsecutive(first[...], from: nil) else {
            return (false, nil)
        }
        let shown = first.prefix(3).joined(separator: ", ") + ", ..., \(first[first.count - 1])"
        if first.indices.contains(where: isAboveDecimals) {
            return (
                true,
                "line \(table.lines[0]): "
                    + mismatch(
                        "a header or a row", "numbers (\(shown)), used as names of the columns",
                        "set data.dataset.header: yes or no")
            )
        }
        guard isAmbiguous else { return (false, nil) }
        throw .damaged(
            path: table.path,
            reason: "line \(table.lines[0]): "
                + mismatch(
                    "a header or a row", "numbers that can be both (\(shown))",
                    "set data.dataset.header: yes or no"))
    }

    private func isWordAboveNumber(_ column: Int) -> Bool {
        guard !isNumber(first[column]) else { return false }
        if table.rowCount == 1 { return true }
        guard !MissingValues.contains(first[column]) else { return false }
        let below = (1..<table.rowCount).first { !table.isMissing($0, column) }
        return below.map { isNumber(table.text($0, column)) } ?? false
    }

    // A number with a decimal comma is refused, but as a number.
    private func isNumber(_ text: String) -> Bool {
        CSVTable.number(text) != nil || CSVTable.withDecimalPoint(text) != nil
    }

    /// A first row whose names are measurements was a row of data once.
    private var oddName: String? {
        let odd = first.first { name in
            name.contains(".") && CSVTable.number(name)?.isFinite ?? false
        }
        return odd.map {
            "line \(table.lines[0]): "
                + mismatch(
                    "names of columns", "a header with the name '\($0)'",
                    "if the line is a row, write names above it, or set data.dataset.header: no")
        }
    }

    /// Returns whether all rows below have decimal points, or exponents, and the first one has
    /// none.
    private func isAboveDecimals(_ column: Int) -> Bool {
        let below = (1..<table.rowCount).lazy.filter { !table.isMissing($0, column) }
        return below.first != nil
            && below.allSatisfy { row in
                let text = table.text(row, column)
                return CSVTable.number(text) != nil && text.contains { ".eE".contains($0) }
            }
    }

    /// Whether 0, 1, 2, ... or 1, 2, 3, ... over whole numbers may well be numbers of columns: of
    /// few columns only if the last number occurs in no other row.
    private var isAmbiguous: Bool {
        guard first[0] == "0" || first[0] == "1", table.rowCount > 3 else { return false }
        let last = first.count - 1
        return first.count > 5
            || !(1..<table.rowCount).contains { table.text($0, last) == first[last] }
    }

    private static func areConsecutive(
        _ texts: ArraySlice<String>, from starts: ClosedRange<Int>?
    ) -> Bool {
        let numbers = texts.compactMap { Int($0) }
        guard let start = numbers.first, numbers.count == texts.count,
            starts?.contains(start) ?? true
        else { return false }
        return numbers.enumerated().allSatisfy { $1 == start &+ $0 }
    }
}

extension CSVTable {
    /// Takes the names of the columns off the rows, where there are some.
    mutating func takeHeader() throws(DataError) {
        let isThere: Bool
        switch header {
        case .yes: isThere = true
        case .no: isThere = false
        case .auto:
            let decision = try CSVHeader(self).decide()
            isThere = decision.isThere
            if let note = decision.note { notes.append(DataNote("header", path, note)) }
        }
        guard isThere else {
            // Without a header the names in a comment are not used.
            if header == .no { names = nil }
            return
        }
        useFirstRowAsHeader()
    }

    mutating func useFirstRowAsHeader() {
        var names = (0..<columnCount).map { text(0, $0) }
        // "# a,b,c", as numpy.savetxt writes names.
        if bytes[Int(cells[0].start)] == UInt8(ascii: "#"), names[0] != "#" {
            names[0] = String(names[0].dropFirst().drop(while: \.isWhitespace))
        }
        self.names = names
        headerLine = lines.removeFirst()
        cells.removeFirst(columnCount)
    }
}
