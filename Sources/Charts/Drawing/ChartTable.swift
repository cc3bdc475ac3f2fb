/// The numbers of a chart as rows.
public struct ChartTable: Equatable, Sendable {
    /// An entry of one row.
    public enum Cell: Equatable, Sendable {
        /// A word, such as the name of a variant.
        case text(String)
        /// A number; one that is not finite is an empty entry.
        case number(Double)
        /// An entry without a value.
        case missing
    }

    /// What the rows hold and in which unit.
    public var caption: String
    /// The names of the columns.
    public var columns: [String]
    /// The rows, each with an entry for each column.
    public var rows: [[Cell]]

    /// Makes a table from its parts.
    public init(caption: String, columns: [String], rows: [[Cell]]) {
        (self.caption, self.columns, self.rows) = (caption, columns, rows)
    }

    /// The table as a CSV file with full precision. Text with commas or quotes is quoted.
    public var csv: String {
        var text = columns.map(Self.quoted).joined(separator: ",") + "\n"
        for row in rows {
            for (index, cell) in row.enumerated() {
                if index > 0 { text += "," }
                switch cell {
                case .text(let word): text += Self.quoted(word)
                case .number(let value): text += Self.text(value)
                case .missing: break
                }
            }
            text += "\n"
        }
        return text
    }

    /// Returns a number as it stands in a file. Whole numbers, such as rounds, have no point.
    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return "" }
        return Int(exactly: value).map(String.init) ?? "\(value)"
    }

    /// The rows as text for people, with four significant digits.
    public var texts: [[String]] {
        rows.map { row in
            row.map { cell in
                switch cell {
                case .text(let text): text
                case .number(let value): NumberText.short(value)
                case .missing: ""
                }
            }
        }
    }

    private static func quoted(_ text: String) -> String {
        let special = text.utf8.contains { $0 < 0x30 && ",\"\n\r\u{B}\u{C}".utf8.contains($0) }
        guard special || !text.utf8.allSatisfy({ $0 < 0x80 }) && text.contains(where: \.isNewline)
        else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
