import Settings

/// The bytes of an IDX file, the format of MNIST and its successors.
///
/// Big-endian 32-bit numbers: a magic number (0x0800 + number of dimensions, for unsigned bytes),
/// the dimensions; then the bytes, row-major. May be packed with gzip.
///
/// - Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
struct IDX {
    let dimensions: [Int]
    let bytes: [UInt8]

    /// Reads the whole file, which must have `rank` dimensions and not a byte too few or too many.
    ///
    /// - Parameter canHaveMore: whether one more dimension, the channels, is allowed.
    init(path: String, rank smallest: Int, canHaveMore: Bool = false) throws(DataError) {
        var file = try GzipFile(path: path)
        var rank = smallest
        var header = try file.read(4 * (rank + 1))
        if canHaveMore, header.starts(with: [0, 0, 8, UInt8(smallest + 1)]) {
            rank += 1
            header += try file.read(4)
        }
        let headerBytes = 4 * (rank + 1)
        guard header.count == headerBytes else {
            throw .truncated(path, expected: headerBytes, found: header.count)
        }
        let words = (0...rank).map { word in
            header[4 * word..<4 * word + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        let magic = 0x0800 + rank
        guard words[0] == magic else {
            let kind = FileKind.foreign(header).map { " (\($0.name))" } ?? ""
            let isOther = words[0] == 0x0801 || words[0] == 0x0803
            throw .damaged(
                path: path,
                reason: mismatch(
                    "an IDX file of bytes with \(rank) dimensions (magic number \(magic))",
                    "magic number \(words[0])\(isOther ? "" : kind)",
                    isOther ? "check that images and labels are not exchanged" : nil))
        }
        dimensions = Array(words.dropFirst())
        let size = try Self.size(dimensions, path: path)
        bytes = try file.read(size)
        let expected =
            "\((headerBytes + size).grouped) bytes, as the header says (\(Self.text(dimensions)))"
        guard bytes.count == size else {
            throw .damaged(
                path: path,
                reason: mismatch(expected, "only \((headerBytes + bytes.count).grouped)"))
        }
        let surplus = try file.read(1)
        guard surplus.isEmpty else {
            throw .damaged(path: path, reason: mismatch(expected, "more"))
        }
        guard !file.endsEarly() else {
            throw .truncatedGzip(path)
        }
    }

    private static func text(_ dimensions: [Int]) -> String {
        dimensions.map(\.grouped).joined(separator: " x ")
    }

    private static func size(_ dimensions: [Int], path: String) throws(DataError) -> Int {
        let limit = 1 << 36
        var size = 1
        for dimension in dimensions {
            guard dimension >= 1, dimension <= limit / size else {
                throw .damaged(
                    path: path,
                    reason: mismatch(
                        dimension < 1
                            ? "sizes from 1 on in the header"
                            : "sizes of at most \(limit.grouped) bytes in the header",
                        text(dimensions)))
            }
            size *= dimension
        }
        return size
    }
}
