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
    private let mode: RoundMode
    /// How often clients were drawn and how stale their updates are, in ascending order of clients.
    /// Other clients count as drawn once, in this round.
    public var cohort: [CohortMember] = []

    /// Creates the weights before a cohort is known.
    public init(
        _ weighting: Weighting, _ sampling: any CohortSampling = UniformSampling(),
        mode: RoundMode = RoundMode()
    ) {
        (self.weighting, self.sampling, self.mode) = (weighting, sampling, mode)
    }

    /// Returns the weight of a report's update, without its staleness weight.
    public func weight(of report: ClientReport) -> UInt32 {
        weight(of: report.client, samples: report.samples)
    }

    /// Returns the weight of a client's update, without its staleness weight.
    public func weight(of client: UInt32, samples: UInt32) -> UInt32 {
        weighting.weight(samples: samples, times: member(client)?.drawCount ?? 1, sampling)
    }

    /// Returns the factor of a report's update beside its weight: s(τ), or a s(τ) with FedAsync.
    /// The weights are not divided by the sum of these factors, as in FedBuff.
    public func factor(of report: ClientReport) -> Double {
        mode.hasStaleness ? mode.factor(staleness: staleness(of: report)) : 1
    }

    /// Whether updates can start from older versions of the model.
    public var hasStaleness: Bool { mode.hasStaleness }

    /// Returns τ of a report's update.
    public func staleness(of report: ClientReport) -> UInt32 {
        mode.hasStaleness ? member(report.client)?.staleness ?? 0 : 0
    }

    private func member(_ client: UInt32) -> CohortMember? {
        var (low, high) = (0, cohort.count)
        while low < high {
            let middle = (low + high) / 2
            if cohort[middle].client < client { low = middle + 1 } else { high = middle }
        }
        return low < cohort.count && cohort[low].client == client ? cohort[low] : nil
    }
}
