/// What a terminal shows after some bytes: the few control sequences that hyperfed writes.
///
/// The screen has any number of rows, and nothing scrolls out of it. Each scalar has one column.
package struct TerminalScreen: Sendable {
    /// The rows, without spaces at their ends.
    package var lines: [String] {
        rows.map { row in
            String(String.UnicodeScalarView(row.reversed().drop { $0 == " " }.reversed()))
        }
    }
    /// The place of the cursor, from 0.
    package private(set) var row = 0
    package private(set) var column = 0
    /// Whether a line that is too long goes on in the next row.
    package private(set) var wraps = true
    /// Control sequences that this terminal does not have.
    package private(set) var unknown: [String] = []

    private let columns: Int
    private var rows: [[Unicode.Scalar]] = [[]]
    private var rest: [Unicode.Scalar] = []

    package init(columns: Int) { self.columns = columns }

    /// Shows some text. A control sequence may be in two pieces.
    package mutating func write(_ text: String) {
        rest += text.unicodeScalars
        while let first = rest.first {
            guard first == "\u{1B}" else {
                rest.removeFirst()
                show(first)
                continue
            }
            guard let end = rest.firstIndex(where: { $0.properties.isAlphabetic }) else { return }
            let sequence = String(String.UnicodeScalarView(rest[1...end]))
            rest.removeFirst(end + 1)
            execute(sequence)
        }
    }

    private mutating func show(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\r": column = 0
        case "\n":
            // As the terminal's driver adds a return.
            row += 1
            column = 0
        default:
            if column == columns {
                if wraps {
                    row += 1
                    column = 0
                } else {
                    column -= 1
                }
            }
            fillUp()
            if column < rows[row].count {
                rows[row][column] = scalar
            } else {
                rows[row] += [scalar]
            }
            column += 1
        }
        fillUp()
    }

    /// Makes the row of the cursor as long as its column.
    private mutating func fillUp() {
        while rows.count <= row { rows.append([]) }
        let missing = column - rows[row].count
        if missing > 0 { rows[row] += [Unicode.Scalar](repeating: " ", count: missing) }
    }

    private mutating func execute(_ sequence: String) {
        let number = Int(sequence.dropFirst().dropLast()) ?? 1
        switch sequence {
        case "[?7l": wraps = false
        case "[?7h": wraps = true
        case "[K": rows[row] = Array(rows[row].prefix(column))
        case "[J":
            rows[row] = Array(rows[row].prefix(column))
            rows.removeSubrange((row + 1)...)
        case _ where sequence.hasPrefix("[") && sequence.hasSuffix("A"):
            row = max(0, row - number)
            fillUp()
        default: unknown.append(sequence)
        }
    }
}
