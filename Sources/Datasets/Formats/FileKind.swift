/// A kind of file that people have under the name of another one, known by its first bytes or
/// lines.
///
/// - Sources: the signatures of the formats' own specifications; LIBSVM's README ("<label>
///   <index>:<value> ..."); LEAF (Caldas et al. 2018) for its JSON keys.
struct FileKind: Equatable {
    /// The kind with its article, for messages.
    let name: String
    /// The way to make a table of it.
    let remedy: String

    /// Returns the kind of a file that is not a plain text of cells, or nil if the file may be
    /// one.
    ///
    /// - Parameter bytes: the whole file, unpacked.
    static func foreign(_ bytes: [UInt8]) -> FileKind? {
        binary(bytes) ?? structured(bytes)
    }

    /// Makes the message about a file of this kind.
    func refusal(expected: String) -> String {
        mismatch(expected, name, remedy)
    }

    /// The message about a file of this kind where a plain text is expected.
    var refusalOfText: String {
        let isForTables = remedy.contains("CSV")
        return mismatch(
            "a plain text in UTF-8", name, isForTables ? "save it as plain text" : remedy)
    }

    private static let frame =
        "write it as a CSV file, for example with pandas' to_csv(index=False)"

    // The position, the bytes at the position, and the kind that they show.
    private static let signatures: [(Int, [UInt8], FileKind)] = [
        (
            0, [0x93] + Array("NUMPY".utf8),
            FileKind(
                name: "a NumPy array (.npy)",
                remedy:
                    "write it with numpy.savez(file, x=..., y=...) and use data.dataset.kind: npz")
        ),
        (
            0, Array("PAR1".utf8),
            FileKind(
                name: "a Parquet file",
                remedy: "write it as a CSV file with pandas: "
                    + "pandas.read_parquet(file).to_csv(name, index=False)")
        ),
        (0, Array("ARROW1".utf8), FileKind(name: "an Arrow file", remedy: frame)),
        (0, Array("FEA1".utf8), FileKind(name: "a Feather file", remedy: frame)),
        (0, [0x89] + Array("HDF\r\n".utf8), FileKind(name: "an HDF5 file", remedy: frame)),
        (0, Array("SQLite format 3".utf8), FileKind(name: "an SQLite database", remedy: frame)),
        (0, Array("MATLAB 5.0".utf8), FileKind(name: "a MATLAB file", remedy: frame)),
        (0, Array("RDX".utf8), FileKind(name: "an R data file", remedy: "use R's write.csv")),
        (
            0, [0xD0, 0xCF, 0x11, 0xE0],
            FileKind(
                name: "an old Excel workbook (.xls)",
                remedy: "save the sheet as CSV with decimal points")
        ),
        (0, [0x80, 0x02], pickle), (0, [0x80, 0x03], pickle), (0, [0x80, 0x04], pickle),
        (0, [0x80, 0x05], pickle),
        (
            0, GzipFile.signature,
            FileKind(name: "a file that is packed with gzip twice", remedy: "unpack it once")
        ),
        (0, Array("BZh".utf8), packed("a bzip2")),
        (0, [0xFD] + Array("7zXZ".utf8), packed("an xz")),
        (0, [0x28, 0xB5, 0x2F, 0xFD], packed("a zstd")),
        (0, [0x37, 0x7A, 0xBC, 0xAF], packed("a 7-Zip")),
        (257, Array("ustar".utf8), packed("a tar")),
        (0, Array("%PDF".utf8), FileKind(name: "a PDF document", remedy: frame)),
        (
            0, Array("version https://git-lfs.github.com/spec".utf8),
            FileKind(
                name: "a pointer of Git LFS, not the file itself",
                remedy: "fetch the file with 'git lfs pull'")
        ),
        (0, [0, 0, 0x08, 0x01], idx), (0, [0, 0, 0x08, 0x03], idx),
        (0, [0xFF, 0xFE], utf16), (0, [0xFE, 0xFF], utf16),
    ]

    private static let pickle = FileKind(name: "a Python pickle", remedy: frame)
    private static let idx = FileKind(
        name: "an IDX file of MNIST's kind",
        remedy: "use data.dataset: { kind: mnist_idx, folder: ... }")
    private static let utf16 = FileKind(
        name: "a text in UTF-16", remedy: "save it as UTF-8")

