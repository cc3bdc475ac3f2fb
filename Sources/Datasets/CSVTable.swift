/// The cells of a text file: one row a line, as many cells in each.
///
/// Empty lines don't count. Blanks around a cell are no part of it. A cell may stand in double
/// quotes, in which a quote is written twice; it ends on its line.
struct CSVTable {
    /// What stands between two cells.
    enum Separator: UInt64, Sendable {
        /// The first of semicolon, comma and tab that the first line has, else blanks.
        case auto
        case comma
        case semicolon
        case tab
        /// Any number of spaces and tabs.
        case blanks

        /// What stands between the cells, for messages.
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
    enum Header: UInt64, Sendable {
        /// It has if one of its cells is no number, but the cell below is one. So the words of a column
        /// of labels are no header.
        case auto
        case yes
        case no
    }

    let path: String
    /// The names of the columns; nil without a header.
    private(set) var names: [String]?
    private(set) var columnCount = 0
    /// The line of each row in the file, from 1.
    private(set) var lines: [Int] = []
    /// What stands between two cells of this file; never `auto`, unless there are no cells.
    private(set) var separator: Separator
    private let header: Header
    private let bytes: [UInt8]
    /// Where the cells are, (rows, columns).
    private var cells: [Cell] = []

    // Half of what a range of integers takes; a file has less than 2^32 bytes.
    private struct Cell {
        let start: UInt32
        let end: UInt32
    }

    var rowCount: Int { lines.count }

    init(
        _ bytes: [UInt8], path: String, separator: Separator = .auto, header: Header = .auto
    ) throws(DataError) {
        if let zero = bytes.firstIndex(of: 0) {
            throw .damaged(
                path: path,
                reason:
                    "not a text in UTF-8: a zero byte at offset \(zero.grouped), as in UTF-16 or in "
                    + "binary files; save the table as UTF-8")
        }
        (self.bytes, self.path) = (bytes, path)
        (self.separator, self.header) = (separator, header)
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 0
        while start < bytes.count {
            line += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let whole = start..<end
            let content = trimmed(whole)
            start = end + 1
            guard !content.isEmpty else { continue }
            if self.separator == .auto { self.separator = Self.separator(of: bytes[content]) }
            // A tab at an end separates an empty cell.
            try add(self.separator == .tab ? whole : content, line, self.separator)
        }
        try takeHeader()
    }

    /// A cell as text.
    func text(_ row: Int, _ column: Int) -> String {
        let cell = cells[row * columnCount + column]
        let text = String(decoding: bytes[Int(cell.start)..<Int(cell.end)], as: UTF8.self)
        guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        return String(text.dropFirst().dropLast()).replacing("\"\"", with: "\"")
    }

    /// A cell as a number that float32 can hold.
    func number(_ row: Int, _ column: Int) throws(DataError) -> Double {
        let text = text(row, column)
        if let number = Self.number(text) {
            guard !number.isFinite || number.magnitude > Double(Float.greatestFiniteMagnitude)
            else { return number }
            throw refusal(row, column, "\(Self.quoted(text)) is not a finite float32 number")
        }
        guard !text.isEmpty else { throw refusal(row, column, "is empty") }
        // Words above words are taken for cells, whatever they were meant for.
        let advice =
            header == .auto && names == nil && row == 0
            ? "if line \(lines[0]) names the columns, say so with data.dataset.header: yes; a column "
                + "that is not for the model is named in data.dataset.ignore"
            : "a column that is not for the model is named in data.dataset.ignore"
        throw refusal(row, column, "\(Self.quoted(text)) is not a number; \(advice)")
    }

