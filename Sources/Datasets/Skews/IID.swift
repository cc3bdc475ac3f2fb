package import RandomStreams

/// All samples are shuffled and cut into parts whose sizes differ by at most one. The first parts
/// are the larger ones.
///
/// - Streams: (client 0, round 0) shuffles the indices 0, 1, 2, ...
/// - Source: McMahan et al. 2017, arXiv 1602.05629, section 3.
package struct IID: Skew {
    package static let algorithm = Algorithm("iid", revision: 1)
    package init() {}

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        var indices = (0..<samples.count).map { Int32($0) }
        var stream = key.part(0).stream()
        stream.shuffle(&indices)
        let (size, larger) = samples.count.quotientAndRemainder(dividingBy: clients)
        return Partition(
            offsets: (0...clients).map { UInt32($0 * size + min($0, larger)) }, indices: indices,
            sampleCount: samples.count)
    }
}
