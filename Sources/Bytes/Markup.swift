/// Text that comes from scenarios and file names, made safe for SVG and HTML.
public enum Markup {
    /// Returns text for an element or a quoted attribute. Control characters and marks of direction
    /// become another sign: XML has no way to write the former, and the latter turn a line around.
    ///
    /// - Parameters:
    ///   - keepsLines: whether line ends and tabs stay. Else each becomes a blank.
    ///   - sign: what stands for a character that is not written.
    public static func escaped(
        _ text: String, keepsLines: Bool = false, sign: Unicode.Scalar = "?"
    ) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n" where keepsLines, "\t" where keepsLines: out.unicodeScalars.append(scalar)
            case "\n", "\r", "\t": out += " "
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                out.unicodeScalars.append(sign)
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{7F}"..."\u{9F}":
                out.unicodeScalars.append(sign)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
