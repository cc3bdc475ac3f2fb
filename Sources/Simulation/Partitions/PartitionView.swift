public import Datasets
import RandomStreams
public import Reporting
import Scenarios
import Settings

/// What a person reads about a partition before a run. It has the measures, those of an IID
/// partition, and the numbers of pictures and of the table.
///
/// It has a few bytes for each client and each sample, however many classes there are.
public struct PartitionView: Sendable {
    /// The name of the data set.
    public let datasetKind: String
    /// The settings of the skew in one line: `dirichlet, alpha 0.5, min_samples 10`.
    public let skewText: String
    /// The clients and all of their samples, after shifts. If not all clients are surveyed, these
    /// are the surveyed ones.
    public let partition: any Population
    /// The number of clients of the run.
    public let clientCount: Int
    /// The partition of the data set before shifts, which the document has.
    let sourcePartition: any Population
    /// The parts of each client's samples.
    public let holdout: Holdout
    /// The number of training samples of the data set.
    public let sampleCount: Int
    /// The number of samples that clients own. A sample of several clients counts once.
    public let ownedCount: Int
    /// The facts that the document of the partition begins with.
    let origin: PartitionDocument.Origin
    /// The key of the data set in the cache.
    public let dataKey: String
    /// The key of the partition in the cache.
    public let partitionKey: String
    /// The seed of the partition.
    public let seed: UInt64
    /// The measures of the partition.
    public let measures: PartitionMeasures
    /// The label measures of an IID partition with the same sizes. It is one draw.
    public let iid: LabelMeasures
    /// The classes of the samples, or ranges of their first target.
    let groups: SampleGroups
    /// The clients, largest first; equal ones by the class that they have most of, then by number.
    let order: [Int32]

    /// Measures the partition of a run.
    ///
    /// - Complexity: some passes over clients and samples.
    public init(_ run: PreparedRun) {
        let data = run.scenario.data
        let groups = run.dataset.sampleGroups
        let resolved = try? SettingsTree(yaml: run.resolved, file: "scenario")
        skewText = Self.text(resolved?.node("data.skew")) ?? data.skewKind
        // Shifted samples have other numbers than those of the data set.
        let source = run.phases[0].sourceDataset
        sourcePartition = run.phases[0].sourcePartition.surveyedPart
        (datasetKind, sampleCount) = (data.datasetKind, source.count(of: .train))
        let partition = run.partition.surveyedPart
        clientCount = run.partition.count
        (self.partition, holdout, self.groups) = (partition, run.holdout, groups)
        ownedCount = Self.ownedCount(of: sourcePartition, sampleCount)
        (dataKey, partitionKey, seed) = (run.dataKey, run.partitionKey, data.seed)
        origin = PartitionDocument.Origin(
            dataKey: run.dataKey, datasetKind: data.datasetKind, sampleCount: sampleCount,
            seed: data.seed, skew: data.skew.json)
        measures = PartitionMeasures(partition, groups: groups)
        iid = LabelMeasures.iid(
            like: partition, groups, key: RandomKey(seed: data.seed, .partition))
        order = Self.order(of: partition, groups)
    }

    /// The number of samples that no client owns.
    public var unusedCount: Int { sampleCount - ownedCount }

    /// Returns the number of samples that clients own. A sample of several clients counts once.
    private static func ownedCount(of partition: any Population, _ sampleCount: Int) -> Int {
        // One bit for each sample.
        var isOwned = [UInt64](repeating: 0, count: (sampleCount + 63) / 64)
        var samples: [Int32] = []
        for client in 0..<partition.count {
            samples.removeAll(keepingCapacity: true)
            partition.appendSamples(of: client, to: &samples)
            for sample in samples { isOwned[Int(sample) / 64] |= 1 << (UInt64(sample) % 64) }
        }
        return isOwned.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// Returns a mapping with a kind as words: the kind, then each key with its value.
    private static func text(_ node: SettingsNode?) -> String? {
        guard let entries = node?.entries, !entries.isEmpty else { return node?.text }
        let words = entries.map { entry in
            let value = entry.value.flowText
            let short = value.count > 60 ? "\(value.prefix(57))..." : value
            return entry.key == "kind" ? short : "\(entry.key) \(short)"
        }
        return words.joined(separator: ", ")
    }

    private static func order(of partition: any Population, _ groups: SampleGroups) -> [Int32] {
        var counter = GroupCounter(groups)
        let ranks = (0..<partition.count).map { client -> (size: Int, group: Int32) in
            counter.count(client, of: partition)
            let most = counter.counts.max() ?? 0
            let group = counter.counts.firstIndex(of: most) ?? 0
            return (partition.size(of: client), Int32(group))
        }
        return (0..<Int32(partition.count)).sorted { left, right in
            let (one, other) = (ranks[Int(left)], ranks[Int(right)])
            return (other.size, one.group, left) < (one.size, other.group, right)
        }
    }
}

extension PartitionView {
    /// Returns a picture of the partition.
    ///
    /// - Parameters:
    ///   - title: the text above it; nil for data set and skew.
    ///   - clients: the most clients that are drawn.
    ///   - rows: the most rows; with more classes, successive classes share a row.
    public func picture(title: String? = nil, clients: Int, rows: Int) -> PartitionPicture {
        let ranges = PartitionPicture.rowRanges(classes: groups.count, most: rows)
        var counter = GroupCounter(groups)
        let drawn = PartitionPicture.drawn(order, most: clients).map { number in
            let client = Int(number)
            counter.count(client, of: partition)
            let total = Double(max(counter.counts.reduce(0, +), 1))
            return PartitionPicture.Client(
                number: client, size: partition.size(of: client),
                shares: ranges.map { Double(counter.counts[$0].reduce(0, +)) / total })
        }
        return PartitionPicture(
            title: title ?? "\(datasetKind): \(skewText)", facts: facts,
            rows: ranges.map(name), rowKind: groupKind, clients: drawn,
            clientCount: partition.count)
    }

    /// What the groups are, in the singular.
    var groupKind: String {
        switch groups.kind {
        case .classes: "class"
        case .ranges: "range of the target"
        }
    }

    /// Returns the name of a row with these groups.
    private func name(_ range: Range<Int>) -> String {
        switch groups.kind {
        case .classes(let names):
            return range.count == 1
                ? names[range.lowerBound]
                : "\(names[range.lowerBound]) to \(names[range.upperBound - 1])"
        case .ranges(let starts):
            let end = range.upperBound < starts.count ? starts[range.upperBound] : 100
            return "\(starts[range.lowerBound]) to \(end) %"
        }
    }

    /// The names of the groups' columns in a table.
    var columnNames: [String] {
        switch groups.kind {
        case .classes(let names): names.map { "class_\($0)" }
        case .ranges(let starts): starts.map { "target_from_\($0)_percent" }
        }
    }
}
