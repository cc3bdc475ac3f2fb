package import RandomStreams
import Settings

/// Clients have equal sizes and, on average, the classes of all samples.
///
/// - `dealt`: all samples are shuffled and cut into parts whose sizes differ by at most one. The
///   first parts are the larger ones.
/// - `with_replacement`: each client draws samples_per_client samples, each of all samples with
///   equal probability. Clients share samples, and there can be more clients than samples.
/// - Streams: (client 0, round 0) shuffles the indices 0, 1, 2, ...; client 2^31 + j draws the
///   samples of client j with replacement.
/// - Source: McMahan et al. 2017, arXiv 1602.05629, section 3, for `dealt`.
/// - Flower's IidPartitioner differs: it cuts the samples in the order of the file.
package struct IID: Skew {
    package static let algorithm = Algorithm("iid", revision: 1)
    /// The samples that each client draws with replacement; nil if the samples are dealt.
    private let drawnSamples: Int?

    package init() { drawnSamples = nil }

    init(_ settings: Settings) { drawnSamples = settings.drawnSamples() }

    package func addFacts(to facts: inout KeyFacts) { facts.addDrawn(drawnSamples) }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let sizes = equalSizes(samples.count, among: clients)
        return consecutive(shuffled(samples.count, key.part(0)), sizes, of: samples.count)
    }

    package var drawsWithReplacement: Bool { drawnSamples != nil }

    package func drawn(
        _ samples: TrainingSamples, by clients: Int, key: RandomKey
    ) throws(PartitionError) -> DrawnPopulation? {
        guard let drawnSamples else { return nil }
        let count = samples.count
        return DrawnPopulation(
            count: clients,
            DrawnPopulation.Draw(equalSize: drawnSamples) { client, samples in
                drawUniformly(drawnSamples, of: count, by: client, key, into: &samples)
            })
    }
}

extension KeyFacts {
    /// Adds the facts of clients that draw with replacement; nothing if the samples are dealt, so
    /// that partitions of earlier builds keep their keys.
    mutating func addDrawn(_ samplesPerClient: Int?) {
        guard let samplesPerClient else { return }
        add("procedure", "with_replacement")
        add("samples_per_client", samplesPerClient)
    }
}

/// Appends the samples that a client draws with replacement, each of `count` samples with equal
/// probability.
func drawUniformly(
    _ number: Int, of count: Int, by client: Int, _ key: RandomKey, into samples: inout [Int32]
) {
    var stream = key.shuffle(ofClient: client).stream()
    for _ in 0..<number { samples.append(Int32(stream.below(count))) }
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
