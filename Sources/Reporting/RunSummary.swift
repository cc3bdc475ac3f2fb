public import Federation
import Statistics

/// The few numbers that stand for a run in a comparison.
public struct RunSummary: Equatable, Sendable {
    /// The result of one evaluation.
    public struct Evaluation: Equatable, Sendable {
        /// After how many rounds, from 1.
        public let round: Int
        /// The accuracy or RMSE.
        public let value: Double
        /// What would have been sent and received until then, in bytes.
        public let bytes: Int
        /// The simulated seconds until then; nil where nothing takes simulated time.
        public let simulatedSeconds: Double?
    }

    /// What says how good the model is.
    public let metric: Metric
    /// The mean accuracy or RMSE of the last evaluations, ten at most; nil without evaluations.
    public internal(set) var finalValue: Double?
    /// The best accuracy or RMSE of any evaluation.
    public internal(set) var bestValue: Double?
    /// How many rounds it took to reach the target; nil when it was never reached or there is none.
    public internal(set) var roundsToTarget: Int?
    /// Every evaluation, in the order of rounds.
    public internal(set) var evaluations: [Evaluation] = []
    /// The test loss of the last evaluation.
    public internal(set) var finalLoss: Double?
    /// How many rounds the run has had.
    public internal(set) var rounds = 0
    /// Wall-clock seconds of all rounds.
    public internal(set) var seconds = 0.0
    /// How many rounds no update came in.
    public internal(set) var voidRounds = 0
    /// How often a client was dropped for each reason; none is left out.
    var dropCounts: [Int] = Array(repeating: 0, count: ClientDrop.Reason.allCases.count)
    /// Simulated seconds of all rounds; nil where nothing takes simulated time.
    public internal(set) var simulatedSeconds: Double?
    /// What all participants would have sent, in bytes.
    public internal(set) var bytesUp = 0
    /// What all drawn clients would have received, in bytes.
    public internal(set) var bytesDown = 0
    /// What would have been sent and received until the target was reached, in bytes; nil when it
    /// was never reached or there is none.
    public internal(set) var bytesToTarget: Int?
    /// The local steps of all participants.
    public internal(set) var clientSteps = 0
    /// How many local steps were held at a bound of the local rate.
    public internal(set) var clientBoundHits = 0
    /// In how many rounds the server's rate was held at a bound.
    public internal(set) var serverBoundHits = 0
    /// How evenly the model serves the clients, by the last evaluation of single clients; nil
    /// without one.
    public internal(set) var fairness: ClientFairness?
    /// The global rate of the last round; nil before the first one.
    public internal(set) var lastGlobalRate: Double?
    /// The mean local rate of the last round with a participant; nil before the first one.
    public internal(set) var lastLocalRate: Double?
    /// What would have been sent and received in all, in bytes.
    public var bytes: Int { bytesUp + bytesDown }
    /// Over how many evaluations the final value is the mean: ten, or all where there are fewer.
    public var finalEvaluations: Int { min(evaluations.count, 10) }
    /// The accuracy or RMSE whose rounds are counted, if any.
    public let target: Double?

    /// Makes a summary of no rounds yet.
    public init(metric: Metric = .accuracy, target: Double?) {
        self.metric = metric
        self.target = target
    }

    /// Adds the record of the next round, and the evaluations of single clients after it.
    public mutating func add(_ record: RoundRecord, _ clients: [ClientEvaluation] = []) {
        add(RoundFigures(record))
        fairness = ClientFairness(clients, metric) ?? fairness
    }

