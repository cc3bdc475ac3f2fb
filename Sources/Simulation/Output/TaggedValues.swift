package import EventFiles
package import Federation
import LearningRates

/// Returns the values of a round for an event file, with the tags that group them in TensorBoard.
///
/// A value that rounds.csv does not have in this round is left out. Numbers of the server scheduler
/// have the tag `server/NAME`. The values of single clients are histograms, so that a thousand
/// clients take no more than a few buckets.
package func taggedValues(
    _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation],
    predictsSymbols: Bool = false
) -> [TaggedValue] {
    var values: [TaggedValue] = []
    func add(_ tag: String, _ value: Double?) {
        if let value { values.append(.scalar(tag: tag, value)) }
    }
    func addHistogram(_ tag: String, _ numbers: [Double]) {
        if !numbers.isEmpty { values.append(.histogram(tag: tag, ValueHistogram(numbers))) }
    }
    func ofUpdates(_ value: Double) -> Double? { record.isVoid ? nil : value }

    add("accuracy/test", record.testAccuracy)
    add("rmse/test", record.testRMSE)
    if predictsSymbols { add("perplexity/test", record.testPerplexity) }
    add("loss/test", record.testLoss)
    add("loss/train", ofUpdates(record.trainLoss))
    add("rate/global", record.decision.globalRate)
    add("rate/local_sent", record.localRate)
    add("rate/local_mean", ofUpdates(record.localRateMean))
    add("rate/local_min", ofUpdates(record.localRateSmallest))
    add("rate/local_max", ofUpdates(record.localRateLargest))
    add("bounds/server_hit", record.decision.hitsBound ? 1 : 0)
    add("bounds/client_hits", Double(record.clientBoundHits))
    add("aggregate/product_with_previous", record.productWithPrevious)
    add("aggregate/cosine_with_previous", record.cosine)
    add("aggregate/norm", ofUpdates(record.aggregateNorm))
    add("aggregate/scale", record.decision.aggregateScale)
    add("updates/mean_norm", ofUpdates(record.meanUpdateNorm))
    add("updates/diversity", record.diversity)
    add("cohort/participants", Double(record.participants))
    add("cohort/dropped", Double(record.drops.count))
    add("cost/bytes_up", Double(record.bytesUp))
    add("cost/bytes_down", Double(record.bytesDown))
    add("cost/simulated_seconds", record.simulatedSeconds)
    add("data/phase", record.dataPhase.map(Double.init))
    for reading in record.readings { add("server/\(reading.name)", reading.value) }

    addHistogram("clients/local_rate", reports.map(\.rates.mean))
    addHistogram("clients/train_loss", reports.map(\.meanLoss))
    addHistogram("clients/update_norm", reports.map { $0.squaredNorm.squareRoot() })
    for (name, part) in parts {
        let metrics = evaluations.compactMap { part($0).metrics }
        addHistogram("client_evaluations/\(name)_loss", metrics.map(\.loss))
        addHistogram("client_evaluations/\(name)_accuracy", metrics.compactMap(\.accuracy))
        addHistogram("client_evaluations/\(name)_rmse", metrics.compactMap(\.rmse))
    }
    return values
}

/// The parts of a client's samples, as client_evaluations.csv names them.
private let parts: [(name: String, part: @Sendable (ClientEvaluation) -> ClientEvaluation.Part)] = [
    ("train", { $0.training }), ("validation", { $0.validation }), ("test", { $0.test }),
]
