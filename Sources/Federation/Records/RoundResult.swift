public import LearningRates

/// The result of a round after the server step. Only this type makes the record of a round.
public struct RoundResult: Sendable {
    /// The round, from 0.
    public var round: UInt32
    /// The cohort with the clients that were dropped before they trained.
    public var plan: CohortPlan
    /// The bytes that the algorithm sends for each client.
    public var traffic: ClientTraffic
    /// The local rate β_t of the tasks.
    public var localRate: Double
    /// The reports of the participants, in client order.
    public var reports: [ClientReport]
    /// The clients that diverged, in client order.
    public var failures: [ClientFailure]
    /// The weight of each report's update.
    public var weights: UpdateWeights
    /// The result of the server step. It is nil in a void round, which takes no server step.
    public var outcome: UpdateAggregator.Outcome?
    /// Other numbers that the server scheduler adapts, after the server step.
    public var readings: [TracedValue]
    /// The rates of the server step. A void round repeats those of the last one.
    public var decision: RateDecision

    /// Creates the result of a round.
    ///
    /// - Parameters:
    ///   - server: the server after the round.
    ///   - outcome: what its step in this round did; nil if it took none.
    public init(
        _ round: UInt32, _ plan: CohortPlan, _ traffic: ClientTraffic, _ reports: [ClientReport],
        _ failures: [ClientFailure], of server: borrowing UpdateAggregator,
        _ outcome: UpdateAggregator.Outcome?
    ) {
        (self.round, self.plan, self.traffic) = (round, plan, traffic)
        (self.reports, self.failures, self.outcome) = (reports, failures, outcome)
        localRate = server.localRate
        weights = server.weightsOfUpdates
        readings = outcome.map { server.readings($0) } ?? []
        decision = outcome?.decision ?? server.decision.unchanged
    }

    /// Returns the record of the round.
    ///
    /// - Parameters:
    ///   - metrics: the metrics of the model after the round; nil if it was not evaluated.
    ///   - seconds: the wall-clock seconds of the round.
    public func record(_ metrics: Metrics?, seconds: Double) -> RoundRecord {
        let clients = ClientFigures(self)
        let summary = outcome?.summary
        var record = RoundRecord(
            round: round, participants: reports.count, samples: clients.samples,
            trainLoss: clients.loss, testLoss: metrics?.loss, testAccuracy: metrics?.accuracy,
            testRMSE: metrics?.rmse, decision: decision, localRate: localRate,
            localRateMean: clients.rateMean, localRateSmallest: clients.smallestRate,
            localRateLargest: clients.largestRate,
            productWithPrevious: summary?.productWithPrevious,
            cosine: summary?.cosine, aggregateNorm: summary?.squaredNorm.squareRoot() ?? 0,
            meanUpdateNorm: clients.norm,
            clientBoundHits: clients.boundHits, seconds: seconds)
        record.recalls = metrics?.recalls ?? []
        record.diversity = summary?.diversity
        record.readings = readings
        record.drops = (plan.drops + failures.map { ClientDrop($0) }).sorted {
            $0.client < $1.client
        }
        record.simulatedSeconds = plan.seconds
        record.bytesDown = traffic.down * (plan.started ?? plan.drawn)
        record.staleness =
            weights.hasStaleness
            ? StalenessFigures(reports.map { weights.staleness(of: $0) }) : nil
        record.bytesUp = traffic.up * reports.count
        record.clientSteps = reports.reduce(0) { $0 + Int($1.steps) }
        return record
    }
}

/// The figures of a round that are sums over its participants, in client order. In a void round the
/// rates are the sent rate, and all other figures are 0.
private struct ClientFigures {
    var samples = 0
    /// The mean of the mean training losses, weighted like the updates.
    var loss = 0.0
    /// The mean of ‖Δ_i‖.
    var norm = 0.0
    var rateMean: Double
    var smallestRate: Double
    var largestRate: Double
    var boundHits = 0

    init(_ result: RoundResult) {
        (rateMean, smallestRate) = (result.localRate, result.localRate)
        largestRate = result.localRate
        guard let first = result.reports.first?.rates else { return }
        var (losses, total, norms, rates) = (0.0, 0.0, 0.0, 0.0)
        var (smallestMean, largestMean) = (first.mean, first.mean)
        (smallestRate, largestRate) = (first.smallest, first.largest)
        for report in result.reports {
            let weight = Double(result.weights.weight(of: report))
            losses += weight * report.meanLoss
            total += weight
            samples += Int(report.samples)
            norms += report.squaredNorm.squareRoot()
            rates += report.rates.mean
            smallestMean = min(smallestMean, report.rates.mean)
            largestMean = max(largestMean, report.rates.mean)
            smallestRate = min(smallestRate, report.rates.smallest)
            largestRate = max(largestRate, report.rates.largest)
            boundHits += Int(report.rates.lowerBoundHits) + Int(report.rates.upperBoundHits)
        }
        let count = Double(result.reports.count)
        loss = total > 0 ? losses / total : 0
        norm = norms / count
        rateMean = held(rates / count, between: smallestMean, and: largestMean)
    }
}
