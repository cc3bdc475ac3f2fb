import RandomStreams
import Settings

/// All that the shifted samples of the clients follow from: the data, their partition, the shifts
/// in their order, and the holdout.
///
/// The result is a data set of its own, which is made once and mapped by all processes. Its
/// training samples are those of client 0, then those of client 1, and so on. The samples of a
/// client stand in the order of the data, so that the last ones are still the last ones. The test
/// samples are the original ones, without any shift.
public struct ShiftedSource: Sendable {
    private let dataset: Dataset
    private let dataKey: String
    private let population: any Population
    private let partitionKey: String
    private let shifts: [any Shift]
    private let holdout: HoldoutSettings

    /// Describes shifted data.
    ///
    /// - Parameters:
    ///   - dataKey: the key of the data set.
    ///   - partitionKey: the key of the partition.
    ///   - holdout: the held-out samples of each client, and the seed of the partition. Label
    ///     noise leaves the held-out samples as they are. The seed is also that of the shifts.
    public init(
        _ dataset: Dataset, dataKey: String, _ population: any Population, partitionKey: String,
        _ shifts: [any Shift], holdout: HoldoutSettings
    ) {
        (self.dataset, self.dataKey) = (dataset, dataKey)
        (self.population, self.partitionKey) = (population, partitionKey)
        (self.shifts, self.holdout) = (shifts, holdout)
    }

    /// The reason why a shift cannot be applied, with its place in the list.
    public struct Failure: Error, Equatable, Sendable {
        /// The place of the shift in the list, from 0.
        public let index: Int
        /// What does not fit.
        public let problem: ShiftProblem
    }

    /// Checks the shifts against the data and the clients.
    ///
    /// - Throws: `Failure` for the first shift that does not fit.
    public func check() throws(Failure) {
        let form = ShiftedForm(dataset)
        for (index, shift) in shifts.enumerated() {
            if let problem = shift.problem(with: form, clients: population.count) {
                throw Failure(index: index, problem: problem)
            }
        }
        // The shifted samples of all clients are stored, also those of computed clients.
        let (most, sampleCount) =
            population.isSurveyed
            ? (Int(Int32.max), population.totalSize)
            : (Self.mostOfComputed, population.count * population.largestSize)
        guard sampleCount <= most else {
            throw Failure(
                index: 0,
                problem: ShiftProblem(
                    expected: "at most \(most.grouped) samples of all clients, which are stored",
                    found: sampleCount.grouped,
                    advice: "lower clients.count, or use fewer samples"))
        }
    }

    /// The most samples of computed clients that are stored to shift them.
    private static let mostOfComputed = 50_000_000

    /// Whether the shifts change samples, and not only their number.
    var changesSamples: Bool { shifts.contains { type(of: $0).stage > .quantity } }

    /// The key of the result: equal keys, equal samples and partition.
    public var key: String {
        var facts = KeyFacts("hyperfed shifted data 1", Algorithm("shifts", revision: 1))
        facts.add("format", Int(DatasetHeader.version))
        facts.add("data", dataKey)
        facts.add("partition", partitionKey)
        facts.add("clients", population.count)
        facts.add("seed", holdout.seed)
        for shift in shifts {
            let algorithm = type(of: shift).algorithm
            facts.add("shift", "\(algorithm.name) \(algorithm.revision)")
            shift.addFacts(to: &facts)
        }
        if shifts.contains(where: { $0.changesTrainingOnly }) {
            facts.add("validation_fraction", holdout.validation)
            facts.add("client_test_fraction", holdout.test)
            facts.add("holdout", holdout.choice.rawValue)
        }
        return facts.key("shifted")
    }

    /// Returns the key of the streams of a shift. Another kind in the list does not move them.
    private func streamKey(_ index: Int) -> RandomKey {
        let kind = type(of: shifts[index]).stream
        let before = shifts[..<index].count { type(of: $0).stream == kind }
        return RandomKey(seed: holdout.seed, .shifts, round: kind << 16 | UInt32(before))
    }

