import CSystem
import Glibc
import Synchronization

/// Lines at the bottom of a terminal that are drawn again in place. Other text appears above them,
/// in whole lines.
///
/// The cursor stays at the beginning of the first line. So the next text replaces all lines, also
/// where the terminal became narrower and broke them, or where a `^C` was printed.
package struct StatusLines: Sendable {
    private(set) var lines: [String] = []

    package init() {}

    /// Replaces the lines, and returns the text that does this on the terminal. The terminal cuts a
    /// line that is too long.
    package mutating func show(_ new: [String]) -> String {
        defer { lines = new }
        guard !new.isEmpty else { return erased }
        let drawn = new.joined(separator: "\u{1B}[K\n")
        let up = new.count > 1 ? "\u{1B}[\(new.count - 1)A" : ""
        // Line wrap is off, so that a long line stays one line.
        return "\r\u{1B}[?7l" + drawn + Self.below + "\u{1B}[?7h\r" + up
    }

    /// Returns the text that writes whole lines above the status lines.
    package func write(_ text: String) -> String {
        guard !lines.isEmpty else { return text }
        var again = StatusLines()
        return erased + text + again.show(lines)
    }

    /// The text that removes the status lines from the terminal.
    ///
    /// A terminal drops waiting output when Ctrl-C is pressed, so line wrap is turned on again.
    var erased: String { lines.isEmpty ? "" : "\r\u{1B}[?7h" + Self.below }

    /// The control sequence that clears the screen from the cursor to its end.
    private static let below = "\u{1B}[J"
}

/// The size of a terminal that can draw lines in place.
struct StatusTerminal: Equatable, Sendable {
    var columns: Int
    var rows: Int
    /// Whether it shows other characters than ASCII.
    var isUnicode: Bool

    /// The terminal behind standard error; nil where it is none, or where `TERM` names one without
    /// cursor movements.
    static var current: StatusTerminal? {
        guard isatty(2) == 1, environment("TERM") != "dumb" else { return nil }
        func size(_ known: Int32, _ name: String, _ usual: Int) -> Int {
            known > 0 ? Int(known) : environment(name).flatMap { Int($0) } ?? usual
        }
        return StatusTerminal(
            columns: size(hyperfed_terminal_columns(2), "COLUMNS", 80),
            rows: size(hyperfed_terminal_rows(2), "LINES", 24), isUnicode: hasUnicodeTerminal)
    }
}
