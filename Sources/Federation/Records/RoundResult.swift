import Federation
import LearningRates

extension RoundRecord {
    /// The record of a committed round, but for what is not in reports and outcome.
    ///
    /// - Parameters:
    ///   - reports: in client order; sums run in that order.
    ///   - weights: how much each one's update counts.
    init(
        _ round: UInt32, _ outcome: ServerStep.Outcome, _ reports: [ClientReport],
        weights: UpdateWeights, localRate: Double, metrics: Metrics?
    ) {
        var loss = 0.0
        var total = 0.0
        var samples = 0
        var norms = 0.0
        var rates = 0.0
        var smallest = Double.infinity
        var largest = -Double.infinity
        var (smallestMean, largestMean) = (smallest, largest)
        var hits = 0
        for report in reports {
            let weight = Double(weights.weight(of: report))
            loss += weight * report.meanLoss
            total += weight
            samples += Int(report.samples)
            norms += report.squaredNorm.squareRoot()
            rates += report.rates.mean
            smallestMean = min(smallestMean, report.rates.mean)
            largestMean = max(largestMean, report.rates.mean)
            smallest = min(smallest, report.rates.smallest)
            largest = max(largest, report.rates.largest)
            hits += Int(report.rates.lowerBoundHits) + Int(report.rates.upperBoundHits)
        }
        let count = Double(max(reports.count, 1))
        self.init(
            round: round, participants: reports.count, samples: samples,
            trainLoss: total > 0 ? loss / total : 0, testLoss: metrics?.loss,
            testAccuracy: metrics?.accuracy, testRMSE: metrics?.rmse,
            globalRate: outcome.decision.rate, localRate: localRate,
            localRateMean: held(rates / count, between: smallestMean, and: largestMean),
            localRateSmallest: smallest,
            localRateLargest: largest, hypergradient: outcome.summary.alignment,
            cosine: outcome.summary.cosine,
            aggregateNorm: outcome.summary.squaredNorm.squareRoot(), meanUpdateNorm: norms / count,
            serverBoundHit: outcome.decision.globalChange?.bound != nil
                || outcome.decision.localChange?.bound != nil, clientBoundHits: hits,
            seconds: 0)
        diversity = outcome.summary.diversity
        aggregateScale = outcome.decision.aggregateScale
    }

    /// The record of a round without updates: rates as they were.
    init(
        voidRound round: UInt32, _ decision: ServerDecision, localRate: Double, metrics: Metrics?
    ) {
        self.init(
            round: round, participants: 0, samples: 0, trainLoss: 0, testLoss: metrics?.loss,
            testAccuracy: metrics?.accuracy, testRMSE: metrics?.rmse, globalRate: decision.rate,
            localRate: localRate, localRateMean: localRate, localRateSmallest: localRate,
            localRateLargest: localRate, hypergradient: nil, cosine: nil, aggregateNorm: 0,
            meanUpdateNorm: 0, serverBoundHit: false, clientBoundHits: 0, seconds: 0)
        aggregateScale = decision.aggregateScale
    }
}
