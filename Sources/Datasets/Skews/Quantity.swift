package import RandomStreams
import RealModule
import Settings

/// Clients have the same classes and different sizes.
///
/// 1. The law gives each client j a weight w_j: `dirichlet`: Gamma(alpha, 1), so the shares are
///    Dir(alpha, ..., alpha). `lognormal`: e^(sigma z), z ~ N(0, 1). `power`: r^(-exponent), where
///    the ranks r = 1, ..., N are in a random order. `linear`: j + 1. `square`: (j + 1)².
///    `exponential`: e^(j+1).
/// 2. Shares are w_j over the sum. For random laws and `power`, the share of client j ends at
///    floor(n (q_0 + ... + q_j)), the last one at n. For the laws by number, each client gets
///    floor(n q_j), and the last client also the rest. `sizes` gives the sizes themselves; samples
///    beyond their sum are not used.
/// 3. If the smallest client has fewer than min_samples samples, `dirichlet` and `lognormal` draw
///    again, at most 1,000 times. The other laws are refused.
/// 4. Shuffle all indices and cut them.
///
/// With the procedure `with_replacement`, client j draws n_j samples of all samples with
/// replacement. n_j = m w_j / E[w], rounded, from min_samples to n, where m is samples_per_client
/// and E[w] the mean weight. So the mean size is about m. Each client computes its size alone. The
/// laws `dirichlet`, `lognormal`, `linear` and `square` allow this.
///
/// - Streams, with the number of the draw as round: client j draws w_j, client 2^30 draws the
///   ranks, client 2^31 shuffles the indices. With replacement, client 2^31 + j draws the samples
///   of client j.
/// - Source: Li et al. 2022 (NIID-Bench), arXiv 2102.02079, quantity skew; FedLab for `lognormal`;
///   Flower's LinearPartitioner, SquarePartitioner, ExponentialPartitioner and SizePartitioner.
/// - Flower's partitioners differ: they cut the samples in the order of the file.
package struct Quantity: Skew {
    package static let algorithm = Algorithm("quantity", revision: 1)
    package static let remainder = SkewRemainder("quantity", isOnPurpose: true)
    private let law: SizeLaw
    private let minSamples: Int
    /// m, the mean number of samples that a client draws with replacement; nil if they are dealt.
    private let drawnSamples: Int?

    init(_ settings: Settings) {
        law = SizeLaw(settings)
        drawnSamples = settings.drawnSamples()
        if drawnSamples != nil, !law.isOfEachClient {
            settings.reject(
                "procedure", expected: "dealt with the law \(law.word)",
                found: "with_replacement",
                advice: "set law: dirichlet, lognormal, linear or square")
        }
        minSamples =
            if case .sizes = law { 1 } else {
                settings.minSamples(default: law.isByNumber ? 1 : 10)
            }
    }

    package func addFacts(to facts: inout KeyFacts) {
        law.addFacts(to: &facts)
        facts.add("min_samples", minSamples)
        facts.addDrawn(drawnSamples)
    }

    package var drawsWithReplacement: Bool { drawnSamples != nil }

    package func drawn(
        _ samples: TrainingSamples, by clients: Int, key: RandomKey
    ) throws(PartitionError) -> DrawnPopulation? {
        guard let drawnSamples else { return nil }
        let all = samples.count
        guard minSamples <= all else {
            throw .tooFewSamples(clients: 1, minSamples: minSamples, samples: all)
        }
        let size = { @Sendable (client: Int) -> Int in
            let weight = law.relativeWeight(of: client, among: clients, key)
            let exact = min(Double(drawnSamples) * weight, Double(all))
            return max(Int(exact.rounded()), minSamples)
        }
        return DrawnPopulation(
            count: clients,
            DrawnPopulation.Draw(mostSamples: all, size: size) { client, samples in
                drawUniformly(size(client), of: all, by: client, key, into: &samples)
            })
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let sizes = try sizes(of: samples.count, clients, key)
        let order = shuffled(samples.count, key.shuffle(ofClient: 0))
        return consecutive(order, sizes, of: samples.count)
    }

    private func sizes(
        of samples: Int, _ clients: Int, _ key: RandomKey
    ) throws(PartitionError) -> [Int] {
        if case .sizes(let sizes) = law {
            try check(sizes, samples, clients)
            return sizes
        }
        guard minSamples <= samples / clients else {
            throw .tooFewSamples(clients: clients, minSamples: minSamples, samples: samples)
        }
        var best = 0
        for draw in 0..<UInt32(law.isDrawnAgain ? ClassShares.maximumDraws : 1) {
            let sizes = law.sizes(of: samples, among: clients, key, draw)
            let smallest = sizes.min() ?? 0
            if smallest >= minSamples { return sizes }
            best = max(best, smallest)
        }
        guard law.isDrawnAgain else { throw refusal(best, samples, clients, key) }
        throw .minimumNotMet(
            minSamples: minSamples, best: best, draws: ClassShares.maximumDraws, clients: clients,
            relief: law.relief)
    }

    /// Makes the error for a law whose smallest size is too small, with the most clients for which
    /// it is not. Its smallest size falls with the number of clients.
    private func refusal(
        _ smallest: Int, _ samples: Int, _ clients: Int, _ key: RandomKey
    ) -> PartitionError {
        var (possible, tooMany) = (1, clients)
        while tooMany - possible > 1 {
            let middle = (possible + tooMany) / 2
            let sizes = law.sizes(of: samples, among: middle, key, 0)
            if (sizes.min() ?? 0) >= minSamples { possible = middle } else { tooMany = middle }
        }
        var advice = "use at most \(counted(possible, "client"))"
        if case .power = law { advice += ", a smaller exponent" }
        if smallest >= 1 { advice += ", or min_samples of at most \(smallest.grouped)" }
        return .unsuitable(
            key: "data.skew",
            expected: "\(counted(minSamples, "sample")) or more for each of"
                + " \(counted(clients, "client")) (min_samples) with the law \(law.word)",
            found: "\(smallest.grouped) for the smallest client", advice: advice)
    }

    private func check(
        _ sizes: [Int], _ samples: Int, _ clients: Int
    ) throws(PartitionError) {
        let path = "data.skew.sizes"
        guard sizes.count == clients else {
            throw .unsuitable(
                key: path, expected: "\(counted(clients, "size")), as clients.count",
                found: sizes.count.grouped, advice: "add or remove sizes, or change clients.count")
        }
        // A sum of large sizes could overflow.
        let sum = sizes.reduce(0) { min($0, samples) + min($1, samples + 1) }
        guard sum <= samples else {
            throw .unsuitable(
                key: path, expected: "at most \(samples.grouped) in all, as training samples",
                found: "more",
                advice: "lower the sizes")
        }
    }
}
