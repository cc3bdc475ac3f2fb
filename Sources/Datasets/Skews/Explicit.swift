package import RandomStreams
import Settings

/// A partition that is written down: the number of samples of each class for each client, or the
/// samples themselves.
///
/// - `table`, or the CSV file `table_file`: a row for each class, a column for each client. Shuffle
///   the samples of each class and deal them in client order. Shuffle the samples of each client.
///   Samples beyond the numbers of a row are not used.
/// - `file`: a JSON document, see `PartitionDocument`. The samples of a client keep the order of
///   the document, so a document that hyperfed wrote gives the same partition again. The data set
///   must be the same. Nothing is drawn.
///
/// - Streams: client 2^30 + c shuffles class c, client 2^31 + j shuffles client j.
/// - Source: Flower's DistributionPartitioner for the table.
package struct Explicit: Skew {
    package static let algorithm = Algorithm("explicit", revision: 1)
    package static let remainder = SkewRemainder(
        "explicit", isOnPurpose: true, classAdvice: "give their samples to clients")

    private enum Origin {
        case table([[Int]])
        case tableFile(String)
        case file(String, overlaps: Bool)
    }

    private let origin: Origin

    init(_ settings: Settings) {
        let table = settings.integerLists(
            "table", in: .between(0, Int(Int32.max)),
            "samples of each class (row) for each client (column)")
        let tableFile = settings.filePath(
            "table_file", default: "", "CSV file with such a table")
        let file = settings.filePath(
            "file", default: "", "JSON file with the sample indices of each client")
        let overlaps = settings.flag(
            "overlap", default: false,
            "whether a sample of the file may belong to several clients")
        // A resolved scenario has all keys; those without a value are empty.
        let given = [
            ("table", table.isEmpty), ("table_file", tableFile.isEmpty), ("file", file.isEmpty),
        ].filter { !$0.1 }.map(\.0)
        if given.count != 1 {
            settings.reject(
                given.first ?? "file", expected: "one of table, table_file and file",
                found: given.isEmpty ? "none" : given.joined(separator: " and "),
                advice: given.isEmpty ? "add one of them" : "leave the others out")
        }
        if !file.isEmpty {
            origin = .file(file, overlaps: overlaps)
        } else {
            if overlaps {
                settings.reject(
                    "overlap", expected: "false without file", advice: "leave overlap out")
            }
            origin = tableFile.isEmpty ? .table(table) : .tableFile(tableFile)
        }
    }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        switch origin {
        case .table(let table): facts.add("table", table)
        case .tableFile(let path): try facts.add("table_file", contentOf: path)
        case .file(let path, let overlaps):
            try facts.add("file", contentOf: path)
            facts.add("overlap", overlaps)
        }
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        switch origin {
        case .table(let table):
            return try deal(samples, table, "data.skew.table", to: clients, key: key)
        case .tableFile(let path):
            let setting = "data.skew.table_file"
            let table = try read(setting) { () throws(DataError) in try Self.table(path) }
            return try deal(samples, table, setting, to: clients, key: key)
        case .file(let path, let overlaps):
            let partition = try read("data.skew.file") { () throws(DataError) in
                try PartitionDocument(path: path).partition(
                    of: samples.count, dataKey: samples.dataKey, repeatsSamples: overlaps)
            }
            guard partition.count == clients else {
                throw .file(
                    key: "data.skew.file",
                    reason: "\(path): "
                        + mismatch(
                            "\(counted(clients, "client")), as clients.count",
                            partition.count.grouped,
                            "set clients.count: \(partition.count)"))
            }
            return partition
        }
    }

    private func read<T>(
        _ key: String, _ body: () throws(DataError) -> T
    ) throws(PartitionError) -> T {
        do throws(DataError) { return try body() } catch {
            throw .file(key: key, reason: error.description)
        }
    }

    private static func table(_ path: String) throws(DataError) -> [[Int]] {
        let table = try CSVTable(GzipFile.bytes(of: path), path: path)
        var rows: [[Int]] = []
        for row in 0..<table.rowCount {
            rows.append([])
            for column in 0..<table.columnCount {
                let number = try table.number(row, column)
                guard number >= 0, number <= Double(Int32.max), number == number.rounded() else {
                    throw table.refusal(
                        row, column,
                        mismatch("a number of samples", CSVTable.quoted(table.text(row, column))))
                }
                rows[row].append(Int(number))
            }
        }
        return rows
    }

    private func deal(
        _ samples: TrainingSamples, _ table: [[Int]], _ path: String, to clients: Int,
        key: RandomKey
    ) throws(PartitionError) -> Partition {
        var blocks = ClassBlocks(labels: try labels(of: samples), classes: samples.classes)
        try check(table, path, blocks, clients)
        var builder = PartitionBuilder(
            sizes: (0..<clients).map { client in table.reduce(0) { $0 + $1[client] } })
        for (index, row) in table.enumerated() {
            blocks.shuffle(index, key: key.shuffle(ofClass: index))
            var start = blocks.range(of: index).lowerBound
            for (client, size) in row.enumerated() {
                builder.deal(start..<start + size, of: blocks.order, to: client)
                start += size
            }
        }
        builder.shuffleClients { key.shuffle(ofClient: $0) }
        return builder.partition(of: samples.count)
    }

    private func check(
        _ table: [[Int]], _ path: String, _ blocks: ClassBlocks, _ clients: Int
    ) throws(PartitionError) {
        guard table.count == blocks.classes else {
            throw .unsuitable(
                key: path, expected: "a row for each of \(counted(blocks.classes, "class"))",
                found: counted(table.count, "row"), advice: "add or remove rows")
        }
        for (index, row) in table.enumerated() {
            guard row.count == clients else {
                throw .unsuitable(
                    key: path,
                    expected: "\(counted(clients, "column")) in row \(index), as clients.count",
                    found: row.count.grouped, advice: "add or remove columns")
            }
            let (sum, count) = (row.reduce(0, +), blocks.count(of: index))
            guard sum <= count else {
                throw .unsuitable(
                    key: path,
                    expected: "at most \(counted(count, "sample")) of class \(index) in row"
                        + " \(index)", found: sum.grouped, advice: "lower the numbers of the row")
            }
        }
        for client in 0..<clients where table.allSatisfy({ $0[client] == 0 }) {
            throw .unsuitable(
                key: path, expected: "1 sample or more for client \(client)", found: "none",
                advice: "fill column \(client)")
        }
    }
}
