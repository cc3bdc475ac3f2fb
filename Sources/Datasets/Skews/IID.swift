package import RandomStreams

/// All samples are shuffled and cut into parts whose sizes differ by at most one. The first parts
/// are the larger ones.
///
/// - Streams: (client 0, round 0) shuffles the indices 0, 1, 2, ...
/// - Source: McMahan et al. 2017, arXiv 1602.05629, section 3.
/// - Flower's IidPartitioner differs: it cuts the samples in the order of the file.
package struct IID: Skew {
    package static let algorithm = Algorithm("iid", revision: 1)
    package init() {}

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let sizes = equalSizes(samples.count, among: clients)
        return consecutive(shuffled(samples.count, key.part(0)), sizes, of: samples.count)
    }
}

/// Returns the indices of all samples in a random order.
func shuffled(_ samples: Int, _ key: RandomKey) -> [Int32] {
    var indices = (0..<samples).map { Int32($0) }
    var stream = key.stream()
    stream.shuffle(&indices)
    return indices
}

/// Cuts indices into consecutive parts.
///
/// - Parameter sizes: shape (clients); the sum is at most the number of indices.
func consecutive(_ indices: [Int32], _ sizes: [Int], of sampleCount: Int) -> Partition {
    var builder = PartitionBuilder(sizes: sizes)
    var start = 0
    for (client, size) in sizes.enumerated() {
        builder.deal(start..<start + size, of: indices, to: client)
        start += size
    }
    return builder.partition(of: sampleCount)
}
