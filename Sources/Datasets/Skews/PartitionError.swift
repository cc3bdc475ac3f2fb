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

    /// A skew by classes for data without any.
    case noClasses(skew: String)
    /// A skew by classes for samples that have several labels each.
    case manyLabels(skew: String, perSample: Int)
    /// The natural partition of data that don't say whose the samples are.
    case noOwners(hasClasses: Bool)
    /// The natural partition with more clients than owners, who are called `kind`.
    case tooFewOwners(kind: String, owners: Int, clients: Int)

    /// Whether another number of clients would help.
    public var isAboutClients: Bool {
        switch self {
        case .noClients, .moreClientsThanSamples, .tooFewOwners: true
        case .tooFewSamples, .minimumNotMet, .tooManyShards, .noClasses, .manyLabels, .noOwners:
            false
        }
    }

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .noClients(let clients): "at least 1 client is needed; this is \(clients)"
        case .moreClientsThanSamples(let clients, let samples):
            "\(clients.grouped) clients can't share \(counted(samples, "sample")); use at most "
                + counted(samples, "client")
        case .tooFewSamples(let clients, let minSamples, let samples):
            "\(clients.grouped) clients with min_samples \(minSamples.grouped) need "
                + "\((clients * minSamples).grouped) samples; there are \(samples.grouped); use "
                + (samples >= minSamples
                    ? "at most \(counted(samples / minSamples, "client")), or " : "")
                + "min_samples of at most \((samples / clients).grouped)"
        case .minimumNotMet(let minSamples, let best, let draws, let clients):
            "in \(draws.grouped) draws for \(clients.grouped) clients the smallest client never had "
                + "more than \(best.grouped) samples, but min_samples is \(minSamples.grouped)"
                + (minSamples == 1 ? ", the least there is" : "")
                + "; use a larger alpha or fewer clients"
                + (best >= 1 ? ", or min_samples of at most \(best.grouped)" : "")
        case .tooManyShards(let clients, let perClient, let samples):
            "\(clients.grouped) clients with \(perClient.grouped) shards each need at least "
                + "\((clients * perClient).grouped) samples; there are \(samples.grouped); use "
                + (samples >= perClient
                    ? "at most \(counted(samples / perClient, "client")), or " : "")
                + "per_client of at most \((samples / clients).grouped)"
        case .noClasses(let skew):
            "\(skew) deals samples by their class, but the targets of this data set are numbers; "
                + "use iid, or natural where the data name owners"
        case .manyLabels(let skew, let perSample):
            "\(skew) deals samples by their class, but each sample of this data set has "
                + "\(perSample.grouped) labels; use iid, or natural where the data name owners"
        case .noOwners(let hasClasses):
            "natural makes a client of each owner, but this data set doesn't say whose its samples "
                + "are; use \(hasClasses ? "iid, dirichlet or shards" : "iid"), or name a column "
                + "in data.dataset.client of csv"
        case .tooFewOwners(let kind, let owners, let clients):
            "the data have \(owners.grouped) \(kind) with training samples, \(clients.grouped) "
                + "clients wanted; use at most \(counted(owners, "client"))"
        }
    }
}
