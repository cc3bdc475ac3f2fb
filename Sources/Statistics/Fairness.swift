/// How evenly a model serves the clients, by one value of each: their accuracy or RMSE.
///
///     Jain's index = (Σa)² / (K Σa²)
///
/// It is 1 if all clients have the same value and 1/K if one client has all.
///
/// - Source: Jain, Chiu, Hawe 1984.
public struct Fairness: Equatable, Sendable {
    /// K, the number of clients with a value.
    public let clients: Int
    /// How many clients had no value.
    public let leftOut: Int
    /// The mean of the worst ⌊K/10⌋ clients, at least one.
    public let worstTenth: Double
    /// The median over the clients.
    public let median: Double
    /// The mean of the best ⌊K/10⌋ clients, at least one.
    public let bestTenth: Double
    /// The standard deviation over the clients (divisor K: these are all of them).
    public let deviation: Double
    /// Jain's index in 1/K...1; nil if all values are 0.
    public let jainIndex: Double?

    /// Makes the description of its parts, such as those of a file.
    public init(
        clients: Int, leftOut: Int, worstTenth: Double, median: Double, bestTenth: Double,
        deviation: Double, jainIndex: Double?
    ) {
        (self.clients, self.leftOut, self.worstTenth) = (clients, leftOut, worstTenth)
        (self.median, self.bestTenth) = (median, bestTenth)
        (self.deviation, self.jainIndex) = (deviation, jainIndex)
    }

    /// Describes the values of the clients; nil if no client has a finite one.
    ///
    /// - Parameters:
    ///   - values: the value of each client; nil for one without samples.
    ///   - largerIsBetter: whether the worst clients are those with the smallest values.
    public init?(_ values: [Double?], largerIsBetter: Bool) {
        let sorted = values.compactMap { $0 }.filter(\.isFinite).sorted()
        let tenth = max(1, sorted.count / 10)
        guard let mean = mean(sorted), let low = Statistics.mean(Array(sorted.prefix(tenth))),
            let high = Statistics.mean(Array(sorted.suffix(tenth))),
            let median = Statistics.median(sorted)
        else { return nil }
        let count = Double(sorted.count)
        (clients, leftOut) = (sorted.count, values.count - sorted.count)
        (worstTenth, bestTenth) = largerIsBetter ? (low, high) : (high, low)
        self.median = median
        deviation =
            (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        let (sum, squares) = (sorted.reduce(0, +), sorted.reduce(0) { $0 + $1 * $1 })
        jainIndex = squares > 0 ? sum * sum / (count * squares) : nil
    }
}

/// Returns the balanced accuracy: the mean of the classes' recalls.
///
/// - Parameter recalls: the recall of each class, 0...1; nil for a class without samples, which is
///   left out.
/// - Returns: nil if no class has samples.
/// - Source: Brodersen and others 2010.
public func balancedAccuracy(_ recalls: [Double?]) -> Double? { mean(recalls.compactMap { $0 }) }

/// Returns how much the labels of clients differ from those of all: the mean total variation.
///
///     Σ_j n_j · ½ Σ_c |p_j(c) − p(c)| / Σ_j n_j
///
/// p_j are the shares of the classes in client j, p those of all clients together. It is 0 if all
/// clients have the same shares, and below 1.
///
/// - Parameter counts: for each client the number of its samples of each class.
/// - Returns: nil if there are no samples.
public func labelSkew(_ counts: [[Int]]) -> Double? {
    var totals = [Double](repeating: 0, count: counts.map(\.count).max() ?? 0)
    for client in counts {
        for (label, count) in client.enumerated() { totals[label] += Double(count) }
    }
    let samples = totals.reduce(0, +)
    guard samples > 0 else { return nil }
    var sum = 0.0
    for client in counts {
        let own = client.reduce(0.0) { $0 + Double($1) }
        for (label, total) in totals.enumerated() {
            let count = label < client.count ? Double(client[label]) : 0
            // n_j p_j(c) is the count itself.
            sum += abs(count - own * total / samples) / 2
        }
    }
    return sum / samples
}
