/// The files whose rows make one table, each with its first row.
struct FilesOfRows {
    private(set) var paths: [String]
    private var starts = [0]

    /// Creates the files of a table with one file.
    init(_ path: String) { paths = [path] }

    /// Adds a file whose first row is this one.
    mutating func add(_ path: String, start: Int) {
        paths.append(path)
        starts.append(start)
    }

    /// Leaves out all rows but these.
    ///
    /// - Parameter rows: in ascending order.
    mutating func keep(rows: [Int]) {
        var before = 0
        for index in starts.indices {
            while before < rows.count, rows[before] < starts[index] { before += 1 }
            starts[index] = before
        }
    }

    /// Returns the number of the file that has a row.
    func file(of row: Int) -> Int {
        var (low, high) = (0, starts.count)
        while low + 1 < high {
            let middle = (low + high) / 2
            if starts[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }

    /// Returns the path of the file that has a row.
    func path(of row: Int) -> String { paths[file(of: row)] }

    /// Returns the files that have some of these rows as their owners, in the order of the files.
    func owners(of rows: [Int]) -> DecodedDataset.Owners {
        let names = TextPaths.names(of: paths)
        let files = rows.map(file)
        let present = Set(files).sorted()
        let numbers = Dictionary(
            uniqueKeysWithValues: zip(present, present.indices.map { Int32($0) }))
        return DecodedDataset.Owners(
            kind: "files", names: present.map { names[$0] },
            ofTrain: files.map { numbers[$0] ?? 0 })
    }
}
