import Settings

/// The texts of the owners of some files, as numbers of `TextSymbols`.
struct TextOwners {
    private(set) var names: [String] = []
    private(set) var texts: [[Int32]] = []
    /// What became of the blocks of plays; empty if the kind is not `roles`.
    private(set) var roles = TextRoles()
    /// How many files have no byte of text. They have no owner.
    private(set) var emptyFiles = 0

    /// Reads the files.
    ///
    /// - Throws: `DataError` if all files are empty, and what `read` throws.
    /// - Parameters:
    ///   - parts: how many owners there are, if the kind is `parts`.
    ///   - read: returns the bytes of a file, in valid UTF-8.
    init(
        _ files: TextPaths, _ kind: TextFiles.Owners, parts: Int, _ table: inout TextSymbols,
        _ read: (String) throws(DataError) -> [UInt8]
    ) throws(DataError) {
        var whole: [Int32] = []
        for (path, file) in zip(files.paths, files.names) {
            let bytes = try read(path)
            if bytes.isEmpty {
                emptyFiles += 1
                continue
            }
            let prefix = files.paths.count > 1 ? "\(file): " : ""
            switch kind {
            case .files: add(file, table.symbols(of: bytes[...]))
            case .lines:
                for (index, line) in Self.lines(bytes).enumerated() {
                    let text = table.symbols(of: line)
                    if !text.isEmpty { add("\(prefix)line \(index + 1)", text) }
                }
            case .parts: whole += table.symbols(of: bytes[...])
            case .roles:
                let speeches = try roles.speeches(bytes, path: path)
                for (name, text) in zip(speeches.names, speeches.texts) {
                    var scalars = String.UnicodeScalarView()
                    scalars.append(contentsOf: text)
                    add(prefix + name, table.symbols(of: Array(String(scalars).utf8)[...]))
                }
            }
        }
        guard emptyFiles < files.paths.count else { throw files.allEmpty }
        guard kind == .parts else { return }
        for part in 0..<parts {
            names.append("\(part)")
            texts.append(
                Array(whole[part * whole.count / parts..<(part + 1) * whole.count / parts]))
        }
    }

    private mutating func add(_ name: String, _ text: [Int32]) {
        names.append(name)
        texts.append(text)
    }

    /// Returns the lines of a text with their ends.
    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            var end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
            if end < bytes.count {
                let isPair = bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A
                end += isPair ? 2 : 1
            }
            lines.append(bytes[start..<end])
            start = end
        }
        return lines
    }
}