    /// Adds the figures of the next round.
    mutating func add(_ round: RoundFigures) {
        rounds += 1
        seconds += round.seconds
        bytesUp += round.bytesUp
        bytesDown += round.bytesDown
        voidRounds += round.isVoid ? 1 : 0
        clientSteps += round.clientSteps
        clientBoundHits += round.clientBoundHits
        serverBoundHits += round.hitsServerBound ? 1 : 0
        for (index, count) in round.drops.enumerated() { dropCounts[index] += count }
        if let more = round.simulatedSeconds { simulatedSeconds = (simulatedSeconds ?? 0) + more }
        lastGlobalRate = round.globalRate
        lastLocalRate = round.localRateMean ?? lastLocalRate
        guard let value = metric.value(of: round) else { return }
        finalLoss = round.testLoss
        evaluations.append(
            Evaluation(
                round: rounds, value: value, bytes: bytes, simulatedSeconds: simulatedSeconds))
        finalValue = mean(evaluations.suffix(10).map(\.value))
        if metric.reaches(value, bestValue ?? value) { bestValue = value }
        if roundsToTarget == nil, let target, metric.reaches(value, target) {
            (roundsToTarget, bytesToTarget) = (rounds, bytes)
        }
    }

    /// Returns the first evaluation that was as good as this; nil if none was.
    public func arrival(at target: Double) -> Evaluation? {
        evaluations.first { metric.reaches($0.value, target) }
    }

    /// Returns after how many rounds an evaluation first was as good as this; nil if none was.
    public func rounds(to target: Double) -> Int? { arrival(at: target)?.round }

    /// The simulated seconds until the target was reached; nil if it was not, or without any.
    public var simulatedSecondsToTarget: Double? {
        target.flatMap { arrival(at: $0) }?.simulatedSeconds
    }

    /// The area under the curve of the metric over rounds, divided by its span: the mean of the
    /// evaluations by the trapezoid rule. Nil without evaluations, or if one is not finite.
    public var areaUnderCurve: Double? {
        meanUnderCurve(evaluations.map { (x: Double($0.round), y: $0.value) })
    }

    /// The share of the local steps that were held at a bound, 0...1; nil of no steps, and in
    /// results of earlier versions.
    public var clientBoundShare: Double? {
        clientSteps > 0 ? Double(clientBoundHits) / Double(clientSteps) : nil
    }

    /// The share of the rounds in which the server's rate was held at a bound, 0...1.
    public var serverBoundShare: Double? {
        rounds > 0 ? Double(serverBoundHits) / Double(rounds) : nil
    }

    /// Wall-clock seconds of a round, on average; nil of none.
    public var secondsPerRound: Double? { rounds > 0 ? seconds / Double(rounds) : nil }

    /// Bytes of a round, up and down, on average; nil of none.
    public var bytesPerRound: Double? { rounds > 0 ? Double(bytes) / Double(rounds) : nil }

    /// How often a client was dropped.
    public var drops: Int { dropCounts.reduce(0, +) }

    /// Returns how often a client was dropped for this reason.
    public func drops(_ reason: ClientDrop.Reason) -> Int {
        ClientDrop.Reason.allCases.firstIndex(of: reason).map { dropCounts[$0] } ?? 0
    }

    /// Whether there were rounds and no update was used in any of them. Then the model is the one
    /// that the run started from, and its accuracy has no meaning.
    public var isVoid: Bool { rounds > 0 && voidRounds == rounds }

    /// The warning about dropped clients and void rounds; nil if there are none.
    public var dropWarning: String? { dropConcern([self]) }
}

/// Returns what was dropped in runs, in words; nil if nothing.
func dropConcern(_ runs: [RunSummary]) -> String? {
    let drops = runs.reduce(0) { $0 + $1.drops }
    let void = runs.reduce(0) { $0 + $1.voidRounds }
    let rounds = runs.reduce(0) { $0 + $1.rounds }
    var parts: [String] = []
    if drops > 0 {
        let counts = ClientDrop.counts { reason in runs.reduce(0) { $0 + $1.drops(reason) } }
        parts.append("dropped client updates: \(drops) (\(counts)), see drops.csv")
    }
    if void > 0 { parts.append("void rounds, without any update: \(void) of \(rounds)") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
}

/// A line for each variant that dropped clients.
func dropConcerns(_ variants: [VariantSummary]) -> String {
    variants.compactMap { variant in
        dropConcern(variant.runs).map { concern in
            let cell = variant.cell.map { ", \($0.key) \($0.value)" }.joined()
            return "warning: \(variant.name)\(cell): \(concern)\n"
        }
    }.joined()
}
