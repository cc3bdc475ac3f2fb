import Datasets
import Reporting

/// The table partition.csv: a row for each client with its sizes and its labels of each class.
///
/// The rows are made piece by piece, so that a table of a million clients needs no memory.
struct PartitionTable {
    private let view: PartitionView
    private static let pieceBytes = 1 << 16

    init(_ view: PartitionView) { self.view = view }

    /// The header line without its line end. Names that need it are quoted (RFC 4180).
    private var header: String {
        partitionColumns(classes: view.columnNames).map {
            Cell.text($0.name).text(missing: .empty)
        }.joined(separator: ",")
    }

    /// Passes the table to `write`, some rows at a time.
    func forEachPiece(_ write: ([UInt8]) throws -> Void) rethrows {
        var counter = GroupCounter(view.groups)
        var piece = Array((header + "\n").utf8)
        let parts: [any Population] = [
            view.partition, view.holdout.training, view.holdout.validation, view.holdout.test,
        ]
        for client in 0..<view.partition.count {
            counter.count(client, of: view.partition)
            let row = PartitionRow(
                client: client, sizes: parts.map { $0.size(of: client) }, counts: counter.counts)
            for (index, number) in row.numbers.enumerated() {
                if index > 0 { piece.append(UInt8(ascii: ",")) }
                piece.append(contentsOf: String(number).utf8)
            }
            piece.append(UInt8(ascii: "\n"))
            if piece.count >= Self.pieceBytes {
                try write(piece)
                piece.removeAll(keepingCapacity: true)
            }
        }
        try write(piece)
    }
}
