import Bytes
import Settings

/// The cells of a text file: each line is a row, and all rows have the same number of cells.
///
/// Empty lines do not count, and neither do lines whose cells are all empty. Blanks around a cell
/// are not part of it. A cell may be in double quotes. In such a cell a quote is written twice, and
/// the cell ends on its line. Lines on top that start with '#' are comments, unless they have as
/// many cells as the first other line. The line 'sep=;' of Excel, which names the separator, is a
/// comment too.
package struct CSVTable {
    /// The separator of cells.
    package enum Separator: UInt64, Sendable {
        /// The first of semicolon, comma and tab that the first line has, else blanks.
        case auto
        case comma
        case semicolon
        case tab
        /// Any number of spaces and tabs.
        case blanks

        /// The text between two cells, for messages.
        var words: String {
            switch self {
            case .comma: "commas"
            case .semicolon: "semicolons"
            case .tab: "tabs"
            case .auto, .blanks: "blanks"
            }
        }

        var byte: UInt8? {
            switch self {
            case .comma: UInt8(ascii: ",")
            case .semicolon: UInt8(ascii: ";")
            case .tab: UInt8(ascii: "\t")
            case .auto, .blanks: nil
            }
        }
    }

    /// Whether the first row has the names of the columns.
    package enum Header: UInt64, Sendable {
        /// The cells decide, see `CSVHeader`.
        case auto
        case yes
        case no
    }

    // Half of what a range of integers takes; a file has less than 2^32 bytes.
    struct Cell {
        let start: UInt32
        let end: UInt32
    }

    /// The file, or the pattern of several files.
    var path: String
    var files: FilesOfRows
    /// The names of the columns; nil without a header.
    var names: [String]?
    /// The line of the header; nil without one, or where a comment has the names.
    var headerLine: Int?
    var columnCount = 0
    /// The line of each row in the file, from 1.
    var lines: [Int] = []
    /// Lines with separators and nothing else.
    var blankLines: [Int] = []
    /// The file of the first of them.
    var blankPath: String
    /// Comments on top of the file.
    var commentLines: [Int] = []
    /// The separator of this file. It is never `auto`, unless there are no cells.
    var separator: Separator
    let header: Header
    var bytes: [UInt8]
    /// The locations of the cells, (rows, columns).
    var cells: [Cell] = []
    /// The columns of numbers to predict, for messages.
    var targets: [Int] = []
    /// Warnings for the user about the file.
    var notes: [DataNote] = []

    var rowCount: Int { lines.count }

    /// The largest number of cells. Their places take at most 1 GiB.
    package static let mostCells = 1 << 27
    /// The number of cells at which this table is refused.
    let mostCells: Int

    /// Reads the cells of a file.
    ///
    /// - Throws: `DataError` for bytes that are no table, and for more than `mostCells` cells.
    package init(
        _ bytes: [UInt8], path: String, separator: Separator = .auto, header: Header = .auto,
        mostCells: Int = Self.mostCells
    ) throws(DataError) {
        if let kind = FileKind.foreign(bytes) {
            throw .damaged(path: path, reason: kind.refusal(expected: "a table, one row a line"))
        }
        if let zero = bytes.firstIndex(of: 0, in: bytes.indices) {
            throw .damaged(
                path: path,
                reason:
                    mismatch(
                        "a text in UTF-8",
                        "a zero byte at offset \(zero.grouped), as in UTF-16 or in binary files",
                        "save the table as UTF-8"))
        }
        (self.bytes, self.path, self.mostCells) = (bytes, path, mostCells)
        (files, blankPath) = (FilesOfRows(path), path)
        (self.separator, self.header) = (separator, header)
        try readLines()
        guard rowCount > 0 else {
            throw .damaged(path: path, reason: mismatch("a row of numbers", "no row"))
        }
        try takeHeader()
        guard rowCount > 0 else {
            throw .damaged(path: path, reason: mismatch("a row below the header", "no row"))
        }
    }

    /// Returns a cell as text, without quotes around it.
    func text(_ row: Int, _ column: Int) -> String { text(cells[row * columnCount + column]) }

    func text(_ cell: Cell) -> String {
        let text = String(decoding: bytes[Int(cell.start)..<Int(cell.end)], as: UTF8.self)
        guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        return String(text.dropFirst().dropLast()).replacing("\"\"", with: "\"")
    }

    /// Reads a cell as a number that float32 can hold.
    func number(_ row: Int, _ column: Int) throws(DataError) -> Double {
        if let number = value(row, column), number.magnitude <= Self.largest { return number }
        throw refusal(row, column, problem(ofNumber: text(row, column), row, column))
    }

    /// Reads a cell as `number(_:)` reads its text, in most cases without making a text.
    func value(_ row: Int, _ column: Int) -> Double? {
        let cell = cells[row * columnCount + column]
        guard
            let number = DecimalNumber(
                bytes.span, at: Int(cell.start), before: Int(cell.end)),
            number.end == Int(cell.end)
        else { return Self.number(text(row, column)) }
        return number.double(bytes.span)
    }

    /// Reads the numbers of some rows and columns as `number(_:_:)` does, shape (rows, columns).
    ///
    /// - Parameter missing: what a missing value becomes; nil if it is an error.
    func numbers(
        _ rows: [Int], _ columns: [Int], missing: Double? = nil
    ) throws(DataError) -> [Double] {
        var numbers: [Double] = []
        numbers.reserveCapacity(rows.count * columns.count)
        let text = bytes.span
        for row in rows {
            for column in columns {
                let cell = cells[row * columnCount + column]
                let end = Int(cell.end)
                if let number = DecimalNumber(text, at: Int(cell.start), before: end),
                    number.end == end, case let value = number.double(text),
                    value.magnitude <= Self.largest
                {
                    numbers.append(value)
                } else if let missing, isMissing(row, column) {
                    numbers.append(missing)
                } else {
                    numbers.append(try self.number(row, column))
                }
            }
        }
        return numbers
    }

    private static let largest = Double(Float.greatestFiniteMagnitude)

    /// Reads a cell that names a class or an owner.
    ///
    /// - Parameters:
    ///   - noun: what it names, for messages.
    ///   - keepsWords: whether words for a missing value are names like any others.
    func category(
        _ row: Int, _ column: Int, _ noun: String, keepsWords: Bool
    ) throws(DataError) -> String {
        let cell = cells[row * columnCount + column]
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span.extracting(Int(cell.start)..<Int(cell.end)))
        } catch {
            // Different bytes would become the same replacement characters.
            throw refusal(
                row, column, mismatch("a text in UTF-8", "other bytes", "save the table as UTF-8"))
        }
        let text = text(cell)
        if text.isEmpty || !keepsWords && MissingValues.contains(text) {
            throw refusal(
                row, column,
                "expected a \(noun), found \(Self.missing(text)); "
                    + MissingValues.advice(text.isEmpty ? .drop : .keep))
        }
        return text
    }

    /// Returns whether a cell has no value.
    func isMissing(_ row: Int, _ column: Int) -> Bool {
        MissingValues.contains(text(row, column))
    }

    /// Returns the texts of a row; they are equal for rows of the same cells.
    func content(_ row: Int) -> [String] { (0..<columnCount).map { text(row, $0) } }

    /// Makes the error of a cell, with its location.
    func refusal(_ row: Int, _ column: Int, _ reason: String) -> DataError {
        .damaged(
            path: files.path(of: row),
            reason: "line \(lines[row]), \(name(column)): \(reason)")
    }

    /// Returns a column for a message: its number from 0, and its name.
    func name(_ column: Int) -> String {
        "column \(column)" + (names.map { " ('\($0[column])')" } ?? "")
    }

    /// Reads a decimal number, or a word for one that is not finite. Returns nil for anything
    /// else, such as hexadecimal numbers.
    static func number(_ text: String) -> Double? {
        guard let number = Double(text) else { return nil }
        let isDecimal = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"),
                UInt8(ascii: "-"), UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        return isDecimal || !number.isFinite ? number : nil
    }

    // A cell may be a whole line of another file.
    static func quoted(_ text: String) -> String {
        text.count <= 40 ? "'\(text)'" : "'\(text.prefix(40))...'"
    }
}

