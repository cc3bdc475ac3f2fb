/// How much a result depends on the cell of a grid, such as on start rates.
public struct GridSensitivity: Equatable, Sendable {
    /// The best value of any cell.
    public let best: Double
    /// The mean over the cells.
    public let mean: Double
    /// The worst value of any cell.
    public let worst: Double
    /// The largest value minus the smallest.
    public let spread: Double

    /// Describes the values of the cells; nil of no finite value.
    ///
    /// - Parameter largerIsBetter: whether the best value is the largest one.
    public init?(_ values: [Double], largerIsBetter: Bool) {
        let known = values.filter(\.isFinite)
        guard let smallest = known.min(), let largest = known.max(),
            let mean = Statistics.mean(known)
        else { return nil }
        (best, worst) = largerIsBetter ? (largest, smallest) : (smallest, largest)
        (self.mean, spread) = (mean, largest - smallest)
    }
}

/// Returns for each variant the share of cells in which it is close to the best variant of the
/// cell.
///
/// - Parameters:
///   - values: the values of each variant, cell by cell; nil where there is none.
///   - isClose: whether a value (first) is close to the best one (second) of its cell.
/// - Returns: nil for a variant without any value. A cell in which it has no value counts as far.
public func sharesNearBest(
    _ values: [[Double?]], largerIsBetter: Bool, isClose: (Double, Double) -> Bool
) -> [Double?] {
    let cells = values.map(\.count).max() ?? 0
    let best = (0..<cells).map { cell in
        let known = values.compactMap { cell < $0.count ? $0[cell] : nil }
        return largerIsBetter ? known.max() : known.min()
    }
    return values.map { own in
        guard own.contains(where: { $0 != nil }) else { return nil }
        let compared = best.count { $0 != nil }
        let close = zip(own, best).count { value, best in
            guard let value, let best else { return false }
            return isClose(value, best)
        }
        return Double(close) / Double(compared)
    }
}
