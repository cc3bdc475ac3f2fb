import RealModule

/// The mean local rate of each client in bins of rounds, for a picture.
///
/// Without `data.seed` client 7 of one seed is not client 7 of another one. So clients are joined
/// by their rank by samples, the largest first, and many ranks share a row.
public struct RateMap: Sendable {
    /// How many rounds a column has.
    public let roundsOfColumn: Int
    /// How many columns there are.
    public let columnCount: Int
    /// How many ranks a row has.
    public private(set) var ranksOfRow = 1
    /// How many clients took part in the run with most of them.
    public private(set) var clientCount = 0
    private var sums: [Double] = []
    private var counts: [Int] = []

    private static let (mostColumns, mostRows) = (100, 200)

    package init(rounds: Int = 1) {
        roundsOfColumn = max(1, (rounds + Self.mostColumns - 1) / Self.mostColumns)
        columnCount = max(1, (rounds + roundsOfColumn - 1) / roundsOfColumn)
    }

    /// How many rows there are.
    public var rowCount: Int { counts.count / columnCount }

    /// The mean of log10 of the rates, shape (rows, columns); NaN where no client took part.
    public var values: [Double] {
        zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : .nan }
    }

    /// Adds the rows of one run, shape (rows) each.
    package mutating func add(
        rounds: [Double], clients: [Double], samples: [Double], _ rates: [Double]
    ) {
        // No run has written a client number beyond this, nor one that is not whole.
        let most = 20_000_000
        func number(_ client: Double) -> Int? {
            Int(exactly: client).flatMap { (0...most).contains($0) ? $0 : nil }
        }
        let largest = clients.reduce(-1) { max($0, number($1) ?? -1) }
        var sizes = [Double](repeating: -1, count: largest + 1)
        for (client, size) in zip(clients, samples) where size >= 0 {
            if let client = number(client) { sizes[client] = size }
        }
        let order = sizes.indices.filter { sizes[$0] >= 0 }.sorted {
            sizes[$0] == sizes[$1] ? $0 < $1 : sizes[$0] > sizes[$1]
        }
        var ranks = [Int](repeating: 0, count: sizes.count)
        for (rank, client) in order.enumerated() { ranks[client] = rank }
        if counts.isEmpty {
            clientCount = order.count
            ranksOfRow = max(1, (order.count + Self.mostRows - 1) / Self.mostRows)
        }
        clientCount = max(clientCount, order.count)
        let rows = max(rowCount, (order.count + ranksOfRow - 1) / ranksOfRow)
        sums += [Double](repeating: 0, count: rows * columnCount - sums.count)
        counts += [Int](repeating: 0, count: rows * columnCount - counts.count)
        for row in rates.indices where rates[row] > 0 && rates[row].isFinite {
            guard let round = Int(exactly: rounds[row]), let client = number(clients[row]),
                sizes[client] >= 0, round >= 0, round / roundsOfColumn < columnCount
            else { continue }
            let place = ranks[client] / ranksOfRow * columnCount + round / roundsOfColumn
            sums[place] += .log10(rates[row])
            counts[place] += 1
        }
    }
}
