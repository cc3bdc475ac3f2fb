import RandomStreams
import Settings

/// Each client draws its class proportions, and then its samples with replacement. A sample may
/// belong to several clients, and to one client several times.
///
/// 1. Client j draws q_j ~ Dir(alpha, ..., alpha) over the classes that have samples.
/// 2. It draws round(m q_jc) samples of each class c with replacement, where m is
///    samples_per_client. So sizes differ from m a little.
/// 3. If it has fewer than min_samples samples, it draws q_j again, at most 1,000 times. If one of
///    the first 10,000 clients then has too few, the settings are refused. A later client keeps the
///    largest of its draws, since its samples are drawn only when they are needed.
/// 4. Its samples are shuffled.
///
/// - Streams: client j, with the number of its draw as round, draws q_j; client 2^31 + j draws and
///   shuffles its samples. No client depends on another one.
/// - Source: the code of Delta-SGD (Kim et al. 2024, arXiv 2306.11201), with m = 500.
extension Dirichlet {
    func drawWithReplacement(
        _ blocks: ClassBlocks, by clients: Int, key: RandomKey
    ) throws(PartitionError) -> DrawnPopulation {
        guard minSamples <= samplesPerClient else { throw .fewDrawn(minSamples, samplesPerClient) }
        let present = blocks.present
        // Each class is rounded, so a client has at most half a sample a class more than m.
        let most = samplesPerClient + present.count
        let population = DrawnPopulation(
            count: clients,
            DrawnPopulation.Draw(
                mostSamples: most, size: { counts(of: $0, present.count, key).reduce(0, +) }
            ) { client, samples in
                let first = samples.count
                var stream = key.shuffle(ofClient: client).stream()
                for (index, count) in zip(present, counts(of: client, present.count, key)) {
                    let block = blocks.range(of: index)
                    for _ in 0..<count {
                        samples.append(blocks.order[block.lowerBound + stream.below(block.count)])
                    }
                }
                stream.shuffle(&samples, in: first..<samples.count)
            })
        for client in population.surveyed where population.size(of: client) < minSamples {
            throw .unsuitable(
                key: "data.skew.samples_per_client",
                expected: "\(counted(minSamples, "sample")) or more for client \(client)"
                    + " (min_samples)",
                found: "at most \(population.size(of: client).grouped) in"
                    + " \(ClassShares.maximumDraws.grouped) draws",
                advice: "raise samples_per_client, since each class is rounded")
        }
        return population
    }

    /// Returns how many samples of each class a client draws: those of the first draw with
    /// min_samples samples or more, else those of the largest draw.
    private func counts(of client: Int, _ classes: Int, _ key: RandomKey) -> [Int] {
        var (best, most) = ([Int](), -1)
        for draw in 0..<UInt32(ClassShares.maximumDraws) {
            var stream = key.part(UInt32(client), draw).stream()
            let counts = stream.dirichlet(alpha, count: classes).map {
                Int((Double(samplesPerClient) * $0).rounded(.toNearestOrEven))
            }
            let size = counts.reduce(0, +)
            if size >= minSamples { return counts }
            if size > most { (best, most) = (counts, size) }
        }
        return best
    }
}
