/// Text that comes from scenarios and file names, made safe for SVG and HTML.
public enum Markup {
    /// Returns text for an element or a quoted attribute. Control characters become `?`, since XML
    /// has no way to write them.
    public static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n", "\r", "\t": out += " "
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                out += "?"
            // Marks of direction turn the rest of a line around.
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{7F}"..."\u{9F}": out += "?"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// Returns about how many letters wide a text is. East Asian letters count as two.
    package static func letters(of text: String) -> Double {
        text.unicodeScalars.reduce(0) { $0 + letters(of: $1) }
    }

    private static func letters(of scalar: Unicode.Scalar) -> Double {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        case 0x4D, 0x57, 0x6D, 0x77, 0x25, 0x40: return 1.4
        default: return 1
        }
    }

    /// Returns a text of at most `letters` letters. A longer text has an ellipsis in its middle, so
    /// that its end stays.
    package static func shortened(_ text: String, to letters: Double) -> String {
        guard self.letters(of: text) > letters else { return text }
        let all = Array(text)
        var (start, end) = (all.startIndex, all.endIndex)
        var room = max(letters, 3) - 1
        var takesStart = true
        while start < end {
            let next = takesStart ? all[start] : all[end - 1]
            room -= self.letters(of: String(next))
            guard room >= 0 else { break }
            if takesStart { start += 1 } else { end -= 1 }
            takesStart.toggle()
        }
        return String(all[..<start]) + "…" + String(all[end...])
    }
}
