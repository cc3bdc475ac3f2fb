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
    /// `relief` is a change of the settings that makes small clients larger.
    case minimumNotMet(minSamples: Int, best: Int, draws: Int, clients: Int, relief: String)
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

    /// A setting of the skew does not fit the samples or the clients. `key` is its path, for a
    /// skew at `data.skew`.
    case unsuitable(key: String, expected: String, found: String, advice: String)
    /// A file of the skew cannot be used, for a reason that begins with its path.
    case file(key: String, reason: String)

    /// Returns the error about clients that draw fewer samples than the minimum.
    static func fewDrawn(_ minSamples: Int, _ drawn: Int) -> PartitionError {
        .unsuitable(
            key: "data.skew.samples_per_client",
            expected: "at least \(minSamples.grouped) (min_samples)", found: drawn.grouped,
            advice: "lower min_samples")
    }

    /// Returns the path of the setting whose change would help.
    ///
    /// - Parameter skew: the path of the skew that was drawn.
    public func path(skewAt skew: String) -> String {
        switch self {
        case .noClients, .moreClientsThanSamples, .tooFewOwners: "clients.count"
        case .tooFewSamples, .minimumNotMet, .tooManyShards, .noClasses, .manyLabels, .noOwners:
            skew
        case .unsuitable(let key, _, _, _), .file(let key, _):
            key.hasPrefix("data.skew") ? skew + key.dropFirst("data.skew".count) : key
        }
    }

    /// The text of the error.
    public var description: String {
        switch self {
        case .noClients(let clients): mismatch("at least 1 client", "\(clients)")
        case .moreClientsThanSamples(let clients, let samples):
            mismatch(
                "at most \(counted(samples, "client")), as samples", clients.grouped,
                "use fewer clients, or a skew with procedure: with_replacement (iid, dirichlet,"
                    + " quantity, classes_per_client)")
        case .tooFewSamples(let clients, let minSamples, let samples):
            mismatch(
                "\((clients * minSamples).grouped) samples for \(clients.grouped) clients with "
                    + "min_samples \(minSamples.grouped)", samples.grouped,
                "use "
                    + (samples >= minSamples
                        ? "at most \(counted(samples / minSamples, "client")), or " : "")
                    + "min_samples of at most \((samples / clients).grouped)")
        case .minimumNotMet(let minSamples, let best, let draws, let clients, let relief):
            mismatch(
                "\(counted(minSamples, "sample")) or more for each of \(clients.grouped) clients "
                    + "(min_samples)",
                "at most \(best.grouped) for the smallest client in \(draws.grouped) draws",
                "use \(relief) or fewer clients"
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
                "use \(hasClasses ? "iid, dirichlet or shards" : "iid"), or name the owners: a "
                    + "column or an array in data.dataset.client of csv or npz, or "
                    + "data.dataset.owners of svmlight")
        case .tooFewOwners(let kind, let owners, let clients):
            mismatch(
                "at most \(counted(owners, "client")), as \(kind) with training samples",
                clients.grouped, "use fewer clients")
        case .unsuitable(_, let expected, let found, let advice):
            mismatch(expected, found, advice)
        case .file(_, let reason): reason
        }
    }
}
