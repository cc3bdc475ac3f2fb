/// The rule for the weight of a client's update in the aggregate.
public enum Weighting: String, Sendable {
    /// The weight is the number of training samples, as in FedAvg.
    case samples
    /// All updates have the same weight.
    case uniform
    /// The weight is n_i / q_i, where q_i is the probability that a draw is this client. It
    /// corrects a sampling that prefers some clients.
    ///
    /// The weights are normalised over the updates that arrived. So the aggregate is the
    /// self-normalised estimate of the aggregate of all clients. It is consistent, and its bias
    /// vanishes as cohorts grow.
    case importance

    /// Returns the weight of a client from its training samples and from how often it was drawn.
    public func weight(
        samples: UInt32, times: UInt32 = 1, _ sampling: any CohortSampling = UniformSampling()
    ) -> UInt32 {
        let one =
            switch self {
            case .samples: samples
            case .uniform: UInt32(1)
            case .importance: sampling.importance(samples: samples)
            }
        return UInt32(clamping: UInt64(one) * UInt64(times))
    }
}

/// The weights of the updates of a round.
public struct UpdateWeights: Sendable {
    private let weighting: Weighting
    private let sampling: any CohortSampling
    /// How often clients were drawn, in ascending order of clients. Other clients count as drawn
    /// once.
    public var cohort: [CohortMember] = []

    /// Creates the weights before a cohort is known.
    public init(_ weighting: Weighting, _ sampling: any CohortSampling = UniformSampling()) {
        (self.weighting, self.sampling) = (weighting, sampling)
    }

    /// Returns the weight of a report's update.
    public func weight(of report: ClientReport) -> UInt32 {
        var (low, high) = (0, cohort.count)
        while low < high {
            let middle = (low + high) / 2
            if cohort[middle].client < report.client { low = middle + 1 } else { high = middle }
        }
        let isKnown = low < cohort.count && cohort[low].client == report.client
        return weighting.weight(
            samples: report.samples, times: isKnown ? cohort[low].drawCount : 1, sampling)
    }
}
