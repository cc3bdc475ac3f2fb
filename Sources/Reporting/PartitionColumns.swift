/// One client of a partition: a row of partition.csv.
public struct PartitionRow: Equatable, Sendable {
    /// The client, from 0.
    public var client: Int
    /// All samples of the client, and those of its three parts.
    public var sizes: [Int]
    /// The labels of each class, shape (classes).
    public var counts: [Int]

    /// Makes the row of a client.
    public init(client: Int, sizes: [Int], counts: [Int]) {
        (self.client, self.sizes, self.counts) = (client, sizes, counts)
    }

    /// All numbers in the order of the columns.
    package var numbers: [Int] { [client] + sizes + counts }
}

/// Returns the columns of partition.csv: a row for each client.
///
/// - Parameter classes: the names of the last columns, one for each class.
public func partitionColumns(classes: [String]) -> [Column<PartitionRow>] {
    let sizes = [
        ("size", "samples that the client owns"), ("train", "samples that it trains on"),
        ("validation", "samples that are held out for validation"),
        ("test", "samples that are held out for tests"),
    ]
    return [Column("client", "client, from 0") { .integer($0.client) }]
        + sizes.enumerated().map { index, column in
            Column(column.0, column.1) { row in
                index < row.sizes.count ? .integer(row.sizes[index]) : .empty
            }
        }
        + classes.enumerated().map { index, name in
            Column(
                name,
                "labels of this class among all its samples; of a target, those in this range"
            ) { row in
                index < row.counts.count ? .integer(row.counts[index]) : .empty
            }
        }
}
