public import Federation

/// The few numbers that stand for a run in a comparison.
public struct RunSummary: Equatable, Sendable {
    /// The mean accuracy of the last evaluations, ten at most; nil without evaluations.
    public private(set) var finalAccuracy: Double?
    /// The largest accuracy of any evaluation.
    public private(set) var bestAccuracy: Double?
    /// How many rounds it took to reach the target; nil when it was never reached or there is none.
    public private(set) var roundsToTarget: Int?
    /// The test loss of the last evaluation.
    public private(set) var finalLoss: Double?
    /// How many rounds there were.
    public private(set) var rounds = 0
    /// Wall-clock seconds of all rounds.
    public private(set) var seconds = 0.0
    /// Over how many evaluations the final accuracy is the mean: ten, or all where there are fewer.
    public var finalEvaluations: Int { lastAccuracies.count }
    private var lastAccuracies: [Double] = []
    private let target: Double?

    /// A summary of no rounds yet.
    public init(target: Double?) { self.target = target }

    /// Takes the next round.
    public mutating func add(_ record: RoundRecord) {
        rounds += 1
        seconds += record.seconds
        guard let accuracy = record.testAccuracy else { return }
        finalLoss = record.testLoss
        lastAccuracies = (lastAccuracies + [accuracy]).suffix(10)
        finalAccuracy = mean(lastAccuracies)
        bestAccuracy = max(bestAccuracy ?? accuracy, accuracy)
        if roundsToTarget == nil, let target, accuracy >= target { roundsToTarget = rounds }
    }
}
