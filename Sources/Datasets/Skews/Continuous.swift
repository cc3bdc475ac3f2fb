package import RandomStreams
import RealModule
import Settings

/// Samples are sorted by a feature, blurred by noise, and cut into parts of equal size.
///
///     b = s z + (1 − s) e,   z = (x − mean) / deviation,   e ~ N(0, 1)
///
/// 1. Compute b for each sample. s is `strength`: 0 is IID, and 1 sorts by the feature x.
/// 2. Shuffle all indices and sort them by b, so samples with the same b stay in random order.
/// 3. Cut them into parts whose sizes differ by at most one; the first are the larger ones. Client
///    0 has the smallest values.
/// 4. Shuffle the samples of each client.
///
/// - Streams: (client 0) shuffles the indices, (client 1) draws e in the order of the data, client
///   2^31 + j shuffles client j.
/// - Source: Flower's ContinuousPartitioner, which sorts the rows in the order of the file.
package struct Continuous: Skew {
    package static let algorithm = Algorithm("continuous", revision: 1)
    private let column: SampleFeatures.Column
    private let strength: Double

    init(_ settings: Settings) {
        column = SampleFeatures.column(settings)
        strength = settings.number(
            "strength", default: 0.5, in: .between(0, 1),
            "s, the weight of the feature against noise: 0 is IID, 1 is sorted")
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("feature", SampleFeatures.text(column))
        facts.add("strength", strength)
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let values = try SampleFeatures.numbers(column, of: samples)
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        let deviation = variance.squareRoot()
        var noise = key.part(1).stream()
        let blurred = values.map { value in
            let z = deviation > 0 ? (value - mean) / deviation : 0
            return strength * z + (1 - strength) * noise.normal()
        }
        // Sorting is stable, so equal values keep their shuffled order.
        let order = shuffled(samples.count, key.part(0)).sorted {
            blurred[Int($0)] < blurred[Int($1)]
        }
        let sizes = equalSizes(samples.count, among: clients)
        var builder = PartitionBuilder(sizes: sizes)
        var start = 0
        for (client, size) in sizes.enumerated() {
            builder.deal(start..<start + size, of: order, to: client)
            start += size
        }
        builder.shuffleClients { key.shuffle(ofClient: $0) }
        return builder.partition(of: samples.count)
    }
}
