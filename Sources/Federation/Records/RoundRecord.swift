public import LearningRates

/// Everything that is known of one round once it is committed: a row of rounds.csv.
public struct RoundRecord: Equatable, Sendable {
    /// The round, from 0.
    public var round: UInt32
    /// Clients whose update is in the aggregate.
    public var participants: Int
    /// Training samples of the participants.
    public var samples: Int
    /// The mean of the participants' training losses, weighted like their updates.
    public var trainLoss: Double
    /// Test loss of the model after the round; nil when it was not evaluated.
    public var testLoss: Double?
    /// Test accuracy of the model after the round, 0...1; nil when it was not evaluated, or where
    /// numbers are predicted.
    public var testAccuracy: Double?
    /// Test RMSE of the model after the round, in the data's own units; nil when it was not
    /// evaluated, or where classes are predicted.
    public var testRMSE: Double?
    /// The rates of the server step. A void round repeats those of the last one.
    public var decision: RateDecision
    /// The local rate β_t of the tasks.
    public var localRate: Double
    /// Mean over the participants of each one's mean local rate.
    public var localRateMean: Double
    /// The smallest local rate of any step of any participant.
    public var localRateSmallest: Double
    /// The largest local rate of any step of any participant.
    public var localRateLargest: Double
    /// ⟨Δ_t, Δ_{t−1}⟩; nil where there is no previous aggregate.
    public var hypergradient: Double?
    /// The cosine of Δ_t and Δ_{t−1}; nil where it is not defined.
    public var cosine: Double?
    /// ‖Δ_t‖, the norm of the aggregate.
    public var aggregateNorm: Double
    /// The mean of ‖Δ_i‖ over the participants.
    public var meanUpdateNorm: Double
    /// How many local steps were held at a bound, all participants together.
    public var clientBoundHits: Int
    /// Σ p_i ‖Δ_i‖² / ‖Δ_t‖², how much the updates differ; nil where it is not defined.
    public var diversity: Double?
    /// What else the server scheduler looked at, and what it adapts beside the rates.
    public var readings: [TracedValue] = []
    /// The clients of the cohort that are not in the aggregate, in client order.
    public var drops: [ClientDrop] = []
    /// Simulated seconds of the round; nil where nothing takes simulated time.
    public var simulatedSeconds: Double?
    /// Bytes that the algorithm sends to clients.
    public var bytesDown = 0
    /// Bytes that the algorithm sends to the server.
    public var bytesUp = 0
    /// Wall-clock seconds of the round; never part of a result.
    public var seconds: Double

    /// Whether no update is in the aggregate. The model, the server's state and the clients' are
    /// then as before the round; rates are those that it would have had, and numbers of updates are
    /// 0.
    public var isVoid: Bool { participants == 0 }

    /// A record from its numbers.
    public init(
        round: UInt32, participants: Int, samples: Int, trainLoss: Double, testLoss: Double?,
        testAccuracy: Double?, testRMSE: Double? = nil, decision: RateDecision, localRate: Double,
        localRateMean: Double,
        localRateSmallest: Double, localRateLargest: Double, hypergradient: Double?,
        cosine: Double?, aggregateNorm: Double, meanUpdateNorm: Double,
        clientBoundHits: Int, seconds: Double
    ) {
        (self.round, self.participants, self.samples) = (round, participants, samples)
        (self.trainLoss, self.testLoss, self.testAccuracy) = (trainLoss, testLoss, testAccuracy)
        (self.testRMSE, self.decision, self.localRate) = (testRMSE, decision, localRate)
        (self.localRateMean, self.localRateSmallest) = (localRateMean, localRateSmallest)
        (self.localRateLargest, self.hypergradient) = (localRateLargest, hypergradient)
        (self.cosine, self.aggregateNorm) = (cosine, aggregateNorm)
        (self.meanUpdateNorm, self.clientBoundHits) = (meanUpdateNorm, clientBoundHits)
        self.seconds = seconds
    }
}
