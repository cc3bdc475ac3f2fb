public import Datasets
import RandomStreams
import Scenarios

/// The data of a run, divided among the clients.
struct PreparedData {
    let dataset: Dataset
    let dataKey: String
    let partition: any Population
    let partitionKey: String
    let holdout: Holdout
}

/// Supplies runs with data, from the cache and from the runs before them. So the runs of a
/// comparison read and check the same data once and share its memory, even if they are a thousand.
public struct DataSupply {
    private let cache: DataCache
    // Only single keys are read from these dictionaries, so their order does not matter.
    private var datasets: [String: (dataset: Dataset, key: String)] = [:]
    private var partitions: [String: Partition] = [:]
    private var holdouts: [String: Holdout] = [:]

    /// Creates a supply that reads from this cache.
    public init(_ cache: DataCache) { self.cache = cache }

    /// The reason why the data are missing, and the key that could change this.
    struct Problem: Error {
        let key: String
        let message: String
    }

    /// Returns the data of a scenario: from this supply or the cache, or decoded and partitioned
    /// now.
    ///
    /// - Parameter knownKey: the key of the data, if another process already wrote the cache.
    mutating func data(for scenario: Scenario, knownKey: String?) throws(Problem) -> PreparedData {
        let section = scenario.data
        let (dataset, dataKey) = try dataset(section, knownKey)
        let partitionKey = try partitionKey(scenario, dataKey)
        let partition = try partition(scenario, dataset, partitionKey)
        let (validation, test) = (scenario.validationFraction, section.clientTestFraction)
        let name = "\(partitionKey) \(validation) \(test) \(section.holdout)"
        let holdout =
            holdouts[name]
            ?? Holdout(
                partition, validation: validation, test: test, choice: section.holdout,
                seed: section.seed)
        holdouts[name] = holdout
        return PreparedData(
            dataset: dataset, dataKey: dataKey, partition: partition, partitionKey: partitionKey,
            holdout: holdout)
    }

    /// Removes the data of all other runs.
    mutating func keepOnly(_ run: PreparedRun) {
        datasets = datasets.filter { $0.value.key == run.dataKey }
        partitions = partitions.filter { $0.key == run.partitionKey }
        holdouts = holdouts.filter { $0.key.hasPrefix("\(run.partitionKey) ") }
    }

    private mutating func dataset(_ section: DataSection, _ knownKey: String?) throws(Problem)
        -> (dataset: Dataset, key: String)
    {
        do {
            let name = try section.source.settingsText(seed: section.seed)
            if let known = datasets[name], knownKey == nil || known.key == knownKey {
                return known
            }
            let found: (dataset: Dataset, key: String)
            if let knownKey, let known = try cache.open(key: knownKey) {
                found = (known, knownKey)
            } else {
                found = try cache.open(section.source, seed: section.seed)
            }
            datasets[name] = found
            return found
        } catch {
            throw Problem(key: "data.dataset", message: "\(error)")
        }
    }

    private func partitionKey(_ scenario: Scenario, _ dataKey: String) throws(Problem) -> String {
        do throws(DataError) {
            return try DataCache.partitionKey(
                scenario.data.skew, dataKey: dataKey, clients: scenario.clients.count,
                seed: scenario.data.seed)
        } catch {
            throw Problem(key: "data.skew", message: "\(error)")
        }
    }

    private mutating func partition(_ scenario: Scenario, _ dataset: Dataset, _ key: String)
        throws(Problem) -> Partition
    {
        if let known = partitions[key] { return known }
        do {
            let partition = try cache.partition(key: key) {
                try scenario.data.skew.partition(
                    dataset.trainingSamples, among: scenario.clients.count,
                    key: RandomKey(seed: scenario.data.seed, .partition))
            }
            partitions[key] = partition
            return partition
        } catch {
            let key = (error as? PartitionError)?.path(skewAt: "data.skew")
            throw Problem(key: key ?? "data.skew", message: "\(error)")
        }
    }
}
