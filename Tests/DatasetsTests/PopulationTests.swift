import Datasets
import RandomStreams
import Testing

/// n_i of all clients.
func sizes(_ population: any Population) -> [Int] {
    (0..<population.count).map { population.size(of: $0) }
}

/// The samples of all clients.
func parts(_ population: any Population) -> [[Int32]] {
    (0..<population.count).map { population.samples(of: $0) }
}

/// The labels of each class that each client has, (clients, classes).
func classCounts(_ population: any Population, labels: [Int32], classes: Int) -> [[Int]] {
    parts(population).map { samples in
        samples.reduce(into: [Int](repeating: 0, count: classes)) { counts, sample in
            counts[Int(labels[Int(sample)])] += 1
        }
    }
}

@Suite struct `Populations` {
    /// Clients of 0 to 6 samples, some samples of nobody.
    private static func partition(clients: Int, seed: UInt64) -> Partition {
        var stream = RandomKey(seed: seed, .partition).stream()
        var samples = (0..<Int32(7 * clients + 3)).map { $0 }
        stream.shuffle(&samples)
        let parts = (0..<clients).map { _ -> [Int32] in
            let size = stream.below(7)
            defer { samples.removeLast(size) }
            return Array(samples.suffix(size))
        }
        return Partition(parts, of: 7 * clients + 3)
    }

    /// All that a population says of itself, against what its clients' samples say.
    func expectConsistent(_ population: any Population) {
        let parts = parts(population)
        let sizes = sizes(population)
        #expect(sizes == parts.map(\.count))
        #expect(population.count == parts.count)
        #expect(population.totalSize == sizes.reduce(0, +))
        #expect(population.largestSize == sizes.max() ?? 0)
        // One row of all samples, with the client of each.
        let owners = parts.enumerated().flatMap { client, part in part.map { _ in client } }
        #expect(
            (0..<population.totalSize).map { population.client(atPosition: $0) } == owners)
        let counts = population.sizeCounts()
        #expect(
            counts.flatMap { [Int](repeating: $0.size, count: $0.clients) }
                == sizes.sorted(by: >))
        #expect(counts.map(\.size) == Set(sizes).sorted(by: >))
        // Samples are added behind what is there.
        var samples: [Int32] = [-1]
        for client in 0..<population.count {
            population.appendSamples(of: client, to: &samples)
        }
        #expect(samples == [-1] + parts.flatMap(\.self))
    }

    @Test(arguments: [1, 2, 5, 40, 255, 256, 257, 700], 0..<4)
    func `say the same of themselves as their clients' samples do`(clients: Int, seed: UInt64) {
        let partition = Self.partition(clients: clients, seed: seed)
        expectConsistent(partition)
        for choice in [Holdout.Choice.drawn, .last] {
            for (validation, test) in [(0.2, 0.3), (0, 0.4), (0.4, 0), (0, 0)] {
                let holdout = Holdout(
                    partition, validation: validation, test: test, choice: choice, seed: seed)
                for part in [holdout.training, holdout.validation, holdout.test] {
                    expectConsistent(part)
                }
            }
        }
    }

    @Test func `of no client, or of clients without samples, are possible`() {
        for partition in [Partition([], of: 0), Partition([[], []], of: 3)] {
            expectConsistent(partition)
            expectConsistent(
                Holdout(partition, validation: 0.2, test: 0.1, seed: 1).training)
        }
    }

    @Test func `from the cache are read where their file is, and are the same`() throws {
        let folder = try TemporaryFolder()
        let cache = DataCache(folder: folder.path)
        for clients in [1, 6, 100] {
            let partition = Self.partition(clients: clients, seed: 3)
            let key = "partition-\(clients)"
            #expect(try cache.partition(key: key) { partition } == partition)
            let read = try #require(try cache.partition(key: key))
            expectConsistent(read)
            #expect(read == partition && parts(read) == parts(partition))
            #expect(read.sampleCount == partition.sampleCount)
        }
    }
}
