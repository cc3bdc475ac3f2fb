import Reporting

/// Numbers of a CSV file that hyperfed wrote, column by column (RFC 4180).
///
/// Only the columns that are asked for are read, and no text is made of their cells: a report reads
/// millions of them. A last line without its end is of a write that still goes on, and is left out.
package struct NumberTable {
    /// What is not as it should be in a table.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String

        init(line: Int, expected: String, found: String) {
            description = "line \(line): expected \(expected), found \(found)"
        }
    }

    /// How many rows are below the header.
    package private(set) var rowCount = 0
    /// The numbers of each column that was asked for; an empty or other cell is NaN. A column that
    /// the file does not have has no numbers.
    package private(set) var columns: [[Double]]
    private var cells: [Range<Int>] = []
    private let bytes: [UInt8]

    /// Reads columns of a table.
    ///
    /// - Parameters:
    ///   - names: the columns whose numbers are read.
    ///   - text: one column whose texts `text(_:)` returns; nil for none.
    /// - Throws: `Problem` without a header, or if rows have other numbers of cells.
    package init(_ bytes: [UInt8], _ names: [String], text: String? = nil) throws(Problem) {
        self.bytes = bytes
        let header = Self.header(bytes)
        guard let header else { throw Problem(line: 1, expected: "a header", found: "none") }
        // For each column of the file: where its numbers go; −1 for nowhere.
        var targets = header.names.map { names.firstIndex(of: $0) ?? -1 }
        let textColumn = text.flatMap { header.names.firstIndex(of: $0) } ?? -1
        // A header that names a column twice has its first one read.
        for index in targets.indices where targets[..<index].contains(targets[index]) {
            targets[index] = -1
        }
        columns = names.map { _ in [] }
        try read(from: header.end, targets, textColumn)
    }

    private mutating func read(from start: Int, _ targets: [Int], _ textColumn: Int)
        throws(Problem)
    {
        let (comma, end, quote) = (UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\""))
        let count = bytes.count
        var (cell, column, index) = (start, 0, start)
        while index < count {
            let byte = bytes[index]
            if byte == quote {
                // Two quotes inside a quoted cell end it and begin it again.
                index += 1
                while index < count, bytes[index] != quote { index += 1 }
            } else if byte == comma || byte == end {
                guard column < targets.count else {
                    throw Problem(
                        line: rowCount + 2, expected: "\(targets.count) cells", found: "more")
                }
                let target = targets[column]
                if target >= 0 {
                    columns[target].append(DecimalNumber.value(of: bytes, cell, index))
                }
                if column == textColumn { cells.append(cell..<index) }
                column += 1
                cell = index + 1
                if byte == end {
                    guard column == targets.count else {
                        throw Problem(
                            line: rowCount + 2, expected: "\(targets.count) cells",
                            found: "\(column)")
                    }
                    rowCount += 1
                    column = 0
                }
            }
            index += 1
        }
        // The cells of a last line that is not whole.
        for index in columns.indices where columns[index].count > rowCount {
            columns[index].removeLast(columns[index].count - rowCount)
        }
        if cells.count > rowCount { cells.removeLast(cells.count - rowCount) }
    }

    /// Returns the text of a row in the column of texts; empty if there is no such column.
    package func text(_ row: Int) -> String {
        row < cells.count ? csvText(ofCell: bytes[cells[row]]) : ""
    }

    /// Returns the names in the first line of a table, and where the line ends; nil without one.
    package static func header(_ bytes: [UInt8]) -> (names: [String], end: Int)? {
        var names: [String] = []
        var (start, isQuoted) = (0, false)
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted:
                names.append(csvText(ofCell: bytes[start..<index]))
                start = index + 1
            case UInt8(ascii: "\n") where !isQuoted:
                names.append(csvText(ofCell: bytes[start..<index]))
                return (names, index + 1)
            default: break
            }
        }
        return nil
    }
}
