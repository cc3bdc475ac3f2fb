/// What is not as it should be in a table that was read back.
public struct TableTextError: Error, CustomStringConvertible {
    /// The file with the line, what was expected and what was found.
    public let description: String

    init(_ file: String, line: Int, expected: String, found: String) {
        description = "\(file), line \(line): expected \(expected), found \(found)"
    }
}

/// The text of a CSV file that hyperfed wrote, read back by the names of its columns (RFC 4180).
///
/// A last line without its end is of a write that was cut off, and is left out.
struct TableText {
    /// The name of the file in messages.
    let name: String
    /// How many rows are below the header.
    let rowCount: Int
    // Looked up only, so their order does not matter.
    private let columns: [String: Int]
    private let bytes: [UInt8]
    /// Where each cell starts and ends in `bytes`, row by row; the header is the first row.
    private let cells: [Range<Int>]

    /// Reads a table.
    ///
    /// - Throws: `TableTextError` without a header, or if rows have other numbers of cells.
    init(_ text: String, name: String) throws(TableTextError) {
        bytes = Array(text.utf8)
        self.name = name
        var cells: [Range<Int>] = []
        var (start, isQuoted, rows, width, first) = (0, false, 0, 0, 0)
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted:
                cells.append(start..<index)
                start = index + 1
            case UInt8(ascii: "\n") where !isQuoted:
                cells.append(start..<index)
                start = index + 1
                let count = cells.count - first
                if rows == 0 { width = count }
                guard count == width else {
                    throw TableTextError(
                        name, line: rows + 1, expected: "\(width) cells", found: "\(count)")
                }
                rows += 1
                first = cells.count
            default: break
            }
        }
        guard rows > 0 else {
            throw TableTextError(name, line: 1, expected: "a header", found: "none")
        }
        self.cells = Array(cells[..<first])
        rowCount = rows - 1
        var columns: [String: Int] = [:]
        for column in 0..<width { columns[csvText(ofCell: bytes[cells[column]])] = column }
        self.columns = columns
    }

    /// Returns a cell as text.
    func text(_ column: String, _ row: Int) throws(TableTextError) -> String {
        guard let index = columns[column] else {
            throw TableTextError(
                name, line: 1, expected: "the column \(column)", found: "no such column")
        }
        return csvText(ofCell: bytes[cells[(row + 1) * columns.count + index]])
    }

    /// Returns a number, also one that is not finite.
    func number(_ column: String, _ row: Int) throws(TableTextError) -> Double {
        let text = try text(column, row)
        guard let number = Double(text) else {
            throw problem(column, row, "a number", text)
        }
        return number
    }

    /// Returns a number; nil if the cell is empty.
    ///
    /// - Parameter isNaNMissing: whether `NaN` stands for a missing number, too.
    func optionalNumber(_ column: String, _ row: Int, isNaNMissing: Bool = true)
        throws(TableTextError) -> Double?
    {
        let text = try text(column, row)
        if text.isEmpty || (isNaNMissing && text == "NaN") { return nil }
        return try number(column, row)
    }

    /// Returns a whole number that is not negative and leaves room for sums.
    func count(_ column: String, _ row: Int) throws(TableTextError) -> Int {
        let text = try text(column, row)
        guard let count = Int(text), (0...Int.max / 4).contains(count) else {
            throw problem(column, row, "a count", text)
        }
        return count
    }

    private func problem(_ column: String, _ row: Int, _ expected: String, _ found: String)
        -> TableTextError
    {
        TableTextError(
            name, line: row + 2, expected: "\(expected) as \(column)",
            found: found.isEmpty ? "an empty cell" : "'\(found.prefix(40))'")
    }
}
