import Settings

// Several files one below the other, for example one for each client.
extension CSVTable {
    /// The largest number of bytes of all files together.
    static let mostBytes = 1 << 30

    /// Reads the file of a path, or all files of a pattern such as `clients/*.csv`, in the order of
    /// their paths.
    ///
    /// - Throws: `DataError` with the file and line of the first mistake; also if no file matches,
    ///   or if files have different columns.
    init(
        pattern: String, separator: Separator = .auto, header: Header = .auto
    ) throws(DataError) {
        let paths = try TextPaths(pattern).paths
        self = try CSVTable(
            FileTwins.bytes(of: paths[0]), path: paths[0], separator: separator, header: header)
        guard paths.count > 1 else { return }
        for path in paths.dropFirst() {
            try append(
                CSVTable(
                    FileTwins.bytes(of: path), path: path, separator: separator, header: header))
        }
        self.path = pattern
    }

    /// Adds the rows of a file with the same columns.
    private mutating func append(_ other: CSVTable) throws(DataError) {
        var other = other
        // The values of a small file may not show that its first line is the header.
        if header == .auto, other.names == nil, other.rowCount > 1, let names,
            other.columnCount == names.count, other.content(0) == names
        {
            other.useFirstRowAsHeader()
        }
        if let difference = difference(to: other) {
            throw .damaged(
                path: other.path, reason: "\(difference); use the columns of \(files.paths[0])")
        }
        guard bytes.count + other.bytes.count <= Self.mostBytes,
            cells.count + other.cells.count <= mostCells
        else {
            throw .damaged(
                path: other.path,
                reason: mismatch(
                    "at most \(mostCells.grouped) cells and \(Self.mostBytes.grouped) bytes in all"
                        + " files", "more", "leave out columns, rows or files"))
        }
        let shift = UInt32(bytes.count)
        files.add(other.path, start: rowCount)
        bytes += other.bytes
        cells += other.cells.map { Cell(start: $0.start + shift, end: $0.end + shift) }
        lines += other.lines
        // A mistake in all files would be a warning for each of them.
        if notes.isEmpty { notes = other.notes }
        if blankLines.isEmpty { blankPath = other.path }
        blankLines += other.blankLines
    }

    /// Returns the location of a row for messages: file and line.
    func place(_ row: Int) -> String { "\(files.path(of: row)): line \(lines[row])" }

    /// Returns the location of a row inside a message that names the table: its line, and its file
    /// if there are several.
    func line(_ row: Int) -> String {
        files.paths.count == 1
            ? "line \(lines[row])" : "line \(lines[row]) of \(files.path(of: row))"
    }

    /// Removes rows from the table.
    mutating func remove(rows: [Int]) {
        let gone = Set(rows)
        let kept = (0..<rowCount).filter { !gone.contains($0) }
        files.keep(rows: kept)
        cells = kept.flatMap { cells[$0 * columnCount..<($0 + 1) * columnCount] }
        lines = kept.map { lines[$0] }
    }
}
