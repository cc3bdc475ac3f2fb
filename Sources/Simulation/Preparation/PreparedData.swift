public import Datasets
import RandomStreams
import Scenarios

/// The data of a run, divided among the clients.
struct PreparedData {
    let dataKey: String
    /// The key that names the partitions of all phases, with their shifts.
    let partitionKey: String
    let phases: [DataPhase]
}

/// Supplies runs with data, from the cache and from the runs before them. So the runs of a
/// comparison read and check the same data once and share its memory, even if they are a thousand.
public struct DataSupply {
    private let cache: DataCache
    // Only single keys are read from these dictionaries, so their order does not matter.
    private var datasets: [String: (dataset: Dataset, key: String)] = [:]
    private var populations: [String: any Population] = [:]
    private var shifted: [String: (dataset: Dataset, partition: Partition)] = [:]
    private var holdouts: [String: Holdout] = [:]

    /// Creates a supply that reads from this cache.
    public init(_ cache: DataCache) { self.cache = cache }

    /// The reason why the data are missing, and the key that could change this.
    struct Problem: Error {
        let key: String
        let message: String
        /// Whether the message may start with the name of a file. It then has no key in front,
        /// where the location is known.
        var startsWithFile = true
    }

    /// Returns the data of a scenario: from this supply or the cache, or decoded, partitioned and
    /// shifted now.
    ///
    /// - Parameter knownKey: the key of the data, if another process already wrote the cache.
    mutating func data(for scenario: Scenario, knownKey: String?) throws(Problem) -> PreparedData {
        let (dataset, dataKey) = try dataset(scenario.data, knownKey)
        var phases: [DataPhase] = []
        for settings in scenario.data.phases {
            phases.append(
                try phase(
                    settings, of: scenario, dataset, dataKey, isVerified: knownKey == nil))
        }
        var keys: [String] = []
        for phase in phases where !keys.contains(phase.key) { keys.append(phase.key) }
        return PreparedData(
            dataKey: dataKey, partitionKey: keys.joined(separator: " "), phases: phases)
    }

    /// Removes the data of all other runs.
    mutating func keepOnly(_ run: PreparedRun) {
        let keys = run.phases.reduce(into: Set<String>()) { $0.formUnion($1.cacheKeys) }
        datasets = datasets.filter { keys.contains($0.value.key) }
        populations = populations.filter { keys.contains($0.key) }
        shifted = shifted.filter { keys.contains($0.key) }
        holdouts = holdouts.filter { holdout in
            keys.contains { holdout.key.hasPrefix("\($0) ") }
        }
    }

    private mutating func phase(
        _ settings: DataPhaseSettings, of scenario: Scenario, _ dataset: Dataset,
        _ dataKey: String, isVerified: Bool
    ) throws(Problem) -> DataPhase {
        let section = scenario.data
        let split = HoldoutSettings(
            validation: scenario.validationFraction, test: section.clientTestFraction,
            choice: section.holdout, seed: section.seed)
        let partitionKey = try partitionKey(settings, of: scenario, dataKey)
        let source = try population(settings, of: scenario, dataset, partitionKey)
        var (data, population, key) = (dataset, source, partitionKey)
        if !settings.shifts.isEmpty {
            let shifting = ShiftedSource(
                dataset, dataKey: dataKey, source, partitionKey: partitionKey, settings.shifts,
                holdout: split)
            key = shifting.key
            (data, population) = try shift(
                shifting, key, settings.shiftPath, dataset, isVerified: isVerified)
        }
        let name = "\(key) \(split.validation) \(split.test) \(split.choice)"
        let holdout = holdouts[name] ?? split.holdout(of: population)
        holdouts[name] = holdout
        return DataPhase(
            firstRound: settings.firstRound, settings: settings, dataset: data,
            partition: population, holdout: holdout, sourceDataset: dataset,
            sourcePartition: source, key: key, cacheKeys: [dataKey, partitionKey, key])
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

    private func partitionKey(
        _ settings: DataPhaseSettings, of scenario: Scenario, _ dataKey: String
    ) throws(Problem) -> String {
        do throws(DataError) {
            return try DataCache.partitionKey(
                settings.skew, dataKey: dataKey, clients: scenario.clients.count,
                seed: scenario.data.seed)
        } catch {
            throw Problem(key: settings.skewPath, message: "\(error)")
        }
    }

    private mutating func population(
        _ settings: DataPhaseSettings, of scenario: Scenario, _ dataset: Dataset, _ key: String
    ) throws(Problem) -> any Population {
        if let known = populations[key] { return known }
        let (skew, clients) = (settings.skew, scenario.clients.count)
        let streams = RandomKey(seed: scenario.data.seed, .partition)
        do {
            // Clients that draw with replacement are computed, so the cache has nothing to keep.
            let population: any Population
            if skew.drawsWithReplacement,
                let drawn = try skew.drawnPopulation(
                    dataset.trainingSamples, among: clients, key: streams)
            {
                population = drawn
            } else {
                population = try cache.partition(key: key) {
                    try skew.partition(dataset.trainingSamples, among: clients, key: streams)
                }
            }
            populations[key] = population
            return population
        } catch {
            let key = (error as? PartitionError)?.path(skewAt: settings.skewPath)
            throw Problem(key: key ?? settings.skewPath, message: "\(error)")
        }
    }

    /// - Parameter path: the path of the key that lists the shifts.
    private mutating func shift(
        _ source: ShiftedSource, _ key: String, _ path: String, _ dataset: Dataset,
        isVerified: Bool
    ) throws(Problem) -> (dataset: Dataset, partition: Partition) {
        if let known = shifted[key] { return known }
        do {
            let made = try cache.shifted(source, of: dataset, isVerified: isVerified)
            shifted[key] = made
            return made
        } catch let failure as ShiftedSource.Failure {
            let key = failure.problem.key
            throw Problem(
                key: "\(path)[\(failure.index)]\(key.isEmpty ? "" : ".\(key)")",
                message: failure.problem.text, startsWithFile: false)
        } catch {
            throw Problem(key: path, message: "\(error)")
        }
    }
}
