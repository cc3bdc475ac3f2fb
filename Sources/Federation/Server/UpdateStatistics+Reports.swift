import LearningRates

extension UpdateStatistics {
    /// The statistics of the updates in an aggregate.
    ///
    /// - Parameters:
    ///   - reports: in client order; sums run in that order.
    ///   - weights: how much each one's update counts.
    init(_ reports: [ClientReport], _ weights: UpdateWeights) {
        self.init(count: reports.count)
        let total = reports.reduce(0) { $0 + Double(weights.weight(of: $1)) }
        guard total > 0 else { return }
        func mean(_ value: (ClientReport) -> Double) -> Double {
            reports.reduce(0) { $0 + Double(weights.weight(of: $1)) / total * value($1) }
        }
        meanSquaredNorm = mean(\.squaredNorm)
        meanLoss = mean(\.meanLoss)
        startLoss = mean(\.startLoss)
    }
}

extension LocalWork {
    /// The work behind a report.
    init(_ report: ClientReport, localRate: Double) {
        let rates = report.rates
        self.init(
            steps: Int(report.steps),
            meanRate: held(rates.mean, between: rates.smallest, and: rates.largest),
            localRate: localRate,
            effectiveRate: report.effectiveRate == 0 ? nil : report.effectiveRate)
    }
}
