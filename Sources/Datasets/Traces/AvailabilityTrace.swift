import Bytes

/// When clients are available, read from a CSV file: a row for each window of a client.
///
///     client,from,to
///     0,3600,7200
///     1,0,86400
///
/// Columns: the client, from 0, and the first and the last simulated second of the window. Rows may
/// stand in any order. The windows of a client do not overlap, and each client has one or more.
public struct AvailabilityTrace: Equatable, Sendable {
    /// The windows of all clients, one client after the other, in order of time.
    private var windows: [AvailabilityWindow] = []
    /// Where the windows of client i start in `windows`, and at the end their number.
    private var starts: [Int] = [0]
    /// The seconds after which the trace begins again; nil if it ends.
    private let period: Double?
    /// The hash of the file's content, which names the trace in a saved state.
    public let contentHash: UInt64

    /// Reads and checks the file.
    ///
    /// - Parameters:
    ///   - clients: the number of clients of the run.
    ///   - period: the seconds after which the trace begins again; nil if it ends.
    /// - Throws: `DataError` with the line of an unknown client, or of a window that is empty, lies
    ///   beyond the period or overlaps another one. Also if a client has no window.
    public init(path: String, clients: Int, period: Double?) throws(DataError) {
        self.period = period
        let bytes = try GzipFile.bytes(of: path)
        var hash = ContentHash()
        hash.add(bytes.span)
        contentHash = hash.value
        let table = try CSVTable(bytes, path: path)
        let columns = try Self.columns(table)
        var rows: [(window: AvailabilityWindow, client: Int, row: Int)] = []
        rows.reserveCapacity(table.rowCount)
        for row in 0..<table.rowCount {
            guard let client = CSVTable.number(table.text(row, columns[0])), client >= 0,
                client < Double(clients), client == client.rounded()
            else {
                throw table.refusal(
                    row, columns[0],
                    mismatch(
                        "a client from 0 to \(clients - 1)",
                        CSVTable.quoted(table.text(row, columns[0])),
                        "remove the row or raise clients.count"))
            }
            let cells = (table.text(row, columns[1]), table.text(row, columns[2]))
            guard let from = CSVTable.number(cells.0), let to = CSVTable.number(cells.1),
                from >= 0, from < to, to <= period ?? .greatestFiniteMagnitude
            else {
                throw table.refusal(
                    row, columns[2],
                    mismatch(
                        "seconds with 0 <= from < to"
                            + (period.map { " <= \($0) (period)" } ?? ""),
                        "\(CSVTable.quoted(cells.0)) and \(CSVTable.quoted(cells.1))"))
            }
            rows.append((AvailabilityWindow(from: from, to: to), Int(client), row))
        }
        rows.sort { ($0.client, $0.window.from, $0.row) < ($1.client, $1.window.from, $1.row) }
        try add(rows, of: table, columns, clients)
    }

    private static func columns(_ table: CSVTable) throws(DataError) -> [Int] {
        let wanted = ["client", "from", "to"]
        guard let names = table.names else {
            guard table.columnCount == 3 else {
                throw .damaged(
                    path: table.path,
                    reason: mismatch("the columns client, from and to", "\(table.columnCount)"))
            }
            return [0, 1, 2]
        }
        var columns: [Int] = []
        for name in wanted {
            guard let column = names.firstIndex(where: { $0.lowercased() == name }) else {
                throw .damaged(
                    path: table.path,
                    reason: mismatch(
                        "the columns client, from and to", names.joined(separator: ", ")))
            }
            columns.append(column)
        }
        return columns
    }

    private mutating func add(
        _ rows: [(window: AvailabilityWindow, client: Int, row: Int)], of table: CSVTable,
        _ columns: [Int], _ clients: Int
    ) throws(DataError) {
        var missing: [Int] = []
        var index = 0
        for client in 0..<clients {
            let first = index
            while index < rows.count, rows[index].client == client {
                let window = rows[index].window
                if index > first, window.from < rows[index - 1].window.to {
                    throw table.refusal(
                        rows[index].row, columns[1],
                        mismatch(
                            "a window of client \(client) after its window before, which ends at"
                                + " \(rows[index - 1].window.to)", "\(window.from)",
                            "join windows that overlap"))
                }
                windows.append(window)
                index += 1
            }
            if index == first { missing.append(client) }
            starts.append(windows.count)
        }
        guard let gap = missing.first else { return }
        throw .damaged(
            path: table.path,
            reason: mismatch(
                "a window of each of \(clients) clients (clients.count)",
                "none of client \(gap)"
                    + (missing.count > 1 ? " and \(missing.count - 1) others" : ""),
                "add rows or lower clients.count"))
    }

    /// Returns the first window of a client that ends after a time, or nil if there is none.
    public func window(of client: UInt32, endingAfter seconds: Double) -> AvailabilityWindow? {
        let own = windows[starts[Int(client)]..<starts[Int(client) + 1]]
        guard let period, let first = own.first else { return Self.first(own, after: seconds) }
        let base = (seconds / period).rounded(.down) * period
        if let window = Self.first(own, after: seconds - base) { return window.moved(by: base) }
        return first.moved(by: base + period)
    }

    private static func first(_ windows: ArraySlice<AvailabilityWindow>, after seconds: Double)
        -> AvailabilityWindow?
    {
        var (low, high) = (windows.startIndex, windows.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if windows[middle].to > seconds { high = middle } else { low = middle + 1 }
        }
        return low < windows.endIndex ? windows[low] : nil
    }
}

/// A time in which a client is available, in simulated seconds after the start of the run.
public struct AvailabilityWindow: Equatable, Sendable {
    /// The first second of the window.
    public var from: Double
    /// The end of the window, which is after `from`.
    public var to: Double

    /// Creates a window from its ends.
    public init(from: Double, to: Double) { (self.from, self.to) = (from, to) }

    /// Returns the window, later by these seconds.
    func moved(by seconds: Double) -> AvailabilityWindow {
        AvailabilityWindow(from: from + seconds, to: to + seconds)
    }
}
