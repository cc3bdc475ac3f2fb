/// How much a client's update counts in the aggregate.
public enum Weighting: String, Sendable {
    /// By its training samples: FedAvg.
    case samples
    /// All updates count the same.
    case uniform
    /// By n_i / q_i, with q_i how likely a draw is to be this client: makes up for a sampling that
    /// favours some. Normalised over the updates that came, so it is the self-normalised estimate
    /// of the aggregate of all clients: consistent, with a bias that vanishes as cohorts grow.
    case importance

    /// The weight of a client with so many training samples that was drawn so many times.
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

/// How much each update of a round counts.
public struct UpdateWeights: Sendable {
    private let weighting: Weighting
    private let sampling: any CohortSampling
    /// How often clients were drawn, in ascending order; others count as drawn once.
    public var cohort: [CohortMember] = []

    /// Weights before a cohort is known.
    public init(_ weighting: Weighting, _ sampling: any CohortSampling = UniformSampling()) {
        (self.weighting, self.sampling) = (weighting, sampling)
    }

    /// The weight of a report's update.
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
