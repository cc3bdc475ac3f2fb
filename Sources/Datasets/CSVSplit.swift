import RandomStreams

/// Which rows of a table are for training and which for testing.
struct CSVSplit {
    var train: [Int]
    var test: [Int]

    /// Draws the test rows; both parts stay in file order.
    ///
    /// - Streams: `key` shuffles the row numbers 0, 1, 2, ...; the last ones are for testing.
    init(rows: Int, testCount: Int, key: RandomKey) {
        var order = Array(0..<rows)
        var stream = key.stream()
        stream.shuffle(&order)
        train = order.prefix(rows - testCount).sorted()
        test = order.suffix(testCount).sorted()
    }

    /// Training rows from the front of an order, test rows from its end.
    ///
    /// - Parameter path: a file of one row number a line; line k names the row at place k.
    init(rows: Int, testCount: Int, orderFile path: String) throws(DataError) {
        let table = try CSVTable(GzipFile.bytes(of: path), path: path, header: .no)
        guard table.columnCount == 1 else {
            throw .damaged(
                path: path, reason: "one row number a line is expected, not \(table.columnCount)")
        }
        guard table.rowCount == rows else {
            throw .damaged(
                path: path,
                reason: "an order of \(table.rowCount.grouped) rows, but the data have "
                    + rows.grouped)
        }
        var order: [Int] = []
        for index in 0..<rows {
            let text = table.text(index, 0)
            guard let row = Int(text), (0..<rows).contains(row) else {
                throw table.refusal(index, 0, "'\(text)' is no row number in 0..<\(rows)")
            }
            order.append(row)
        }
        train = Array(order.prefix(rows - testCount))
        test = Array(order.suffix(testCount))
    }
}
