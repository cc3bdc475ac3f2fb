import Datasets
import RandomStreams
import Settings
import TestSupport
import Testing

/// What holds for every skew of the registry, over random settings and samples.
@Suite struct `Laws of skews` {
    /// Trials that may be refused, because their minimum is not met or a class is too small.
    private static func draw(_ trial: SkewTrial, seed: UInt64 = 1) throws -> Partition? {
        do { return try trial.draw(seed: seed) } catch let error as PartitionError {
            switch error {
            case .minimumNotMet, .tooFewSamples, .tooManyShards, .unsuitable: return nil
            default: throw error
            }
        }
    }

    @Test(.slow, arguments: skews.map(\.kind))
    func `each sample goes where the procedure allows, again and again`(kind: String) throws {
        let folder = try TemporaryFolder()
        var (drawn, moved) = (0, 0)
        for seed in 0..<60 as Range<UInt64> {
            let trial = try #require(
                try SkewTrial(kind, seed: seed, folder: folder), "\(kind) has no trial")
            guard let partition = try Self.draw(trial) else { continue }
            drawn += 1
            let dealt = parts(partition).flatMap(\.self)
            let count = trial.samples.count
            #expect(partition.count == trial.clients, "\(trial)")
            #expect(partition.sampleCount == count && partition.totalSize == dealt.count)
            #expect(dealt.allSatisfy { (0..<count).contains(Int($0)) }, "\(trial)")
            #expect(partition.usedSamples == Set(dealt).count, "\(trial)")
            #expect((sizes(partition).min() ?? 0) >= trial.minSamples, "\(trial)")
            switch trial.coverage {
            case .all: #expect(dealt.count == count && Set(dealt).count == count, "\(trial)")
            case .part: #expect(Set(dealt).count == dealt.count, "\(trial)")
            case .repeats: #expect(partition.repeatsSamples, "\(trial)")
            }
            #expect(try trial.draw() == partition, "\(trial)")
            if try Self.draw(trial, seed: 2).map({ $0 != partition }) ?? false { moved += 1 }
        }
        #expect(drawn >= 25, "\(kind): only \(drawn) of 60 trials were drawn")
        // Written indices and all owners are not drawn.
        if kind != "natural", kind != "explicit" {
            #expect(moved >= drawn - 10, "\(kind): \(moved) of \(drawn) differ by the seed")
        }
    }

    // What is drawn for one client must not follow from how many others there are.
    @Test(arguments: [
        "{ kind: dirichlet, procedure: with_replacement, alpha: 0.3, samples_per_client: 60 }",
        "{ kind: classes_per_client, classes: 3, mode: random }",
        "{ kind: classes_per_client, classes: 3 }",
        "{ kind: quantity, law: lognormal }", "{ kind: quantity, alpha: 5, min_samples: 1 }",
    ])
    func `more clients do not move a client's draw`(settings: String) throws {
        var stream = RandomKey(seed: 9, .faults).stream()
        let samples = SkewTrial.samples(&stream, count: 6_000, classes: 8)
        let skew = try Self.skew(settings)
        let labels = try #require(samples.labels)
        for seed in 0..<10 as Range<UInt64> {
            func draw(_ clients: Int) throws -> Partition {
                try skew.partition(
                    samples, among: clients, key: RandomKey(seed: seed, .partition))
            }
            let (few, many) = (try draw(6), try draw(9))
            for client in 0..<6 {
                let (one, other) = (few.samples(of: client), many.samples(of: client))
                if settings.contains("with_replacement") {
                    #expect(one == other)
                } else if settings.contains("classes_per_client") {
                    #expect(
                        Set(one.map { labels[Int($0)] }) == Set(other.map { labels[Int($0)] }))
                } else {
                    // Sizes keep their ratio; each is rounded to a whole number.
                    let first = (few.size(of: 0), many.size(of: 0))
                    let ratio = Double(other.count) * Double(first.0)
                    let expected = Double(one.count) * Double(first.1)
                    let rounding = Double(other.count + one.count + first.0 + first.1)
                    #expect(abs(ratio - expected) <= 2 * rounding, "seed \(seed)")
                }
            }
        }
    }

    // Samples of class 7 are added. The samples of class 0 stay where they are.
    @Test(arguments: [
        "{ kind: dirichlet, alpha: 2, min_samples: 1 }",
        "{ kind: dirichlet, procedure: per_class_normalized, alpha: 2, min_samples: 1 }",
        "{ kind: classes_per_client, classes: 3 }", "{ kind: lognormal, sigma: 1 }",
        "{ kind: two_owners, alpha: 2, min_samples: 1 }",
    ])
    func `more samples of a class do not move another class`(settings: String) throws {
        let labels = (0..<1_200).map { Int32($0 % 8) }
        let skew = try Self.skew(settings)
        for seed in 0..<10 as Range<UInt64> {
            func owners(_ labels: [Int32]) throws -> [Set<Int32>] {
                try parts(
                    skew.partition(
                        TrainingSamples(labels: labels, classes: 8), among: 8,
                        key: RandomKey(seed: seed, .partition))
                ).map { Set($0.filter { labels[Int($0)] == 0 }) }
            }
            #expect(
                try owners(labels) == owners(labels + [Int32](repeating: 7, count: 90)),
                "seed \(seed)")
        }
    }

    static func skew(_ settings: String) throws -> any Skew {
        try SettingsTree(yaml: "skew: \(settings)", file: "demo.yaml").load {
            $0.component("skew", from: skews, default: "iid", "")
        }.value
    }
}
