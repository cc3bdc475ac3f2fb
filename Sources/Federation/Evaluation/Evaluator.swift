public import Datasets
import LinearAlgebra
public import Models

/// Evaluates a global model on samples, in batches of fixed size and order, so that the result
/// depends on the model alone: not on the machine, and not on which process evaluates what.
///
/// The test part is cut into chunks of `chunkSamples`; sums over it are the sums of its chunks,
/// added in their order, whether one process evaluates them all or many share them.
public struct Evaluator: ~Copyable {
    /// Samples in a chunk of the test part: some milliseconds of work for a small model, and enough
    /// chunks to keep several processes busy. Every batch size divides it.
    public static let chunkSamples = 512
    /// From so many samples x parameters on, the test part is shared out to the client processes:
    /// about a millisecond of one core, some times what sending out the chunks costs.
    public static let sharedWork = 100_000_000
    /// Batches are halved, from 256 on, until their numbers are no more than these: 8 MiB.
    package static let batchNumbers = 1 << 21

    private let network: Network
    private let dataset: Dataset
    private let holdout: Holdout
    private let places: Network.Places
    private let weights: Vector
    private var slots: VectorBlock<Float>
    /// The samples of the client that is evaluated; its memory is reused.
    private var clientSamples: [Int32] = []

    /// Allocates everything that evaluations need.
    public init(network: Network, dataset: Dataset, holdout: Holdout) {
        self.network = network
        self.dataset = dataset
        self.holdout = holdout
        var largest = dataset.count(of: .test)
        for part in [holdout.training, holdout.validation, holdout.test] {
            largest = max(largest, part.largestSize)
        }
        var layout = BlockLayout()
        weights = layout.vector(network.parameterCount)
        places = network.places(
            in: &layout, batch: max(1, min(Self.batch(of: network), largest)), for: .evaluation)
        slots = VectorBlock(layout)
    }

    /// Samples in a batch: a function of the network alone, so that the bits are too.
    package static func batch(of network: Network) -> Int {
        var batch = 256
        while batch > 1 {
            var layout = BlockLayout()
            _ = network.places(in: &layout, batch: batch, for: .evaluation)
            if layout.count <= batchNumbers { break }
            batch /= 2
        }
        return batch
    }

    /// How many chunks a test part of so many samples has.
    public static func chunks(of samples: Int) -> Int {
        (samples + chunkSamples - 1) / chunkSamples
    }

    /// The samples of a chunk; empty where there is no such chunk.
    public static func samples(inChunk chunk: Int, of samples: Int) -> Range<Int> {
        min(chunk * chunkSamples, samples)..<min((chunk + 1) * chunkSamples, samples)
    }

    /// Takes the model, (parameters), that is evaluated from now on.
    public mutating func load(_ model: Span<Float>) { slots.copy(model, to: weights) }

    /// The sums of a task: one of a chunk; of a client three, of its training, validation and test
    /// part; none where there is no such chunk or client.
    public mutating func sums(of subject: EvaluationSubject) -> [LossSums] {
        switch subject {
        case .test(let chunk):
            let isThere = Int(chunk) < Self.chunks(of: dataset.count(of: .test))
            return isThere ? [sums(ofChunk: Int(chunk))] : []
        case .client(let client):
            guard Int(client) < holdout.training.count else { return [] }
            let (client, holdout) = (Int(client), holdout)
            return [
                sums(of: client, in: holdout.training),
                sums(of: client, in: holdout.validation),
                sums(of: client, in: holdout.test),
            ]
        }
    }

    /// The sums of all chunks of the test part, in their order.
    public mutating func chunkSums() -> [LossSums] {
        (0..<Self.chunks(of: dataset.count(of: .test))).map { sums(ofChunk: $0) }
    }

    private mutating func sums(ofChunk chunk: Int) -> LossSums {
        let range = Self.samples(inChunk: chunk, of: dataset.count(of: .test))
        var total = LossSums()
        let dataset = dataset
        for first in stride(from: range.lowerBound, to: range.upperBound, by: places.batch) {
            let rows = min(places.batch, range.upperBound - first)
            fill(rows) { features, targets in
                dataset.gatherRange(
                    first: first, count: rows, from: .test, into: &features, targets: &targets)
            }
            total.add(sums(ofRows: rows))
        }
        return total
    }

    private mutating func sums(of client: Int, in population: any Population) -> LossSums {
        clientSamples.removeAll(keepingCapacity: true)
        population.appendSamples(of: client, to: &clientSamples)
        var total = LossSums()
        let (dataset, samples) = (dataset, clientSamples)
        for first in stride(from: samples.startIndex, to: samples.endIndex, by: places.batch) {
            let batch = samples[first..<min(first + places.batch, samples.endIndex)]
            fill(batch.count) { features, targets in
                dataset.gather(batch.span, from: .train, into: &features, targets: &targets)
            }
            total.add(sums(ofRows: batch.count))
        }
        return total
    }

    private mutating func fill(
        _ rows: Int, _ body: (inout MutableSpan<Float>, inout MutableSpan<Float>) -> Void
    ) {
        slots.withMutableSpans(
            places.input.prefix(rows: rows).vector, places.target.prefix(rows: rows).vector, body)
    }

    private mutating func sums(ofRows rows: Int) -> LossSums {
        let (loss, hits) = network.evaluate(&slots, places, rows: rows, at: weights)
        return LossSums(samples: UInt32(rows), loss: loss, hits: UInt64(hits))
    }
}
