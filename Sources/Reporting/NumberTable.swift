import Bytes

/// Numbers of a CSV file that hyperfed wrote, column by column (RFC 4180).
///
/// Only the columns that are asked for are read, and no text is made of their cells: a report reads
/// millions of them. A last line without its end is of a write that still goes on, and is left out.
package struct NumberTable {
    /// What is not as it should be in a table.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String

        package init(line: Int, expected: String, found: String) {
            description = "line \(line): expected \(expected), found \(found)"
        }
    }

    /// How many rows are below the header.
    package private(set) var rowCount = 0
    /// The numbers of each column that was asked for; an empty or other cell is NaN. A column that
    /// the file does not have has no numbers.
    package private(set) var columns: [[Double]]
    /// Whether a cell that was read is neither a number nor empty.
    package private(set) var hasOtherText = false
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
        guard let header = Self.header(bytes) else {
            throw Problem(line: 1, expected: "a header", found: "none")
        }
        let textColumn = text.flatMap { header.names.firstIndex(of: $0) } ?? -1
        // For each column of the file: where its numbers go; −1 for nowhere.
        var targets = header.names.map { names.firstIndex(of: $0) ?? -1 }
        // A header that names a column twice has its first one read.
        for index in targets.indices where targets[..<index].contains(targets[index]) {
            targets[index] = -1
        }
        columns = names.map { _ in [] }
        try read(from: header.end, targets, textColumn)
        // The cell of a last line that is not whole.
        if cells.count > rowCount { cells.removeLast(cells.count - rowCount) }
    }

    private mutating func read(
        from start: Int, _ targets: [Int], _ textColumn: Int
    ) throws(Problem) {
        let count = bytes.count
        let width = targets.count
        var (cell, column, index, row) = (start, 0, start, 0)
        // One list, row by row, which is divided into columns when all rows are read.
        let wanted = targets.indices.filter { targets[$0] >= 0 }
        var room = 256
        var values = [Double](repeating: .nan, count: room * wanted.count)
        var places = targets.map { _ in -1 }
        for (place, column) in wanted.enumerated() { places[column] = place }
        // A copy of the reference: the table itself changes while its bytes are read.
        let source = bytes
        let span = source.span
        while true {
            index = Self.nextMark(span, index)
            guard index < count else { break }
            let mark = span[index]
            if mark == UInt8(ascii: "\"") {
                // Two quotes inside a quoted cell end it and begin it again.
                index += 1
                while index < count, span[index] != UInt8(ascii: "\"") { index += 1 }
            } else if mark == UInt8(ascii: ",") || mark == 10 {
                guard column < width else {
                    throw Problem(line: row + 2, expected: "\(width) cells", found: "more")
                }
                if places[column] >= 0, cell < index {
                    if let value = DecimalNumber.value(span, cell, index) {
                        values[row &* wanted.count &+ places[column]] = value
                    } else {
                        hasOtherText = true
                    }
                }
                if column == textColumn { cells.append(cell..<index) }
                column += 1
                cell = index + 1
                if mark == 10 {
                    guard column == width else {
                        throw Problem(
                            line: row + 2, expected: "\(width) cells", found: "\(column)")
                    }
                    row += 1
                    column = 0
                    if row == room {
                        values += [Double](repeating: .nan, count: values.count)
                        room *= 2
                    }
                }
            }
            index += 1
        }
        rowCount = row
        for (place, column) in wanted.enumerated() {
            columns[targets[column]] = (0..<row).map { values[$0 &* wanted.count &+ place] }
        }
    }

    /// Returns the first place from `start` on with a quote, a comma, a line end or another byte
    /// below them; the count of bytes if there is none. Cells of numbers have no such byte.
    ///
    /// Eight bytes are compared at once: a byte below 45 borrows from its highest bit.
    @inline(__always)
    private static func nextMark(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        let (words, count) = unsafe (bytes.bytes, bytes.count)
        var index = start
        while index &+ 8 <= count {
            // Any eight bytes are a number, and the place is inside.
            let word = unsafe UInt64(
                littleEndian: words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let low = (word &- 0x2D2D_2D2D_2D2D_2D2D) & ~word & 0x8080_8080_8080_8080
            if low != 0 { return index &+ low.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < count, bytes[index] >= 45 { index &+= 1 }
        return index
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
