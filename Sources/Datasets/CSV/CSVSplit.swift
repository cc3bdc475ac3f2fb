import RandomStreams
import Settings

/// The rows of a table that are for training and for testing.
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

    /// Reads training rows from the front of an order, and test rows from its end.
    ///
    /// A row may replace another one with the same cells. So a number may be repeated if the number
    /// of such a row is missing. The ordered rows are those of the data in every case.
    ///
    /// - Parameter path: a file of one row number per line. Line k names the row at position k.
    init(_ data: CSVTable, testCount: Int, orderFile path: String) throws(DataError) {
        let rows = data.rowCount
        let table = try CSVTable(GzipFile.bytes(of: path), path: path, header: .no)
        guard table.columnCount == 1 else {
            throw .damaged(
                path: path,
                reason: mismatch("one row number in each line", "\(table.columnCount)"))
        }
        guard table.rowCount == rows else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "\(rows.grouped) row numbers, as rows in the data", table.rowCount.grouped))
        }
        var order: [Int] = []
        for index in 0..<rows {
            let text = table.text(index, 0)
            guard let row = Int(text), (0..<rows).contains(row) else {
                throw table.refusal(
                    index, 0, mismatch("a row number from 0 to \(rows - 1)", "'\(text)'"))
            }
            order.append(row)
        }
        try Self.checkRepeats(order, table, data)
        train = Array(order.prefix(rows - testCount))
        test = Array(order.suffix(testCount))
    }

    /// Refuses a repeated row, unless another row with the same cells is missing.
    private static func checkRepeats(
        _ order: [Int], _ table: CSVTable, _ data: CSVTable
    ) throws(DataError) {
        var firstPlaces = [Int?](repeating: nil, count: order.count)
        var repeats: [Int] = []
        for (place, row) in order.enumerated() {
            if firstPlaces[row] == nil { firstPlaces[row] = place } else { repeats.append(place) }
        }
        guard !repeats.isEmpty else { return }
        var missing: [[String]: Int] = [:]
        for row in order.indices where firstPlaces[row] == nil {
            missing[data.content(row), default: 0] += 1
        }
        for place in repeats {
            let row = order[place]
            let content = data.content(row)
            guard let count = missing[content], count > 0 else {
                throw table.refusal(
                    place, 0,
                    mismatch(
                        "each row once, or another row with the same cells left out",
                        "row \(row), which is also on line \(table.lines[firstPlaces[row] ?? 0])"))
            }
            missing[content] = count - 1
        }
    }
}