    private static func packed(_ word: String) -> FileKind {
        FileKind(name: "\(word) archive", remedy: "unpack it; only gzip is read as it is")
    }

    private static func binary(_ bytes: [UInt8]) -> FileKind? {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return zip(bytes) }
        return signatures.first { offset, signature, _ in
            bytes.dropFirst(offset).starts(with: signature)
        }?.2
    }

    private static let svmLight = FileKind(
        name: "LIBSVM text (a label, then index:value pairs)",
        remedy: "use data.dataset: { kind: svmlight, file: ... }")

    /// Whether the file is a text of the data set `svmlight`.
    var isSVMLight: Bool { self == Self.svmLight }

    private static func zip(_ bytes: [UInt8]) -> FileKind {
        // The names of an archive's members stand in it as they are.
        if contains(bytes, "[Content_Types].xml") || contains(bytes, "xl/workbook.xml") {
            return FileKind(
                name: "an Excel workbook (.xlsx)",
                remedy: "save the sheet as CSV with decimal points")
        }
        if contains(bytes.prefix(1_000), ".npy") {
            return FileKind(
                name: "a NumPy archive (.npz)",
                remedy: "use data.dataset: { kind: npz, file: ... }")
        }
        return packed("a zip")
    }

    private static func contains(_ bytes: some Collection<UInt8>, _ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return bytes.indices.contains { index in
            bytes[index] == wanted[0] && bytes[index...].starts(with: wanted)
        }
    }
}

// Texts.
extension FileKind {
    private static func structured(_ bytes: [UInt8]) -> FileKind? {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let first = text.firstIndex(where: { !isSpace($0) }),
            let last = text.lastIndex(where: { !isSpace($0) })
        else { return nil }
        let start = String(decoding: text[first...].prefix(200), as: UTF8.self).lowercased()
        if ["<!doctype html", "<html", "<?xml", "<svg"].contains(where: start.hasPrefix) {
            return FileKind(
                name: "a web page or an XML file", remedy: "download the file itself again")
        }
        let ends = (text[first], text[last])
        if ends == (UInt8(ascii: "{"), UInt8(ascii: "}"))
            || ends == (UInt8(ascii: "["), UInt8(ascii: "]"))
        {
            return json(bytes)
        }
        return lineKind(text)
    }

    private static func json(_ bytes: [UInt8]) -> FileKind {
        if contains(bytes, "\"user_data\"") {
            return FileKind(
                name: "a LEAF JSON file",
                remedy: "use data.dataset: { kind: leaf, folder: ... } with the folder of train/ "
                    + "and test/")
        }
        return FileKind(name: "a JSON file", remedy: frame)
    }

    private static func lineKind(_ text: ArraySlice<UInt8>) -> FileKind? {
        var lines: [String] = []
        let start = text.prefix(1 << 20)
        for line in start.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let content = line.drop(while: isSpace)
            guard let first = content.first else { continue }
            // ARFF's comments, and LIBSVM's as scikit-learn writes them.
            if first == UInt8(ascii: "%") || first == UInt8(ascii: "#") { continue }
            lines.append(String(decoding: content, as: UTF8.self))
            if lines.count == 20 { break }
        }
        if start.count < text.count, (2..<20).contains(lines.count) { lines.removeLast() }
        guard let first = lines.first else { return nil }
        if first.lowercased().hasPrefix("@relation") {
            return FileKind(
                name: "an ARFF file",
                remedy: "write it as a CSV file, for example with "
                    + "pandas.DataFrame(scipy.io.arff.loadarff(file)[0]).to_csv(index=False)")
        }
        // A label without values is a row of zeros.
        let rows = lines.map(pairs)
        guard rows.allSatisfy({ $0 != nil }), rows.contains(where: { ($0 ?? 0) > 0 }) else {
            return nil
        }
        return svmLight
    }

    /// Counts the pairs index:value after the label of a line of LIBSVM text. Returns nil if
    /// there is something else.
    private static func pairs(_ line: String) -> Int? {
        let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
        guard let label = words.first,
            label.split(separator: ",").allSatisfy({ CSVTable.number(String($0)) != nil })
        else { return nil }
        var count = 0
        for word in words.dropFirst() {
            let parts = word.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "qid" || Int(parts[0]) != nil,
                CSVTable.number(String(parts[1])) != nil
            else { return nil }
            count += 1
        }
        return count
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
