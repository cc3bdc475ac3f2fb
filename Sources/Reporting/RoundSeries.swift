import Federation

/// The numbers of a run, round by round, as rounds.csv has them.
public struct RoundSeries: Sendable {
    /// A column of rounds.csv that a report shows.
    public enum Column: String, CaseIterable, Sendable {
        case testAccuracy = "test_accuracy"
        case testRMSE = "test_rmse"
        case testLoss = "test_loss"
        case globalRate = "global_rate"
        case localRateMean = "local_rate_mean"
        case productWithPrevious = "product_with_previous"
        case cosine
        case serverBoundHit = "server_bound_hit"
        case clientBoundHits = "client_bound_hits"
        case bytesUp = "bytes_up"
        case bytesDown = "bytes_down"
        case simulatedSeconds = "simulated_seconds"
        case seconds
        case dropped
        case void
    }

    /// How many rounds there are.
    public let roundCount: Int
    private let values: [[Double]]
    /// Whether a cell is neither a number nor empty.
    let hasOtherText: Bool
    /// The bytes that were sent up and down until the end of each round, shape (rounds).
    public let bytesSoFar: [Double]
    /// The simulated seconds until the end of each round, shape (rounds); empty without such time.
    public let simulatedSecondsSoFar: [Double]

    /// The values of a column, shape (rounds): NaN where the table has none.
    public subscript(column: Column) -> [Double] {
        values[Column.allCases.firstIndex(of: column) ?? 0]
    }

    /// Returns the values of a metric, shape (rounds): NaN where the model was not evaluated.
    public func values(of metric: Metric) -> [Double] {
        switch metric {
        case .accuracy: self[.testAccuracy]
        case .rmse: self[.testRMSE]
        case .perplexity: self[.testLoss].map(Metrics.perplexity)
        }
    }

    /// Reads the bytes of rounds.csv.
    ///
    /// - Throws: `NumberTable.Problem` if it is not such a table.
    package init(_ bytes: [UInt8]) throws(NumberTable.Problem) {
        let names = Column.allCases.map(\.rawValue)
        let table = try NumberTable(bytes, names + ["round"])
        let count = table.rowCount
        let rounds = table.columns[names.count]
        guard rounds.count == count, table.columns[0].count == count else {
            throw NumberTable.Problem(
                line: 1, expected: "the columns round and test_accuracy", found: "others")
        }
        for (row, round) in rounds.enumerated() where round != Double(row) {
            throw NumberTable.Problem(
                line: row + 2, expected: "round \(row)", found: "another one")
        }
        (roundCount, hasOtherText) = (count, table.hasOtherText)
        let values = table.columns.dropLast().map { column in
            column.count == count ? column : [Double](repeating: .nan, count: count)
        }
        func column(_ name: Column) -> [Double] {
            values[Column.allCases.firstIndex(of: name) ?? 0]
        }
        bytesSoFar = Self.sums(zip(column(.bytesUp), column(.bytesDown)).map { $0 + $1 })
        let times = column(.simulatedSeconds)
        simulatedSecondsSoFar = times.contains { $0.isFinite } ? Self.sums(times) : []
        self.values = values
    }

    /// Returns the sum up to each place; what is not finite counts as 0.
    private static func sums(_ values: [Double]) -> [Double] {
        var sum = 0.0
        return values.map { value in
            if value.isFinite { sum += value }
            return sum
        }
    }
}