// Returns why a cell is not the number that it should be.
extension CSVTable {
    private func problem(ofNumber text: String, _ row: Int, _ column: Int) -> String {
        if MissingValues.contains(text) {
            return "expected a number, found \(Self.missing(text)); "
                + MissingValues.advice(targets.contains(column) ? .drop : .mean)
        }
        if Self.number(text) != nil {
            return mismatch("a finite float32 number", Self.quoted(text))
        }
        let found = "expected a number, found \(Self.quoted(text))"
        if let names, names[column] == text {
            return "\(found), which is the name of the column (two files in one?); remove the line"
        }
        if let point = Self.withDecimalPoint(text) {
            return "\(found); write a decimal point and no other sign between digits, such as "
                + "\(point) (pandas reads commas with decimal=',', R's write.csv writes points)"
        }
        if ["true", "false"].contains(text.lowercased()) {
            return "\(found); write 1 for true and 0 for false, or name the column in "
                + "data.dataset.one_hot or data.dataset.ignore"
        }
        if targets.contains(column) {
            return
                "\(found) in a column that data.dataset.target names; name a column of classes in "
                + "data.dataset.label"
        }
        // Words above words count as cells, because their meaning is unknown.
        let advice =
            header == .auto && names == nil && row == 0
            ? "set data.dataset.header: yes if line \(lines[0]) names the columns, or " : ""
        return "\(found); \(advice)name a column of words in data.dataset.one_hot, and one that is "
            + "not for the model in data.dataset.ignore"
    }

    /// Rewrites a number with a decimal comma, or with commas between thousands. Returns nil for
    /// any other text.
    static func withDecimalPoint(_ text: String) -> String? {
        guard text.contains(",") else { return nil }
        let commas = text.replacing(".", with: "").replacing(",", with: ".")
        let thousands = text.replacing(",", with: "")
        return [commas, thousands].first { number($0)?.isFinite ?? false }
    }

    private static func missing(_ text: String) -> String {
        text.isEmpty ? "an empty cell" : "\(quoted(text)), which stands for a missing value"
    }
}
