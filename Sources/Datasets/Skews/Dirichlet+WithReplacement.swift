import RandomStreams
import Settings

/// Each client draws its class proportions, and then its samples with replacement. A sample may
/// belong to several clients, and to one client several times.
///
/// 1. Client j draws q_j ~ Dir(alpha, ..., alpha) over the classes that have samples.
/// 2. It draws round(m q_jc) samples of each class c with replacement, where m is
///    samples_per_client. So sizes differ from m a little.
/// 3. If it has fewer than min_samples samples, it draws q_j again, at most 1,000 times.
/// 4. Its samples are shuffled.
///
/// - Streams: client j, with the number of its draw as round, draws q_j; client 2^31 + j draws and
///   shuffles its samples. No client depends on another one.
/// - Source: the code of Delta-SGD (Kim et al. 2024, arXiv 2306.11201), with m = 500.
extension Dirichlet {
    func drawWithReplacement(
        _ blocks: ClassBlocks, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let path = "data.skew.samples_per_client"
        guard minSamples <= samplesPerClient else {
            throw .unsuitable(
                key: path, expected: "at least \(minSamples.grouped) (min_samples)",
                found: samplesPerClient.grouped, advice: "lower min_samples")
        }
        // Each class is rounded, so a client has at most half a sample a class more than m.
        let present = blocks.present
        let largest = samplesPerClient + present.count
        let most = Int(Int32.max)
        guard clients <= most / largest else {
            throw .unsuitable(
                key: path, expected: "at most \(most.grouped) samples of all clients",
                found: "\(samplesPerClient.grouped) of \(clients.grouped) clients",
                advice: "use fewer samples or clients")
        }
        var parts: [[Int]] = []
        parts.reserveCapacity(clients)
        for client in 0..<clients {
            parts.append(try counts(of: client, present.count, key))
        }
        var builder = PartitionBuilder(sizes: parts.map { $0.reduce(0, +) })
        for client in 0..<clients {
            var stream = key.shuffle(ofClient: client).stream()
            var samples: [Int32] = []
            for (index, count) in zip(present, parts[client]) {
                let block = blocks.range(of: index)
                for _ in 0..<count {
                    samples.append(blocks.order[block.lowerBound + stream.below(block.count)])
                }
            }
            stream.shuffle(&samples)
            builder.deal(samples.indices, of: samples, to: client)
        }
        return builder.partition(of: blocks.order.count, repeatsSamples: true)
    }

    /// Returns how many samples of each class a client draws.
    private func counts(
        of client: Int, _ classes: Int, _ key: RandomKey
    ) throws(PartitionError) -> [Int] {
        var best = 0
        for draw in 0..<UInt32(ClassShares.maximumDraws) {
            var stream = key.part(UInt32(client), draw).stream()
            let counts = stream.dirichlet(alpha, count: classes).map {
                Int((Double(samplesPerClient) * $0).rounded(.toNearestOrEven))
            }
            let size = counts.reduce(0, +)
            if size >= minSamples { return counts }
            best = max(best, size)
        }
        throw .unsuitable(
            key: "data.skew.samples_per_client",
            expected: "\(counted(minSamples, "sample")) or more for client \(client) (min_samples)",
            found: "at most \(best.grouped) in \(ClassShares.maximumDraws.grouped) draws",
            advice: "raise samples_per_client, since each class is rounded")
    }
}
