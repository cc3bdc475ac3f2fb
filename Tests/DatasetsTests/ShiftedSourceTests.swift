import Datasets
import Foundation
import RandomStreams
import Settings
import Testing

@Suite struct `Shifted data` {
    /// Samples that are dealt in disorder, so that rows and samples have different numbers.
    private func shuffled(_ shifts: [any Shift], _ choice: Holdout.Choice = .drawn) throws
        -> (dataset: Dataset, partition: Partition, source: ShiftedSource, HoldoutSettings)
    {
        let data = ShiftedData(
            shape: [1], classes: 100, sizes: [60], features: .floats((0..<60).map { Float($0) }),
            labels: (0..<60).map { $0 })
        let dataset = try data.dataset()
        let partition = try IID().partition(
            dataset.trainingSamples, among: 5, key: RandomKey(seed: 3, .partition))
        let holdout = HoldoutSettings(validation: 0.2, test: 0.2, choice: choice, seed: 3)
        return (
            dataset, partition,
            ShiftedSource(
                dataset, dataKey: "data", partition, partitionKey: "partition", shifts,
                holdout: holdout), holdout
        )
    }

    @Test(arguments: [Holdout.Choice.drawn, .last])
    func `a shift that changes nothing keeps each client's samples, their order and their parts`(
        choice: Holdout.Choice
    ) throws {
        let (_, partition, source, settings) = try shuffled([NoiseShift(sigma: 0)], choice)
        let (samples, rows) = try source.made()
        let labels = samples.train.labels
        #expect(rows.count == 5 && rows.sampleCount == 60)
        func original(_ rows: [Int32]) -> [Int32] { rows.map { labels[Int($0)] } }
        let (before, after) = (settings.holdout(of: partition), settings.holdout(of: rows))
        for client in 0..<5 {
            #expect(original(rows.samples(of: client)) == partition.samples(of: client))
            for part in [\Holdout.training, \.validation, \.test] {
                #expect(
                    original(after[keyPath: part].samples(of: client))
                        == before[keyPath: part].samples(of: client))
            }
            // The rows of a client are consecutive.
            let own = rows.samples(of: client).sorted()
            #expect(own.last.map { $0 - own[0] + 1 } == Int32(own.count))
        }
        #expect(samples.train.features == .floats(labels.map { Float($0) }))
    }

    @Test func `samples of several clients become a row for each of them`() throws {
        let data = ShiftedData(sizes: [3])
        let overlap = Copies(parts: [[0, 1], [1, 1, 2]])
        let source = ShiftedSource(
            try data.dataset(), dataKey: "data", overlap, partitionKey: "partition",
            [ConceptShift(shifts: [0, 1])], holdout: data.holdout)
        let (samples, rows) = try source.made()
        #expect(samples.train.labels == [0, 1, 2, 2, 0])
        #expect(rows.samples(of: 1) == [2, 3, 4])
    }

    @Test func `quantity keeps a drawn part of each client in its order, and never more`() throws {
        let (_, partition, source, _) = try shuffled([
            shift("quantity, law: sizes, sizes: [1, 3, 100, 4, 2]")
        ])
        let kept = source.keptPartition()
        #expect((0..<5).map { kept.size(of: $0) } == [1, 3, 12, 4, 2])
        for client in 0..<5 {
            let part = kept.samples(of: client)
            #expect(part == partition.samples(of: client).filter { part.contains($0) })
        }
    }

    @Test(arguments: 0..<20)
    func `laws of quantity keep the least and at most what clients have`(seed: UInt64) throws {
        let laws = [
            "dirichlet, alpha: 0.3", "power, exponent: 1.5", "lognormal, sigma: 2", "linear",
            "square", "exponential",
        ]
        let sizes = [100, 3, 500, 80, 0, 1_000]
        for law in laws {
            let key = RandomKey(seed: seed, .shifts, round: 7 << 16)
            let shift = try shift("quantity, law: \(law), min_samples: 7")
            let kept = shift.keptCounts(of: sizes, key: key)
            #expect(kept == shift.keptCounts(of: sizes, key: key))
            for (own, kept) in zip(sizes, kept) {
                #expect(kept <= own && kept >= min(own, 7), "\(law)")
            }
            #expect(kept != sizes)
        }
    }

    @Test func `the key changes with all that the result depends on`() throws {
        func key(
            _ shifts: [any Shift], data: String = "data", partition: String = "partition",
            validation: Double = 0, seed: UInt64 = 1
        ) throws -> String {
            let made = ShiftedData()
            return ShiftedSource(
                try made.dataset(), dataKey: data, made.partition, partitionKey: partition, shifts,
                holdout: HoldoutSettings(
                    validation: validation, test: 0, choice: .drawn, seed: seed)
            ).key
        }
        let noise = NoiseShift(sigma: 0.1)
        let label = LabelNoiseShift(flip: .pair, rate: 0.1, share: 1)
        let keys = [
            try key([noise]), try key([NoiseShift(sigma: 0.2)]), try key([noise, noise]),
            try key([NoiseShift(sigma: 0.1, mode: .space)]), try key([noise], data: "other"),
            try key([noise], partition: "other"), try key([noise], seed: 2), try key([label]),
            try key([label], validation: 0.1), try key([noise, label]),
            try key([RotationShift(groups: 2)]), try key([RotationShift(groups: 4)]),
            try key([PermutationShift(groups: 2)]), try key([ConceptShift(shifts: [0, 1])]),
            try key([ConceptShift(swaps: [[0, 1], []])]),
            try key([ConceptShift(maps: [[0, 1], []])]),
            try key([LabelNoiseShift(flip: .pair, rate: 0.1, share: nil)]),
            try key([LabelNoiseShift(flip: .symmetric, rate: 0.1, share: 1)]),
            try key([BrightnessShift(contrast: 0...1, brightness: 0...1)]),
            try key([BrightnessShift(contrast: 0...1, brightness: 0...2)]),
            try key([shift("quantity, law: power")]),
            try key([shift("quantity, law: power, min_samples: 11")]),
        ]
        #expect(Set(keys).count == keys.count)
        // Without label noise, the holdout changes nothing.
        #expect(try key([noise], validation: 0.1) == key([noise]))
    }

    @Test func `the cache makes shifted data once, and again if a file is damaged`() throws {
        let folder = try TemporaryFolder()
        let cache = DataCache(folder: folder.path) { _ in }
        let data = ShiftedData(sizes: [3, 4])
        let source = try data.source([NoiseShift(sigma: 1)])
        func open() throws -> (dataset: Dataset, partition: Partition) {
            try cache.shifted(source, of: data.dataset(), isVerified: true)
        }
        func values(_ dataset: Dataset) -> [Float] {
            var features = [Float](repeating: 0, count: 28)
            var targets = [Float](repeating: 0, count: 7)
            var out = features.mutableSpan
            var labels = targets.mutableSpan
            dataset.gatherRange(first: 0, count: 7, from: .train, into: &out, targets: &labels)
            return features
        }
        let first = try open()
        #expect(first.dataset.key == source.key && first.partition.count == 2)
        #expect(try folder.names() == ["\(source.key).data", "\(source.key).partition"])
        let path = "\(folder.path)/\(source.key).data"
        let identity = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber]
        let second = try open()
        #expect(second.partition == first.partition)
        #expect(values(second.dataset) == values(first.dataset))
        let after = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber]
        #expect(identity as? Int == after as? Int)
        var damaged = try bytes(of: path)
        damaged[300] ^= 1
        try Data(damaged).write(to: URL(fileURLWithPath: path), options: .atomic)
        #expect(try values(open().dataset) == values(first.dataset))
    }

    @Test func `quantity alone keeps the data set as it is`() throws {
        let folder = try TemporaryFolder()
        let cache = DataCache(folder: folder.path) { _ in }
        let data = ShiftedData(sizes: [30, 40])
        let source = try data.source([shift("quantity, law: sizes, sizes: [5, 6]")])
        let made = try cache.shifted(source, of: data.dataset(), isVerified: true)
        #expect(made.dataset.key == "memory")
        #expect(made.partition.samples(of: 1).allSatisfy { (30..<70).contains($0) })
        #expect(try folder.names() == ["\(source.key).partition"])
    }

    /// A population in which samples belong to several clients.
    private struct Copies: Population {
        let parts: [[Int32]]
        var count: Int { parts.count }
        var totalSize: Int { parts.reduce(0) { $0 + $1.count } }
        var largestSize: Int { parts.map(\.count).max() ?? 0 }
        func size(of client: Int) -> Int { parts[client].count }
        func appendSamples(of client: Int, to samples: inout [Int32]) { samples += parts[client] }
        func client(atPosition position: Int) -> Int { position < parts[0].count ? 0 : 1 }
    }
}
