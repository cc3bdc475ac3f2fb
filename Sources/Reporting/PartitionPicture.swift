import Settings

/// A picture of a partition: the sizes of clients as bars, and below them a shaded cell for each
/// client and class. `text` draws it in a terminal and `svg` in a file.
public struct PartitionPicture: Sendable, Equatable {
    /// One column of the picture.
    public struct Client: Sendable, Equatable {
        /// The number of the client.
        public var number: Int
        /// The samples that the client owns.
        public var size: Int
        /// The share of each row in the labels of the client, 0...1, shape (rows).
        public var shares: [Double]

        /// Makes a column from its numbers.
        public init(number: Int, size: Int, shares: [Double]) {
            (self.number, self.size, self.shares) = (number, size, shares)
        }
    }

    /// The text above the picture.
    public var title: String
    /// Lines of text below the title.
    public var facts: [String]
    /// The names of the rows, from top to bottom. With one row or none, only sizes are drawn.
    public var rows: [String]
    /// What a row is, such as "class".
    public var rowKind: String
    /// The clients that are drawn, from left to right.
    public var clients: [Client]
    /// The number of all clients, drawn or not.
    public var clientCount: Int

    /// Makes a picture from its numbers.
    public init(
        title: String, facts: [String] = [], rows: [String], rowKind: String = "class",
        clients: [Client], clientCount: Int
    ) {
        (self.title, self.facts, self.rows, self.rowKind) = (title, facts, rows, rowKind)
        (self.clients, self.clientCount) = (clients, clientCount)
    }

    /// Whether shares are drawn.
    var hasCells: Bool { rows.count > 1 }

    /// The most samples that a drawn client has.
    var largestSize: Int { clients.map(\.size).max() ?? 0 }

    /// The text that says which clients are drawn.
    var caption: String {
        guard clients.count < clientCount else { return "clients, largest first" }
        return "\(clients.count) of \(clientCount.grouped) clients, evenly by size, largest first"
    }
}

extension PartitionPicture {
    /// Returns the clients that a picture draws, largest first. If there are more than `most`, it
    /// draws as many at even distances in that order. The largest and the smallest client are
    /// always drawn.
    ///
    /// - Parameter order: the numbers of the clients, largest first.
    public static func drawn<Number>(_ order: [Number], most: Int) -> [Number] {
        guard order.count > most, most > 1 else { return order }
        return (0..<most).map { order[$0 * (order.count - 1) / (most - 1)] }
    }

    /// Returns the ranges of classes that become the rows of a picture. With more than `most`
    /// classes, successive classes share a row.
    public static func rowRanges(classes: Int, most: Int) -> [Range<Int>] {
        guard classes > 0, most > 0 else { return [] }
        let size = (classes + most - 1) / most
        return stride(from: 0, to: classes, by: size).map { $0..<min($0 + size, classes) }
    }
}
