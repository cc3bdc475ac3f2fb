import Settings

/// Why samples cannot be shared out among the clients.
public enum PartitionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no client.
    case noClients(Int)
    /// Some clients would have no samples.
    case moreClientsThanSamples(clients: Int, samples: Int)
    /// There are too few samples for the minimum, whatever is drawn.
    case tooFewSamples(clients: Int, minSamples: Int, samples: Int)
    /// The minimum was not met by any draw; `best` is the most that the smallest client ever had.
    case minimumNotMet(minSamples: Int, best: Int, draws: Int, clients: Int)
    /// There are more shards than samples.
    case tooManyShards(clients: Int, perClient: Int, samples: Int)

    /// A skew by classes for data without any.
    case noClasses(skew: String)
    /// A skew by classes for samples that have several labels each.
    case manyLabels(skew: String, perSample: Int)
    /// The natural partition of data that do not name owners.
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

    /// The text of the error.
    public var description: String {
        switch self {
        case .noClients(let clients): mismatch("at least 1 client", "\(clients)")
        case .moreClientsThanSamples(let clients, let samples):
            mismatch(
                "at most \(counted(samples, "client")), as samples", clients.grouped,
                "use fewer clients")
        case .tooFewSamples(let clients, let minSamples, let samples):
            mismatch(
                "\((clients * minSamples).grouped) samples for \(clients.grouped) clients with "
                    + "min_samples \(minSamples.grouped)", samples.grouped,
                "use "
                    + (samples >= minSamples
                        ? "at most \(counted(samples / minSamples, "client")), or " : "")
                    + "min_samples of at most \((samples / clients).grouped)")
        case .minimumNotMet(let minSamples, let best, let draws, let clients):
            mismatch(
                "\(counted(minSamples, "sample")) or more for each of \(clients.grouped) clients "
                    + "(min_samples)",
                "at most \(best.grouped) for the smallest client in \(draws.grouped) draws",
                "use a larger alpha or fewer clients"
                    + (best >= 1 ? ", or min_samples of at most \(best.grouped)" : ""))
        case .tooManyShards(let clients, let perClient, let samples):
            mismatch(
                "\((clients * perClient).grouped) samples or more for \(clients.grouped) clients "
                    + "with \(perClient.grouped) shards each", samples.grouped,
                "use "
                    + (samples >= perClient
                        ? "at most \(counted(samples / perClient, "client")), or " : "")
                    + "per_client of at most \((samples / clients).grouped)")
        case .noClasses(let skew):
            mismatch(
                "samples with a class for \(skew)", "targets that are numbers",
                "use iid, or natural if the data name owners")
        case .manyLabels(let skew, let perSample):
            mismatch(
                "samples with one label for \(skew)", "\(perSample.grouped) labels each",
                "use iid, or natural if the data name owners")
        case .noOwners(let hasClasses):
            mismatch(
                "samples with owners for natural", "none",
                "use \(hasClasses ? "iid, dirichlet or shards" : "iid"), or name a column in "
                    + "data.dataset.client of csv")
        case .tooFewOwners(let kind, let owners, let clients):
            mismatch(
                "at most \(counted(owners, "client")), as \(kind) with training samples",
                clients.grouped, "use fewer clients")
        }
    }
}
