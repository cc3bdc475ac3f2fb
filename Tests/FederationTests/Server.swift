import Federation
import LearningRates
import LinearAlgebra
import ServerRules
import Settings
import Testing

/// Vectors of clients as values.
struct Values: HeldFloats {
    var floats: [Float]

    func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
        try body(floats.span)
    }
}

/// A server with its vectors as values, and the clients' half of a drift correction.
final class Server {
    private(set) var step: UpdateAggregator
    private var states: ClientStates<Values>
    private let correction: any DriftCorrection

    init(
        _ weights: [Float], scheduler: String = "constant", optimizer: String = "sgd",
        globalRate: Double = 1, localRate: Double = 0.01, rounds: Int = 10,
        largestWeight: UInt32 = 100, correction: String = "none", clients: Int = 10,
        mostSteps: Int = 1
    ) throws {
        let scheduler = try component(scheduler, from: serverSchedulers)
        let optimizer = try component(optimizer, from: serverOptimizers)
        let correction = try component(correction, from: driftCorrections)
        self.correction = correction
        states = ClientStates()
        let start = StartRates(
            globalRate: globalRate, localRate: localRate, rounds: rounds, optimizer: optimizer)
        step = UpdateAggregator(
            ServerOptimization<Float>(
                weights: weights, groups: ParameterGroups(count: weights.count),
                scheduler: scheduler.started(start)),
            weighting: .samples, largestWeight: largestWeight,
            largestTotal: UInt64(largestWeight) * 4096,
            correction: correction, clients: clients, mostSteps: mostSteps)
    }

    /// Begins a round in which each client is drawn once.
    func begin(round: UInt32) { step.begin(round: round) }

    /// A round with these updates and weights.
    func round(_ number: UInt32, _ updates: [([Float], UInt32)]) throws
        -> UpdateAggregator.Outcome
    {
        try round(
            number,
            updates.enumerated().map { ($1.0, report(number, UInt32($0), samples: $1.1)) })
    }

    /// A round with these updates and reports, in client order.
    func round(
        _ number: UInt32, _ updates: [([Float], ClientReport)]
    ) throws -> UpdateAggregator.Outcome {
        step.begin(round: number)
        for (update, report) in updates {
            try step.add(update.span, of: report)
            advance(update, of: report)
        }
        return step.commit(round: number, updates.map(\.1), &states)
    }

    /// What the client carries on, where the correction has a vector for it.
    private func advance(_ update: [Float], of report: ClientReport) {
        guard correction.keepsVectors else { return }
        var report = report
        report.carriedVectors = 1
        let (own, offset) = (own(report.client), offset(report.client))
        let rates = report.rates
        var next = offset
        var span = next.mutableSpan
        correction.updateClientVector(
            &span, own: own.span, offset: offset.span, update: update.span,
            LocalWork(steps: Int(report.steps), meanRate: rates.mean, localRate: rates.mean))
        states.record(report, Values(floats: next))
    }

    private func own(_ client: UInt32) -> [Float] {
        states.state(of: client).vectors?.floats ?? []
    }

    func add(_ update: [Float], weight: UInt32) throws(ExactSum.OutOfGrid) {
        try step.add(update.span, of: report(0, 0, samples: weight))
    }

    func add(_ update: [Float], of report: ClientReport) throws(ExactSum.OutOfGrid) {
        try step.add(update.span, of: report)
        advance(update, of: report)
    }

    /// What is added to each of a client's gradients.
    func offset(_ client: UInt32) -> [Float] {
        guard correction.keepsVectors else { return [] }
        var offset = step.weights
        var server: [Float] = []
        if step.sendsCorrection {
            server = offset
            var span = server.mutableSpan
            step.write(correction: &span)
        }
        var span = offset.mutableSpan
        correction.makeOffset(&span, server: server.span, own: own(client).span)
        return offset
    }

    /// A report of so many steps at one rate.
    func report(
        _ round: UInt32, _ client: UInt32, samples: UInt32, steps: UInt32 = 1,
        rate: Double = 0.01
    ) -> ClientReport {
        ClientReport(
            round: round, client: client, attempt: 1, samples: samples, steps: steps, meanLoss: 1,
            squaredNorm: 1,
            rates: RateTrace(first: rate, last: rate, smallest: rate, largest: rate, mean: rate),
            seconds: 0)
    }

    var weights: [Float] { step.weights }
    var hasPreviousAggregate: Bool { step.hasPreviousAggregate }

    func previousAggregate(_ count: Int) -> [Float] {
        var previousAggregate = [Float](repeating: .nan, count: count)
        var span = previousAggregate.mutableSpan
        step.write(previousAggregate: &span)
        return previousAggregate
    }

    func written(_ count: Int) -> [Float] {
        var weights = [Float](repeating: .nan, count: count)
        var span = weights.mutableSpan
        step.write(weights: &span)
        return weights
    }
}
