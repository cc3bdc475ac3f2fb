public import LearningRates

/// All figures of a committed round: a row of rounds.csv.
public struct RoundRecord: Equatable, Sendable {
    /// The round, from 0.
    public var round: UInt32
    /// The number of clients whose update is in the aggregate.
    public var participants: Int
    /// The number of training samples of the participants.
    public var samples: Int
    /// The mean of the participants' training losses, weighted like their updates.
    public var trainLoss: Double
    /// The test loss of the model after the round; nil if the model was not evaluated.
    public var testLoss: Double?
    /// The test accuracy of the model after the round, 0...1. It is nil if the model was not
    /// evaluated or predicts numbers.
    public var testAccuracy: Double?
    /// The test perplexity of the model after the round. It has a meaning if the model predicts
    /// symbols, and is nil if the model was not evaluated.
    public var testPerplexity: Double? { testLoss.map(Metrics.perplexity) }
    /// The recall of each class in the test split, in class order. It is empty if classes are not
    /// counted or the model was not evaluated.
    public var recalls: [ClassRecall] = []
    /// The mean recall of the classes with test samples, 0...1; nil if classes are not counted.
    public var balancedAccuracy: Double? {
        let values = recalls.compactMap(\.value)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    /// The test RMSE of the model after the round, in the data's own units. It is nil if the model
    /// was not evaluated or predicts classes.
    public var testRMSE: Double?
    /// The rates of the server step. A void round repeats those of the last one.
    public var decision: RateDecision
    /// The local rate β_t in the tasks of the round.
    public var localRate: Double
    /// The mean over the participants of each participant's mean local rate.
    public var localRateMean: Double
    /// The smallest local rate of any step of any participant.
    public var localRateSmallest: Double
    /// The largest local rate of any step of any participant.
    public var localRateLargest: Double
    /// ⟨Δ_t, Δ_{t−1}⟩; nil if there is no previous aggregate.
    public var productWithPrevious: Double?
    /// The cosine of Δ_t and Δ_{t−1}; nil if it is not defined.
    public var cosine: Double?
    /// ‖Δ_t‖, the norm of the aggregate.
    public var aggregateNorm: Double
    /// The mean of ‖Δ_i‖ over the participants.
    public var meanUpdateNorm: Double
    /// The number of local steps whose rate was clipped to a bound, over all participants.
    public var clientBoundHits: Int
    /// The number of local steps of all participants. It has no column.
    public var clientSteps = 0
    /// Σ p_i ‖Δ_i‖² / ‖Δ_t‖², which shows how much the updates differ; nil if it is not defined.
    public var diversity: Double?
    /// Other numbers that the server scheduler read, and numbers that it adapts beside the rates.
    public var readings: [TracedValue] = []
    /// The clients of the cohort that are not in the aggregate, in client order.
    public var drops: [ClientDrop] = []
    /// The length of the round in simulated seconds; nil if no device speed is set.
    public var simulatedSeconds: Double?
    /// The staleness of the participants' updates; nil if rounds are synchronous or void.
    public var staleness: StalenessFigures?
    /// The bytes that the algorithm sends to clients.
    public var bytesDown = 0
    /// The bytes that the algorithm sends to the server.
    public var bytesUp = 0
    /// The phase of the clients' data, from 0; nil if the data do not change during the run.
    public var dataPhase: Int?
    /// The wall-clock seconds of the round. They are never part of a result.
    public var seconds: Double

    /// Whether no update is in the aggregate. Then the model, the server state and the client
    /// states are as before the round. The rates are those that the round would have had, and
    /// figures of updates are 0.
    public var isVoid: Bool { participants == 0 }

    /// Creates a record from its numbers.
    public init(
        round: UInt32, participants: Int, samples: Int, trainLoss: Double, testLoss: Double?,
        testAccuracy: Double?, testRMSE: Double? = nil, decision: RateDecision, localRate: Double,
        localRateMean: Double,
        localRateSmallest: Double, localRateLargest: Double, productWithPrevious: Double?,
        cosine: Double?, aggregateNorm: Double, meanUpdateNorm: Double,
        clientBoundHits: Int, seconds: Double
    ) {
        (self.round, self.participants, self.samples) = (round, participants, samples)
        (self.trainLoss, self.testLoss, self.testAccuracy) = (trainLoss, testLoss, testAccuracy)
        (self.testRMSE, self.decision, self.localRate) = (testRMSE, decision, localRate)
        (self.localRateMean, self.localRateSmallest) = (localRateMean, localRateSmallest)
        (self.localRateLargest, self.productWithPrevious) = (localRateLargest, productWithPrevious)
        (self.cosine, self.aggregateNorm) = (cosine, aggregateNorm)
        (self.meanUpdateNorm, self.clientBoundHits) = (meanUpdateNorm, clientBoundHits)
        self.seconds = seconds
    }
}
