public import Datasets
import LinearAlgebra
public import Models

/// Evaluates a global model on samples. Batches have a fixed size and order, so the result depends
/// on the model alone, and not on machines or processes.
///
/// The test split is divided into chunks of `chunkSamples`. Its sums are the sums of the chunks,
/// added in their order. So one process or several processes give the same bits.
public struct Evaluator: ~Copyable {
    /// The number of samples in a chunk of the test split. A chunk takes some milliseconds for a
    /// small model, and there are enough chunks for several processes. Every batch size divides
    /// this number.
    public static let chunkSamples = 512
    /// The number of samples times parameters from which client processes evaluate the test split.
    /// It is about a millisecond of one core, which is more than sending the chunks costs.
    public static let sharedWork = 100_000_000
    /// The largest number of floats in a batch: 8 MiB. Batches are halved, from 256 samples, until
    /// they fit.
    package static let batchNumbers = 1 << 21

    private let network: Network
    private let dataset: Dataset
    private let holdout: Holdout
    private let places: Network.Places
    private let weights: Vector
    private var slots: VectorBlock<Float>
    /// The hits of each class in the test samples that were evaluated last: a chunk, or all chunks.
    /// It is empty if classes are not counted.
    public private(set) var classHits: [UInt32]
    /// The samples of the client that is evaluated. Its memory is reused.
    private var clientSamples: [Int32] = []

    /// Allocates the memory of all evaluations.
    ///
    /// - Parameter countsClasses: whether the hits of each class of the test samples are counted.
    public init(
        network: Network, dataset: Dataset, holdout: Holdout, countsClasses: Bool = false
    ) {
        classHits = Array(repeating: 0, count: countsClasses ? dataset.classes : 0)
        self.network = network.prepared(for: dataset)
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

    /// Returns the number of samples in a batch. It depends on the network alone, so that bits do
    /// too.
    package static func batch(of network: Network) -> Int {
        func count(_ batch: Int) -> Int {
            var layout = BlockLayout()
            _ = network.places(in: &layout, batch: batch, for: .evaluation)
            return layout.count
        }
        // A smaller batch saves nothing of what any batch needs, such as a copy of filters.
        let fixed = max(0, 2 * count(1) - count(2))
        var batch = 256
        while batch > 1, count(batch) - fixed > batchNumbers { batch /= 2 }
        return batch
    }

    /// Returns the number of chunks of a test split with this number of samples.
    public static func chunks(of samples: Int) -> Int {
        (samples + chunkSamples - 1) / chunkSamples
    }

    /// Returns the samples of a chunk; empty if there is no such chunk.
    public static func samples(inChunk chunk: Int, of samples: Int) -> Range<Int> {
        min(chunk * chunkSamples, samples)..<min((chunk + 1) * chunkSamples, samples)
    }

    /// Copies the model, shape (parameters), that is evaluated from now on.
    public mutating func load(_ model: Span<Float>) { slots.copy(model, to: weights) }

    /// Returns the sums of a subject: one sum for a chunk, three for a client (training,
    /// validation, test). The result is empty if there is no such chunk or client.
    public mutating func sums(of subject: EvaluationSubject) -> [LossSums] {
        switch subject {
        case .test(let chunk):
            forgetClassHits()
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

    /// Returns the sums of all chunks of the test split, in their order.
    public mutating func chunkSums() -> [LossSums] {
        forgetClassHits()
        return (0..<Self.chunks(of: dataset.count(of: .test))).map { sums(ofChunk: $0) }
    }

    private mutating func forgetClassHits() {
        for index in classHits.indices { classHits[index] = 0 }
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
            if !classHits.isEmpty {
                network.addClassHits(slots, places, rows: rows, to: &classHits)
            }
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
