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
        let lines =
            [columns.map(Self.quoted)]
            + rows.map { row in
                row.map { cell in
                    switch cell {
                    case .text(let text): Self.quoted(text)
                    case .number(let value): value.isFinite ? "\(value)" : ""
                    case .missing: ""
                    }
                }
            }
        return lines.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
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
        guard text.contains(where: { ",\"\n\r".contains($0) || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
