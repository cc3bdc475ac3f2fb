/// A value of the resolved text.
enum ResolvedValue {
    /// One line of YAML, and who gave the value.
    case line(String, SettingsLayer)
    /// A mapping in reading order.
    case mapping([(key: String, value: ResolvedValue)])
    /// A list of mappings. None of them is empty.
    case mappings([[(key: String, value: ResolvedValue)]])
}

/// Returns block-style YAML with two spaces for each level and a final newline.
///
/// - Parameter namesLayers: whether a comment names the layer of each value that is not from the
///   file. Comments make the text differ for equal settings.
func resolvedText(
    _ entries: [(key: String, value: ResolvedValue)], namesLayers: Bool = false
) -> String {
    guard !entries.isEmpty else { return "{}\n" }
    return resolvedLines(entries, indent: "", namesLayers).joined(separator: "\n") + "\n"
}

private func resolvedLines(
    _ entries: [(key: String, value: ResolvedValue)], indent: String, _ namesLayers: Bool
) -> [String] {
    entries.flatMap { key, value -> [String] in
        switch value {
        case .line(let text, let layer):
            let comment = namesLayers && layer.kind != .file ? "  # \(layer.name)" : ""
            return ["\(indent)\(key): \(text)\(comment)"]
        case .mapping(let inner) where inner.isEmpty:
            return ["\(indent)\(key): {}"]
        case .mapping(let inner):
            return ["\(indent)\(key):"] + resolvedLines(inner, indent: indent + "  ", namesLayers)
        case .mappings(let list) where list.isEmpty:
            return ["\(indent)\(key): []"]
        case .mappings(let list):
            return ["\(indent)\(key):"]
                + list.flatMap { inner -> [String] in
                    var lines = resolvedLines(inner, indent: indent + "    ", namesLayers)
                    // The first line of each mapping has the dash.
                    lines[0] = "\(indent)  - \(lines[0].dropFirst(indent.count + 4))"
                    return lines
                }
        }
    }
}

/// Returns a number as a YAML scalar that all YAML readers read as this number.
///
/// The scalar always has a point: without one, YAML 1.1 (PyYAML, for example) reads `1e-05` as a
/// text.
///
///     resolvedNumber(1e-5)   // 1.0e-05
func resolvedNumber(_ value: Double) -> String {
    let text = "\(value)"
    guard let mark = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return "\(text[..<mark]).0\(text[mark...])"
}

/// Returns a text as a YAML scalar that reads back as this text. The scalar is plain if all
/// readers read it as a text; else it is in double quotes.
func resolvedScalar(_ text: String) -> String {
    isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
}

// A plain text starts with a letter and has only letters, digits and a few marks without meaning
// in YAML. Words that some YAML reader reads as a flag, a number or null are not plain.
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
    // Line breaks, the byte order mark and values that are not characters.
    case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: return "\\u" + digits
    default: return String(scalar)
    }
}
