import Settings

// Several files one after the other, for example one for each client.
extension SVMLightText {
    /// Reads the file of a path, or all files of a pattern such as `clients/*.svm`, in the order of
    /// their paths.
    ///
    /// - Throws: `DataError` with line and column of the first mistake; also if no file matches, or
    ///   if only some files have queries.
    init(pattern: String) throws(DataError) {
        let paths = try TextPaths(pattern).paths
        self = try SVMLightText(FileTwins.bytes(of: paths[0]), path: paths[0])
        for path in paths.dropFirst() {
            try append(SVMLightText(FileTwins.bytes(of: path), path: path))
        }
        self.path = pattern
    }

    private mutating func append(_ other: SVMLightText) throws(DataError) {
        guard queries.isEmpty == other.queries.isEmpty else {
            throw .damaged(
                path: other.path,
                reason: mismatch(
                    queries.isEmpty ? "no qid" : "qid:number in each row",
                    queries.isEmpty ? "some" : "none",
                    "all files must be alike, and \(files.paths[0]) is not like this one"))
        }
        files.add(other.path, start: rowCount)
        if let own = range, let its = other.range {
            let (first, last) = (
                its.smallest < own.smallest ? rowCount + its.smallestRow : own.smallestRow,
                its.largest > own.largest ? rowCount + its.largestRow : own.largestRow
            )
            range = (
                min(own.smallest, its.smallest), first, max(own.largest, its.largest), last
            )
        } else if let its = other.range {
            range = (
                its.smallest, rowCount + its.smallestRow, its.largest, rowCount + its.largestRow
            )
        }
        let pairs = columns.count
        ends += other.ends.map { pairs + $0 }
        labels += other.labels
        lines += other.lines
        columns += other.columns
        values += other.values
        queries += other.queries
    }

    /// Returns the location of a row for messages: file and line.
    func place(_ row: Int) -> String { "\(files.path(of: row)):\(lines[row])" }
}