    /// A cell that names a class or an owner.
    func category(_ row: Int, _ column: Int) throws(DataError) -> String {
        let cell = cells[row * columnCount + column]
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span.extracting(Int(cell.start)..<Int(cell.end)))
        } catch {
            // Different bytes would become the same replacement characters.
            throw refusal(row, column, "holds bytes that are not UTF-8; save the table as UTF-8")
        }
        let text = text(row, column)
        guard !text.isEmpty else { throw refusal(row, column, "is empty") }
        return text
    }

    /// What a row says, the same for rows of the same cells.
    func content(_ row: Int) -> [String] { (0..<columnCount).map { text(row, $0) } }

    /// What is wrong with a cell, with its place.
    func refusal(_ row: Int, _ column: Int, _ reason: String) -> DataError {
        .damaged(path: path, reason: "line \(lines[row]), \(name(column)): \(reason)")
    }

    /// A column in a message: its number from 0, and its name.
    func name(_ column: Int) -> String {
        "column \(column)" + (names.map { " ('\($0[column])')" } ?? "")
    }

    /// A decimal number, or a word for one that is not finite; nothing else that Swift reads.
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

    // A cell may be a whole line of some other file.
    static func quoted(_ text: String) -> String {
        text.count <= 40 ? "'\(text)'" : "'\(text.prefix(40))...'"
    }

    private mutating func takeHeader() throws(DataError) {
        guard rowCount > 0 else { throw .damaged(path: path, reason: "empty: no row of numbers") }
        let first = (0..<columnCount).map { text(0, $0) }
        let isHeader =
            switch header {
            case .yes: true
            case .no: false
            case .auto:
                first.indices.contains { column in
                    Self.number(first[column]) == nil
                        && (rowCount == 1 || Self.number(text(1, column)) != nil)
                }
            }
        if isHeader {
            names = first
            lines.removeFirst()
            cells.removeFirst(columnCount)
        }
        guard rowCount > 0 else {
            throw .damaged(path: path, reason: "no row of numbers below the header")
        }
    }
}

// Lines and cells.
extension CSVTable {
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, Self.isBlank(bytes[start]) { start += 1 }
        while start < end, Self.isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func separator(of line: ArraySlice<UInt8>) -> Separator {
        var isQuoted = false
        var seen: Set<UInt8> = []
        for byte in line {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted { seen.insert(byte) }
        }
        let candidates: [Separator] = [.semicolon, .comma, .tab]
        return candidates.first { $0.byte.map(seen.contains) ?? false } ?? .blanks
    }

    /// Adds the cells of a line, which must be as many as in the first one.
    private mutating func add(
        _ line: Range<Int>, _ number: Int, _ separator: Separator
    ) throws(DataError) {
        let before = cells.count
        var start = line.lowerBound
        while start <= line.upperBound {
            let end = try cellEnd(start, line, number, separator)
            let cell = trimmed(start..<end)
            cells.append(Cell(start: UInt32(cell.lowerBound), end: UInt32(cell.upperBound)))
            start = end + 1
            if separator == .blanks {
                while start < line.upperBound, Self.isBlank(bytes[start]) { start += 1 }
            }
        }
        let count = cells.count - before
        if lines.isEmpty { columnCount = count }
        guard count == columnCount else {
            throw .damaged(
                path: path,
                reason: "line \(number) has \(count.grouped) cells; line \(lines[0]) has "
                    + "\(columnCount.grouped)")
        }
        lines.append(number)
    }

    /// Where the cell that starts here ends: at a separator, or at the end of the line.
    private func cellEnd(
        _ start: Int, _ line: Range<Int>, _ number: Int, _ separator: Separator
    ) throws(DataError) -> Int {
        let quote = UInt8(ascii: "\"")
        var index = start
        while index < line.upperBound, separator != .blanks, bytes[index] == UInt8(ascii: " ") {
            index += 1
        }
        if index < line.upperBound, bytes[index] == quote {
            index += 1
            while index < line.upperBound {
                if bytes[index] == quote {
                    guard index + 1 < line.upperBound, bytes[index + 1] == quote else { break }
                    index += 1
                }
                index += 1
            }
            guard index < line.upperBound else {
                throw .damaged(path: path, reason: "line \(number): a quote is not closed")
            }
        }
        while index < line.upperBound {
            let byte = bytes[index]
            if separator.byte.map({ $0 == byte }) ?? Self.isBlank(byte) { break }
            index += 1
        }
        return index
    }
}
