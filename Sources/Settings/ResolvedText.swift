/// A value of the resolved text.
enum ResolvedValue {
    /// One line, already in YAML.
    case line(String)
    /// A mapping in reading order.
    case mapping([(key: String, value: ResolvedValue)])
    /// Mappings one after the other, none of them empty.
    case mappings([[(key: String, value: ResolvedValue)]])
}

/// Block-style YAML, two spaces a level, a final newline.
func resolvedText(_ entries: [(key: String, value: ResolvedValue)]) -> String {
    entries.isEmpty ? "{}\n" : resolvedLines(entries, indent: "").joined(separator: "\n") + "\n"
}

private func resolvedLines(
    _ entries: [(key: String, value: ResolvedValue)], indent: String
) -> [String] {
    entries.flatMap { key, value -> [String] in
        switch value {
        case .line(let text):
            ["\(indent)\(key): \(text)"]
        case .mapping(let inner) where inner.isEmpty:
            ["\(indent)\(key): {}"]
        case .mapping(let inner):
            ["\(indent)\(key):"] + resolvedLines(inner, indent: indent + "  ")
        case .mappings(let list) where list.isEmpty:
            ["\(indent)\(key): []"]
        case .mappings(let list):
            ["\(indent)\(key):"]
                + list.flatMap { inner -> [String] in
                    var lines = resolvedLines(inner, indent: indent + "    ")
                    // The first line of each carries its dash.
                    lines[0] = "\(indent)  - \(lines[0].dropFirst(indent.count + 4))"
                    return lines
                }
        }
    }
}

/// The number as a YAML scalar that all YAML readers take for this number: always with a point,
/// without which YAML 1.1 (PyYAML, for example) takes `1e-05` for a text.
///
///     resolvedNumber(1e-5)   // 1.0e-05
func resolvedNumber(_ value: Double) -> String {
    let text = "\(value)"
    guard let mark = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return "\(text[..<mark]).0\(text[mark...])"
}

/// The text as a YAML scalar that reads back as this text: plain where it can be nothing else,
/// in double quotes otherwise.
func resolvedScalar(_ text: String) -> String {
    isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
}

// Letters first, then letters, digits and a few marks without meaning in YAML; and not one of the
// words that some YAML reader takes for a flag, a number or null.
private func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let starts: Set<UInt8> = [UInt8(ascii: "_"), UInt8(ascii: "/")]
    let marks: Set<UInt8> = [UInt8(ascii: "."), UInt8(ascii: "-")]
    let isLetter = { (byte: UInt8) in letters.contains(byte | 0x20) || starts.contains(byte) }
    return isLetter(first)
        && text.utf8.allSatisfy { isLetter($0) || digits.contains($0) || marks.contains($0) }
        && !wordsWithMeaning.contains(text.lowercased())
}

private let wordsWithMeaning: Set<String> = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity",
]

private func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\t": return "\\t"
    default: break
    }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    switch scalar.value {
    case 0x20...0x7E: return String(scalar)
    case 0...0xFF: return "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
    // Line breaks, the byte order mark and what is no character.
    case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: return "\\u" + digits
    default: return String(scalar)
    }
}
