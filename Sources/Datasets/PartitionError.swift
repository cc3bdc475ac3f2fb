/// Why samples can't be shared out as asked.
public enum PartitionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody to give samples to.
    case noClients(Int)
    /// Some clients would get nothing.
    case moreClientsThanSamples(clients: Int, samples: Int)
    /// The minimum can't be met, whatever is drawn.
    case tooFewSamples(clients: Int, minSamples: Int, samples: Int)
    /// The minimum was not met by any draw; `best` is the most that the smallest client ever had.
    case minimumNotMet(minSamples: Int, best: Int, draws: Int, clients: Int)
    /// There are more shards than samples.
    case tooManyShards(clients: Int, perClient: Int, samples: Int)

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .noClients(let clients): "at least 1 client is needed; this is \(clients)"
        case .moreClientsThanSamples(let clients, let samples):
            "\(clients.grouped) clients can't share \(samples.grouped) samples; use at most "
                + "\(samples.grouped) clients"
        case .tooFewSamples(let clients, let minSamples, let samples):
            "\(clients.grouped) clients with min_samples \(minSamples.grouped) need "
                + "\((clients * minSamples).grouped) samples; there are \(samples.grouped)"
        case .minimumNotMet(let minSamples, let best, let draws, let clients):
            "in \(draws.grouped) draws for \(clients.grouped) clients the smallest client never had "
                + "more than \(best.grouped) samples, but min_samples is \(minSamples.grouped); "
                + "use a larger alpha, fewer clients or a lower min_samples"
        case .tooManyShards(let clients, let perClient, let samples):
            "\(clients.grouped) clients with \(perClient.grouped) shards each need at least "
                + "\((clients * perClient).grouped) samples; there are \(samples.grouped)"
        }
    }
}
