import Settings

/// Which columns of a table are features, which ones are predicted, and which one says whose a row
/// is.
struct CSVColumns {
    /// What is predicted.
    enum Target {
        /// A class, which a column names.
        case label(Int)
        /// Numbers of these columns.
        case numbers([Int])
    }

    let features: [Int]
    let target: Target
    let client: Int?

    /// - Parameters:
    ///   - label: nil for the last column, unless there are `targets`.
    ///   - targets: columns of numbers to predict; none for a label.
    init(
        _ table: CSVTable, label: String?, targets: [String], client: String?, ignored: [String]
    ) throws(DataError) {
        var taken: [Int: String] = [:]
        func take(_ word: String, _ key: String) throws(DataError) -> Int {
            let column = try Self.column(word, key, in: table)
            if let other = taken[column] {
                throw .damaged(
                    path: table.path,
                    reason: "\(table.name(column)) is in both data.dataset.\(other) and "
                        + "data.dataset.\(key)")
            }
            taken[column] = key
            return column
        }
        if targets.isEmpty {
            target = .label(try take(label ?? "-1", "label"))
        } else {
            var columns: [Int] = []
            for word in targets { columns.append(try take(word, "target")) }
            target = .numbers(columns)
        }
        var owner: Int?
        if let client { owner = try take(client, "client") }
        self.client = owner
        for word in ignored { _ = try take(word, "ignore") }
        features = (0..<table.columnCount).filter { taken[$0] == nil }
        guard !features.isEmpty else {
            throw .damaged(
                path: table.path,
                reason: "no column is left to predict from; the first line has "
                    + "\(table.columnCount.grouped) cell\(table.columnCount == 1 ? "" : "s"), separated "
                    + "by \(table.separator.words) (see data.dataset.separator)")
        }
        guard DatasetHeader.isPossible(shape: [features.count]) else {
            throw .damaged(
                path: table.path, reason: "\(features.count.grouped) columns are too many")
        }
    }

    /// The column of this name, or of this number: from 0, or from -1 at the end.
    private static func column(
        _ word: String, _ key: String, in table: CSVTable
    ) throws(DataError) -> Int {
        let count = table.columnCount
        let named = table.names.map { names in (0..<count).filter { names[$0] == word } } ?? []
        if named.count > 1 {
            throw .damaged(
                path: table.path,
                reason: "data.dataset.\(key): columns \(named[0]) and \(named[1]) are both named "
                    + "'\(word)'; give the number of the one that is meant")
        }
        if let column = named.first { return column }
        let numbers = "numbers are 0 to \(count - 1), or -1 to -\(count) from the end"
        let problem = "data.dataset.\(key): there is no column '\(word)'"
        if let number = Int(word) {
            let column = number < 0 ? count + number : number
            guard (0..<count).contains(column) else {
                throw .damaged(path: table.path, reason: "\(problem); \(numbers)")
            }
            return column
        }
        guard let names = table.names else {
            throw .damaged(
                path: table.path, reason: "\(problem), for there is no header; \(numbers)")
        }
        let close = suggestion(for: word, among: names).map { "; did you mean '\($0)'?" } ?? ";"
        let shown = names.prefix(50).joined(separator: ", ") + (names.count > 50 ? ", ..." : "")
        throw .damaged(path: table.path, reason: "\(problem)\(close) columns: \(shown)")
    }
}
