/// The local rates that a client used over the steps of one round.
public struct RateTrace: Equatable, Sendable {
    /// The rate of the first step.
    public var first: Double
    /// The rate of the last step.
    public var last: Double
    /// The smallest rate of any step.
    public var smallest: Double
    /// The largest rate of any step.
    public var largest: Double
    /// The mean over the steps.
    public var mean: Double
    /// How many steps were held at the lower bound.
    public var lowerBoundHits: UInt32
    /// How many steps were held at the upper bound.
    public var upperBoundHits: UInt32
    /// Whether the very first change of the rate landed on a bound: the sign of a hyper-rate that
    /// does not fit the scale of the problem.
    public var saturatedAtOnce: Bool
    /// How often a hypergradient was not defined (a zero norm) or not finite and counted as 0.
    public var undefined: UInt32

    /// A trace from its numbers.
    public init(
        first: Double, last: Double, smallest: Double, largest: Double, mean: Double,
        lowerBoundHits: UInt32 = 0, upperBoundHits: UInt32 = 0, saturatedAtOnce: Bool = false,
        undefined: UInt32 = 0
    ) {
        (self.first, self.last, self.smallest, self.largest) = (first, last, smallest, largest)
        (self.mean, self.lowerBoundHits) = (mean, lowerBoundHits)
        (self.upperBoundHits, self.saturatedAtOnce) = (upperBoundHits, saturatedAtOnce)
        self.undefined = undefined
    }
}

/// The report of a client: its numbers of a round, in addition to its update.
public struct ClientReport: Equatable, Sendable {
    /// The round of the task.
    public var round: UInt32
    /// The client of the task.
    public var client: UInt32
    /// The attempt of the task.
    public var attempt: UInt32
    /// The number of training samples of the client, which gives its weight in the aggregate.
    public var samples: UInt32
    /// The number of local steps that the client took.
    public var steps: UInt32
    /// Σ_k a_k of Δ_i = −Σ_k a_k g_k, from the rate and the momentum of each step
    /// (`EffectiveRate`). It is 0 if steps and rates give the same value, or if it is not defined.
    public var effectiveRate: Double
    /// The mean training loss over all samples used, each before the step that used it.
    public var meanLoss: Double
    /// The mean training loss on the first batch, at the global model; 0 if no step was taken.
    public var startLoss: Double
    /// ‖Δ_i‖², the squared Euclidean norm of the update.
    public var squaredNorm: Double
    /// The local rates of the round, as numbers.
    public var rates: RateTrace
    /// The series of rates, step by step.
    public var traces: ClientTraces
    /// The numbers that the client carries over into its next round, as bytes.
    public var state: [UInt8]
    /// The number of vectors, shape (parameters), that the client carries over. They are sent
    /// beside the report.
    public var carriedVectors: UInt16
    /// The processor seconds of the local training. They are never part of a result.
    public var seconds: Double

    /// Creates a report from its numbers.
    public init(
        round: UInt32, client: UInt32, attempt: UInt32, samples: UInt32, steps: UInt32,
        effectiveRate: Double = 0, meanLoss: Double, startLoss: Double = 0, squaredNorm: Double,
        rates: RateTrace,
        traces: ClientTraces = ClientTraces(), state: [UInt8] = [],
        carriedVectors: UInt16 = 0, seconds: Double
    ) {
        (self.round, self.client, self.attempt, self.samples) = (round, client, attempt, samples)
        (self.steps, self.effectiveRate, self.meanLoss) = (steps, effectiveRate, meanLoss)
        (self.startLoss, self.squaredNorm, self.rates) = (startLoss, squaredNorm, rates)
        (self.traces, self.state, self.carriedVectors) = (traces, state, carriedVectors)
        self.seconds = seconds
    }

    /// The task that this report answers.
    public var task: Assignment { Assignment(round: round, client: client, attempt: attempt) }
}

/// The failure of a client whose training diverged. The rate in the scenario is the cause. A task
/// that fails for another reason is a `TaskFault`.
public struct ClientFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The round of the task.
    public var round: UInt32
    /// The client of the task.
    public var client: UInt32
    /// The attempt of the task.
    public var attempt: UInt32
    /// The local step, from 0, at which the failure was found.
    public var step: UInt32
    /// The local rate of that step.
    public var localRate: Double
    /// Which number was not finite, such as "expected a finite training loss, found nan".
    public var reason: String

    /// Creates a failure from its facts.
    public init(
        round: UInt32, client: UInt32, attempt: UInt32, step: UInt32, localRate: Double,
        reason: String
    ) {
        (self.round, self.client, self.attempt, self.step) = (round, client, attempt, step)
        (self.localRate, self.reason) = (localRate, reason)
    }

    /// The failure as a sentence: where it was, what was expected and found, and what to do.
    public var description: String {
        "round \(round), client \(client): \(reason) at step \(step) with local rate \(localRate);"
            + " lower client.learning_rate or bound the scheduler more tightly"
    }
}