    /// Makes the partition after the shifts of quantity: the samples that each client keeps.
    package func keptPartition() -> Partition {
        var parts = (0..<population.count).map { population.samples(of: $0) }
        for (index, shift) in shifts.enumerated() where type(of: shift).stage == .quantity {
            let key = streamKey(index)
            let counts = shift.keptCounts(of: parts.map(\.count), key: key)
            for client in parts.indices where counts[client] < parts[client].count {
                parts[client] = Self.drawn(counts[client], of: parts[client], key.shared(client))
            }
        }
        return Partition(
            parts, of: dataset.count(of: .train),
            repeatsSamples: (population as? Partition)?.repeatsSamples ?? true)
    }

    /// Draws some of the samples; they stay in their order.
    private static func drawn(_ count: Int, of samples: [Int32], _ key: RandomKey) -> [Int32] {
        var order = Array(samples.indices)
        var stream = key.stream()
        for index in 0..<count { order.swapAt(index, index + stream.below(order.count - index)) }
        return order[..<count].sorted().map { samples[$0] }
    }

    /// Makes the shifted data set and its partition.
    ///
    /// - Throws: `Failure` if the samples do not suit a shift.
    package func made() throws(Failure) -> (samples: DecodedDataset, partition: Partition) {
        let kept = keptPartition()
        let rows = ShiftedRows(kept)
        let partition = rows.partition
        let training = holdout.holdout(of: partition).training
        let (form, isComputed) = (ShiftedForm(dataset), shifts.contains { $0.computesFeatures })
        var begun = shifts
        for index in begun.indices {
            begun[index].begin(clients: population.count, key: streamKey(index))
        }
        var features = ShiftedFeatures(dataset, isComputed: isComputed, rows.samples.count)
        var labels: [Int32] = []
        labels.reserveCapacity(rows.samples.count * dataset.targetWidth)
        for client in 0..<population.count {
            let range = rows.range(of: client)
            var isTraining = [Bool](repeating: false, count: range.count)
            for row in training.samples(of: client) {
                isTraining[Int(row) - range.lowerBound] = true
            }
            let own = rows.samples[range]
            var samples = ClientSamples(
                client: client, of: population.count, form, isTraining: isTraining,
                features: dataset.features(of: own, from: .train, isComputed: isComputed),
                labels: dataset.labels(of: own))
            for (index, shift) in begun.enumerated() {
                do throws(ShiftProblem) {
                    try shift.apply(to: &samples, key: streamKey(index))
                } catch {
                    throw Failure(index: index, problem: error)
                }
            }
            features.append(samples.features)
            labels += samples.labels
        }
        return (decoded(features.all, labels, rows.samples, isComputed: isComputed), partition)
    }

    private func decoded(
        _ features: DecodedDataset.Features, _ labels: [Int32], _ samples: [Int32],
        isComputed: Bool
    ) -> DecodedDataset {
        func targets(_ labels: [Int32], _ numbers: () -> [Float]) -> DecodedDataset.Targets {
            dataset.classes > 0 ? .classes(labels) : .numbers(numbers())
        }
        let test = (0..<Int32(dataset.count(of: .test))).map { $0 }
        let owners = dataset.owners(of: .train).map { owners in
            DecodedDataset.Owners(
                kind: dataset.ownerKind ?? "", names: dataset.ownerNames,
                ofTrain: samples.map { owners[Int($0)] })
        }
        return DecodedDataset(
            sampleShape: dataset.sampleShape, target: dataset.target,
            targetWidth: dataset.targetWidth, targetScale: dataset.targetScale,
            vocabulary: dataset.vocabulary, owners: owners, classNames: dataset.classNames,
            notes: dataset.notes,
            train: DecodedDataset.Samples(
                features: features, targets: targets(labels) { dataset.numbers(of: samples) }),
            test: DecodedDataset.Samples(
                features: dataset.features(of: test[...], from: .test, isComputed: isComputed),
                targets: targets(dataset.labels(of: .test)) { dataset.numbers(of: .test) }))
    }
}
