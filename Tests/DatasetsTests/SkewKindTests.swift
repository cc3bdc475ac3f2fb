import Datasets
import RandomStreams
import Testing

/// What makes each kind of skew the one that it is.
@Suite struct `Kinds of skew` {
    private static let tenths = (0..<2_000).map { Int32($0 % 10) }

    private func draw(
        _ settings: String, labels: [Int32] = tenths, classes: Int = 10, clients: Int = 10,
        seed: UInt64 = 1
    ) throws -> Partition {
        try `Laws of skews`.skew(settings).partition(
            TrainingSamples(labels: labels, classes: classes), among: clients,
            key: RandomKey(seed: seed, .partition))
    }

    private func counts(_ partition: Partition) -> [[Int]] {
        classCounts(partition, labels: Self.tenths, classes: 10)
    }

    @Test(arguments: 0..<10)
    func `per_client gives equal sizes, and few classes with a small alpha`(seed: UInt64) throws {
        for prior in ["uniform", "global"] {
            let partition = try draw(
                "{ kind: dirichlet, procedure: per_client, alpha: 0.05, prior: \(prior) }",
                clients: 7, seed: seed)
            #expect(sizes(partition) == [286, 286, 286, 286, 286, 285, 285])
            let classes = counts(partition).map { $0.count { $0 > 0 } }
            #expect((classes.min() ?? 10) <= 5)
            let even = try draw(
                "{ kind: dirichlet, procedure: per_client, alpha: 1e6, prior: \(prior) }",
                clients: 5, seed: seed)
            // 40 of each class are expected, give or take some standard deviations of 6.
            #expect(counts(even).joined().allSatisfy { (10...70).contains($0) })
        }
    }

    // Of 2,000 samples 1,400 are of class 0: the prior follows, the uniform one does not.
    @Test func `the global prior has the shares of the data`() throws {
        let labels = (0..<2_000).map { Int32($0 < 1_400 ? 0 : 1) }
        func first(_ prior: String) throws -> Double {
            // The first samples of a client are drawn while all classes have samples.
            let partition = try draw(
                "{ kind: dirichlet, procedure: per_client, alpha: 1e6, prior: \(prior) }",
                labels: labels, classes: 2, clients: 4)
            let early = (0..<4).flatMap { partition.samples(of: $0).prefix(100) }
            return Double(early.count { labels[Int($0)] == 0 }) / Double(early.count)
        }
        #expect(abs(try first("global") - 0.7) < 0.08)
        #expect(abs(try first("uniform") - 0.5) < 0.08)
    }

    @Test(arguments: 0..<10)
    func `with_replacement draws about the same number for each`(seed: UInt64) throws {
        let partition = try draw(
            "{ kind: dirichlet, procedure: with_replacement, alpha: 0.5, samples_per_client: 300 }",
            seed: seed)
        #expect(sizes(partition).allSatisfy { (295...305).contains($0) })
        // 3,000 draws of 2,000 samples: some repeat, and some are never drawn.
        #expect(partition.usedSamples < 1_900 && partition.usedSamples > 800)
    }

