import Datasets
import RandomStreams
import TestSupport
import Testing

/// 1,000 labels of 10 classes, 100 of each or nearly so.
let thousandLabels: [Int32] = (0..<1_000).map { (index: Int32) in (index * 7 + index / 13) % 10 }

@Suite struct SkewTests {
    private func key(_ seed: UInt64) -> RandomKey { RandomKey(seed: seed, .partition) }

    private func draw(
        _ skew: any Skew, labels: [Int32] = thousandLabels, clients: Int = 7, seed: UInt64 = 42
    ) throws -> Partition {
        try skew.partition(
            TrainingSamples(labels: labels, classes: 10), among: clients, key: key(seed))
    }

    private func labelMeasures(_ partition: Partition) throws -> LabelMeasures {
        try #require(
            PartitionMeasures(
                partition, of: TrainingSamples(labels: thousandLabels, classes: 10)
            ).labels)
    }

    static let all: [any Skew] = [
        IID(), Dirichlet(alpha: 0.5, minSamples: 1), Dirichlet(alpha: 100, minSamples: 10),
        Shards(perClient: 2, spreadsLeftOver: false), Shards(perClient: 3, spreadsLeftOver: true),
    ]

    // The values come from a Python program that follows the doc comments with a Philox of its own.
    @Test func `partitions of a fixed key never change`() throws {
        func expect(
            _ skew: any Skew, _ expected: [Int], _ print: String, _ start: [Int32]
        ) throws {
            let partition = try draw(skew)
            #expect(sizes(partition) == expected)
            #expect(fingerprint((0..<7).flatMap { partition.samples(of: $0) }) == print)
            #expect(Array(partition.samples(of: 0).prefix(5)) == start)
        }
        try expect(
            IID(), [143, 143, 143, 143, 143, 143, 142], "dd50f2c66318b5c9",
            [491, 867, 714, 250, 101])
        try expect(
            Shards(perClient: 2, spreadsLeftOver: false),
            [142, 142, 142, 142, 142, 142, 142], "37e59404342fc015", [221, 532, 987, 409, 467])
        try expect(
            Shards(perClient: 2, spreadsLeftOver: true),
            [142, 144, 143, 143, 143, 143, 142], "4565ab87dee4d647", [792, 43, 871, 563, 238])
        try expect(
            Dirichlet(alpha: 0.5, minSamples: 10),
            [137, 211, 141, 152, 122, 80, 157], "58adfa2be1f25d6f", [944, 28, 317, 492, 257])
        try expect(
            Dirichlet(alpha: 0.1, minSamples: 10),
            [78, 204, 208, 112, 143, 73, 182], "a43c0caf6fd50fd1", [960, 724, 151, 820, 257])
    }

    @Test(.slow, arguments: 0..<30)
    func `every skew gives each sample to at most one client`(seed: UInt64) throws {
        for skew in Self.all {
            for clients in [1, 2, 7, 20] {
                let partition = try draw(skew, clients: clients, seed: seed)
                let dealt = (0..<clients).flatMap { partition.samples(of: $0) }
                #expect(Set(dealt).count == dealt.count)
                #expect(dealt.allSatisfy { (0..<1_000).contains($0) })
                #expect(partition.totalSize == dealt.count)
                #expect(partition.sampleCount == 1_000 && partition.count == clients)
                // Only shards may leave samples over, fewer than there are shards.
                #expect(dealt.count > 1_000 - clients * 3)
                #expect(try draw(skew, clients: clients, seed: seed) == partition)
            }
            let other = try draw(skew, seed: seed + 1_000)
            #expect(try draw(skew, seed: seed) != other)
        }
    }

    @Test func `client and round of the key do not matter`() throws {
        for skew in Self.all {
            let other = RandomKey(seed: 42, .partition, client: 3, round: 9)
            #expect(
                try skew.partition(
                    TrainingSamples(labels: thousandLabels, classes: 10), among: 7, key: other)
                    == draw(skew))
        }
    }

    @Test(arguments: 0..<20)
    func `iid sizes differ by at most one`(seed: UInt64) throws {
        for clients in [1, 3, 7, 999, 1_000] {
            let sizes = sizes(try draw(IID(), clients: clients, seed: seed))
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
            #expect(sizes.reduce(0, +) == 1_000)
        }
    }

    // 100 samples a class, shards of 50: each lies in one class.
    @Test(arguments: 0..<20)
    func `two shards give at most two classes`(seed: UInt64) throws {
        let labels = (0..<1_000).map { Int32($0 % 10) }
        let partition = try draw(
            Shards(perClient: 2, spreadsLeftOver: false), labels: labels, clients: 10, seed: seed)
        for client in 0..<10 {
            let samples = partition.samples(of: client)
            #expect(samples.count == 100)
            #expect(Set(samples.map { labels[Int($0)] }).count <= 2)
        }
    }

    @Test func `left_over spread uses all samples, in shards of nearly one size`() throws {
        let partition = try draw(Shards(perClient: 3, spreadsLeftOver: true), clients: 7)
        #expect(partition.totalSize == 1_000)
        let dropped = try draw(Shards(perClient: 3, spreadsLeftOver: false), clients: 7)
        #expect(sizes(dropped) == [Int](repeating: 3 * 47, count: 7))
    }

    @Test(arguments: 0..<10)
    func `a huge alpha shares every class out evenly`(seed: UInt64) throws {
        let partition = try draw(Dirichlet(alpha: 1e6, minSamples: 10), clients: 5, seed: seed)
        let measures = try labelMeasures(partition)
        for counts in classCounts(partition, labels: thousandLabels, classes: 10) {
            #expect(counts.allSatisfy { (18...22).contains($0) })
        }
        #expect(measures.totalVariation < 0.02 && measures.jensenShannon < 0.05)
    }

    // 10 classes: a class that two clients share counts twice.
    @Test(arguments: 0..<10)
    func `a tiny alpha gives each class to one client`(seed: UInt64) throws {
        for alpha in [1e-3, 1e-6] {
            let partition = try draw(
                Dirichlet(alpha: alpha, minSamples: 1), clients: 2, seed: seed)
            let owned = classCounts(partition, labels: thousandLabels, classes: 10).map {
                $0.count { $0 > 0 }
            }
            #expect(owned.reduce(0, +) <= 12)
        }
    }

    @Test(arguments: 0..<20)
    func `no client has fewer than min_samples`(seed: UInt64) throws {
        let partition = try draw(
            Dirichlet(alpha: 0.3, minSamples: 40), clients: 10, seed: seed)
        #expect((sizes(partition).min() ?? 0) >= 40)
        #expect(partition.totalSize == 1_000)
    }

    private func message(_ skew: any Skew, clients: Int) -> String {
        do {
            _ = try draw(skew, clients: clients)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `what can't be shared out is refused in words`() {
        for skew in Self.all {
            #expect(message(skew, clients: 0) == "expected at least 1 client, found 0")
            #expect(
                message(skew, clients: 1_001)
                    == "expected at most 1,000 clients, as samples, found 1,001; use fewer clients,"
                    + " or a skew with procedure: with_replacement (iid, dirichlet, quantity,"
                    + " classes_per_client)")
        }
        #expect(
            message(Dirichlet(alpha: 1, minSamples: 10), clients: 101)
                == "expected 1,010 samples for 101 clients with min_samples 10, found 1,000; use at "
                + "most 100 clients, or min_samples of at most 9")
        #expect(
            message(Shards(perClient: 3, spreadsLeftOver: false), clients: 400)
                == "expected 1,200 samples or more for 400 clients with 3 shards each, found 1,000; "
                + "use at most 333 clients, or per_client of at most 2")
        #expect(
            message(Dirichlet(alpha: 0.05, minSamples: 50), clients: 20)
                == "expected 50 samples or more for each of 20 clients (min_samples), found at most "
                + "11 for the smallest client in 1,000 draws; use a larger alpha or fewer clients, or "
                + "min_samples of at most 11")
    }

    // Nobody can follow "at most 0 clients", or go below the least minimum.
    @Test(.slow) func `advice on a partition is advice that helps`() throws {
        let alone = Dirichlet(alpha: 1e-6, minSamples: 1)
        #expect(
            message(alone, clients: 900)
                == "expected 1 sample or more for each of 900 clients (min_samples), found at most 0 "
                + "for the smallest client in 1,000 draws; use a larger alpha or fewer "
                + "clients")
        #expect(
            message(Dirichlet(alpha: 1, minSamples: 2_000), clients: 10)
                == "expected 20,000 samples for 10 clients with min_samples 2,000, found 1,000; use "
                + "min_samples of at most 100")
        #expect(
            message(Dirichlet(alpha: 0.05, minSamples: 11), clients: 20) == "no error")
        #expect(message(Shards(perClient: 2, spreadsLeftOver: false), clients: 400) == "no error")
        #expect(message(Shards(perClient: 3, spreadsLeftOver: false), clients: 333) == "no error")
        #expect(
            message(Natural(), clients: 2).contains("use iid, dirichlet or shards, or name"))
        let numbers = TrainingSamples(count: 5, labels: nil, classes: 0)
        #expect(throws: PartitionError.noOwners(hasClasses: false)) {
            try Natural().partition(
                numbers, among: 2, key: RandomKey(seed: 1, .partition))
        }
    }
}
