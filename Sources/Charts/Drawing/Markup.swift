package import Bytes

/// How much room words take in a drawing.
extension Markup {
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
