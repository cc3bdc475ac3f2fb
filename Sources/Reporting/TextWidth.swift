/// Names from data in a terminal: how many columns they fill, and without characters that would
/// change the terminal.
package enum TextWidth {
    /// Returns the columns of a text that `shortened` returned.
    package static func of(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + of($1) } }

    /// Returns a name for a terminal, with at most `columns` columns. Control characters become
    /// escapes such as `\n`. A long name has an ellipsis in its middle, so that its end stays.
    ///
    /// - Parameter isUnicode: whether other characters than ASCII may stay.
    package static func shortened(_ name: String, to columns: Int, _ isUnicode: Bool) -> String {
        let scalars = name.unicodeScalars.flatMap { Array(printable($0, isUnicode).unicodeScalars) }
        guard scalars.reduce(0, { $0 + of($1) }) > columns else { return text(scalars) }
        let dots = isUnicode ? "…" : ".."
        let room = columns - dots.count
        let start = fitting(scalars, room - room / 2)
        let end = fitting(scalars.reversed(), room / 2)
        return text(start) + dots + text(end.reversed())
    }

    private static func text(_ scalars: [Unicode.Scalar]) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    private static func fitting(_ scalars: [Unicode.Scalar], _ columns: Int) -> [Unicode.Scalar] {
        var left = columns
        return Array(
            scalars.prefix { scalar in
                left -= of(scalar)
                return left >= 0
            })
    }

    private static func printable(_ scalar: Unicode.Scalar, _ isUnicode: Bool) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        default: break
        }
        switch scalar.properties.generalCategory {
        // Marks of direction are formats: they could turn the rest of the line around.
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            return "?"
        default: return scalar.isASCII || isUnicode ? String(scalar) : "?"
        }
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch scalar.value {
        // East Asian letters, full-width forms and pictures fill two columns.
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