    @Test(arguments: 0..<10)
    func `balanced sizes differ less`(seed: UInt64) throws {
        func deviation(_ settings: String) throws -> Double {
            let sizes = sizes(try draw("{ kind: dirichlet, alpha: 0.2, \(settings) }", seed: seed))
            return sizes.reduce(0) { $0 + Double(($1 - 200) * ($1 - 200)) }
        }
        #expect(
            try deviation("min_samples: 1, balanced: true")
                < deviation("min_samples: 1, balanced: false"))
    }

    // NIID-Bench closes a client that has n/N samples. So only one class can lead beyond it.
    @Test(arguments: 0..<20)
    func `a balanced client exceeds the mean by less than a class`(seed: UInt64) throws {
        let partition = try draw(
            "{ kind: dirichlet, alpha: 0.1, min_samples: 1, balanced: true }", seed: seed)
        #expect(sizes(partition).allSatisfy { $0 < 200 + 200 + 10 })
    }

    @Test(arguments: 0..<10)
    func `classes_per_client gives k classes in equal parts`(seed: UInt64) throws {
        for mode in ["one_fixed", "random", "consecutive"] {
            let partition = try draw(
                "{ kind: classes_per_client, classes: 3, mode: \(mode) }", clients: 20, seed: seed)
            let owned = counts(partition).map { own in own.indices.filter { own[$0] > 0 } }
            #expect(owned.allSatisfy { $0.count == 3 })
            for client in owned.indices {
                switch mode {
                case "one_fixed": #expect(owned[client].contains(client % 10))
                case "consecutive":
                    #expect(Set(owned[client]) == Set((0..<3).map { (client + $0) % 10 }))
                default: break
                }
            }
            for index in 0..<10 {
                let parts = counts(partition).map { $0[index] }.filter { $0 > 0 }
                #expect(parts.isEmpty || parts.reduce(0, +) == 200)
                #expect((parts.max() ?? 0) - (parts.min() ?? 0) <= 1)
            }
        }
        let all = try draw("{ kind: classes_per_client, classes: 10 }", seed: seed)
        #expect(counts(all).joined().allSatisfy { $0 == 20 })
    }

    // A class in the middle has no samples. It is not counted among the C classes.
    @Test func `classes without samples have no owners`() throws {
        let labels = (0..<900).map { Int32([0, 2, 3][$0 % 3]) }
        let partition = try draw(
            "{ kind: classes_per_client, classes: 1, mode: consecutive }", labels: labels,
            classes: 4, clients: 3)
        let owned = (0..<3).map { Set(partition.samples(of: $0).map { labels[Int($0)] }) }
        #expect(owned == [[0], [2], [3]])
    }

    @Test(arguments: 0..<10)
    func `percentage mixes blocks of classes with equal shares`(seed: UInt64) throws {
        let sorted = try draw("{ kind: percentage, percent: 100 }", seed: seed)
        #expect(counts(sorted).allSatisfy { $0.count { $0 > 0 } == 1 })
        let half = counts(try draw("{ kind: percentage, percent: 50 }", seed: seed))
        // About 100 of one class, and about 10 of each.
        #expect(half.allSatisfy { ($0.max() ?? 0) > 70 && ($0.min() ?? 0) <= 25 })
        #expect(half.allSatisfy { $0.reduce(0, +) == 200 })
    }

    @Test func `quantity has the sizes of its law`() throws {
        func sizes(_ settings: String, clients: Int = 4) throws -> [Int] {
            DatasetsTests.sizes(try draw("{ kind: quantity, \(settings) }", clients: clients))
        }
        #expect(try sizes("law: linear") == [200, 400, 600, 800])
        // 2,000 / 30 = 66.7; the last client also gets the rest.
        #expect(try sizes("law: square") == [66, 266, 600, 1_068])
        #expect(try sizes("law: exponential") == [64, 174, 473, 1_289])
        #expect(try sizes("law: sizes, sizes: [3, 1, 500, 70]") == [3, 1, 500, 70])
        // 2,000 / (1 + 1/2 + 1/3 + 1/4) = 960.
        let power = try sizes("law: power, exponent: 1")
        #expect(zip(power.sorted(), [240, 320, 480, 960]).allSatisfy { abs($0 - $1) <= 1 })
        #expect(try sizes("law: power, exponent: 0") == [500, 500, 500, 500])
        #expect(try sizes("law: lognormal, sigma: 0") == [500, 500, 500, 500])
        let even = try sizes("law: dirichlet, alpha: 1e7")
        #expect(even.allSatisfy { abs($0 - 500) < 5 })
    }

    @Test(arguments: 0..<10)
    func `lognormal gives first samples of successive classes`(seed: UInt64) throws {
        let partition = try draw("{ kind: lognormal, first_samples: 4 }", clients: 30, seed: seed)
        #expect(partition.totalSize == 2_000)
        for (client, own) in counts(partition).enumerated() {
            #expect(
                own.indices.filter { own[$0] > 0 } == [client % 10, (client + 1) % 10].sorted())
            #expect(own.allSatisfy { $0 == 0 || $0 >= 4 })
        }
        let even = try draw("{ kind: lognormal, sigma: 0 }", clients: 10, seed: seed)
        #expect(counts(even).joined().allSatisfy { $0 == 0 || $0 == 100 })
    }

    @Test(arguments: 0..<10)
    func `two_owners gives each class two owners`(seed: UInt64) throws {
        for clients in [2, 3, 7, 10, 14, 20] {
            let partition = try draw(
                "{ kind: two_owners, alpha: 50, min_samples: 1 }", clients: clients, seed: seed)
            let counts = counts(partition)
            for index in 0..<10 { #expect(counts.count { $0[index] > 0 } == 2) }
            let classes = counts.map { $0.count { $0 > 0 } }
            #expect((classes.max() ?? 0) - (classes.min() ?? 0) <= 1, "\(clients) clients")
            #expect(counts.indices.allSatisfy { counts[$0][$0 % 10] > 0 })
        }
    }

    // Feature 0 of sample i is i, so a sorted cut is known exactly.
    private func featured(_ values: [Float]) -> TrainingSamples {
        var samples = TrainingSamples(
            labels: [Int32](repeating: 0, count: values.count), classes: 1)
        samples.features = SampleFeatures(width: 1, hasNumbers: false) { _ in values }
        return samples
    }

    @Test(arguments: 0..<5)
    func `continuous sorts by the feature, or not at all`(seed: UInt64) throws {
        let samples = featured((0..<1_000).map { Float($0) })
        func means(_ strength: String) throws -> [Double] {
            let skew = try `Laws of skews`.skew("{ kind: continuous, strength: \(strength) }")
            let partition = try skew.partition(
                samples, among: 4, key: RandomKey(seed: seed, .partition))
            return parts(partition).map { $0.reduce(0) { $0 + Double($1) } / Double($0.count) }
        }
        #expect(try means("1") == [124.5, 374.5, 624.5, 874.5])
        #expect(try means("0").allSatisfy { abs($0 - 499.5) < 100 })
        let half = try means("0.5")
        #expect(half == half.sorted() && half[3] - half[0] > 300 && half[3] - half[0] < 740)
    }

    // Two values: the samples with equal values must be in one bin.
    @Test func `feature_bins keeps equal values together`() throws {
        let samples = featured((0..<1_000).map { Float($0 % 2) })
        let skew = try `Laws of skews`.skew(
            "{ kind: feature_bins, alpha: 0.001, min_samples: 1, bins: 4 }")
        for seed in 0..<20 as Range<UInt64> {
            let partition = try skew.partition(
                samples, among: 2, key: RandomKey(seed: seed, .partition))
            // With a tiny alpha one client owns nearly all samples of a value.
            for value in 0..<2 as Range<Int32> {
                let own = parts(partition).map { $0.count { $0 % 2 == value } }
                #expect((own.max() ?? 0) >= 490, "seed \(seed)")
            }
        }
    }

    @Test func `natural groups owners, removes small ones and samples`() throws {
        // Owners 0 to 5 with 4, 1, 3, 2, 4 and 2 samples.
        let owners: [Int32] = [0, 0, 0, 0, 1, 2, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5]
        let samples = TrainingSamples(
            labels: [Int32](repeating: 0, count: 16), classes: 1, owners: owners,
            ownerNames: ["a", "b", "c", "d", "e", "f"])
        func clients(_ settings: String, _ count: Int, seed: UInt64 = 1) throws -> [[Int32]] {
            let partition = try `Laws of skews`.skew("{ kind: natural, \(settings) }").partition(
                samples, among: count, key: RandomKey(seed: seed, .partition))
            return parts(partition).map { Set($0.map { owners[Int($0)] }).sorted() }
        }
        #expect(try clients("group: 2", 2) == [[0, 2], [3, 4]])
        #expect(try clients("group: 3", 2) == [[0, 1, 2], [3, 4, 5]])
        #expect(try clients("min_samples: 3", 3) == [[0], [2], [4]])
        let sampled = try (0..<30 as Range<UInt64>).map {
            try clients("choose: sampled, min_samples: 2", 2, seed: $0)
        }
        #expect(Set(sampled.flatMap { $0.joined() }) == [0, 2, 3, 4, 5])
        #expect(sampled.allSatisfy { $0[0][0] < $0[1][0] })
        #expect(throws: PartitionError.self) { try clients("min_samples: 3", 4) }
    }
}
