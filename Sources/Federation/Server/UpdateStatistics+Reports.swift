import LearningRates

extension UpdateStatistics {
    /// Computes the statistics of the updates in an aggregate.
    ///
    /// - Parameters:
    ///   - reports: the reports in client order. Sums use this order.
    ///   - weights: the weights of the updates.
    init(_ reports: [ClientReport], _ weights: UpdateWeights) {
        self.init(count: reports.count)
        let total = reports.reduce(0) { $0 + Double(weights.weight(of: $1)) }
        guard total > 0 else { return }
        func mean(_ value: (ClientReport) -> Double) -> Double {
            reports.reduce(0) { $0 + Double(weights.weight(of: $1)) / total * value($1) }
        }
        // The update that a rule compares is the one that is added, with its staleness weight.
        meanSquaredNorm = mean {
            let factor = weights.factor(of: $0)
            return factor * factor * $0.squaredNorm
        }
        meanLoss = mean(\.meanLoss)
        startLoss = mean(\.startLoss)
    }
}

extension LocalWork {
    /// Reads the local work from a report.
    init(_ report: ClientReport, localRate: Double) {
        let rates = report.rates
        self.init(
            steps: Int(report.steps),
            meanRate: held(rates.mean, between: rates.smallest, and: rates.largest),
            localRate: localRate,
            effectiveRate: report.effectiveRate == 0 ? nil : report.effectiveRate)
    }
}
