public import RandomStreams

/// The batches of one client in one round, in order.
///
///     var order = BatchOrder()
///     order.begin(client: 7, of: population, batchSize: 32, length: .epochs(2), key: key)
///     while let batch = order.next() { ... }      // batch.span: sample indices
///
/// Other programs can repeat the exact order. `order` starts as the client's samples in the order
/// of the partition. Each epoch shuffles `order` in place, starting from its order after the epoch
/// before. All epochs use the one stream of the key (seed, `.batches`, client, round). The shuffle:
/// for i from the last index down to 1, swap `order[i]` and `order[below(i + 1)]`. Then `order` is
/// cut from the front into batches. The last batch of an epoch may be smaller. No batch spans two
/// epochs.
///
/// One value serves any number of tasks, one after the other, and its memory is reused.
public struct BatchOrder: ~Copyable {
    /// The length of a task.
    public enum Length: Sendable, Equatable {
        /// The number of passes over the client's samples.
        case epochs(Int)
        /// The number of batches, in as many epochs as needed.
        case steps(Int)
    }

    private var order: [Int32] = []
    private var batchSize = 1
    private var position = 0
    // The stream lives for the length of one task, so successive epochs are successive shuffles.
    private var stream = RandomKey(seed: 0, .batches).stream()

    /// The number of batches in the task.
    public private(set) var stepCount = 0
    /// The number of batches that were returned.
    public private(set) var stepsTaken = 0
    /// The number of batches in an epoch.
    public var epochSteps: Int { order.isEmpty ? 0 : (order.count - 1) / batchSize + 1 }

    /// Creates an order without batches.
    public init() {}

    /// Computes the number of batches.
    public static func stepCount(samples: Int, batchSize: Int, length: Length) -> Int {
        precondition(batchSize >= 1, "batches of \(batchSize)")
        guard samples > 0 else { return 0 }
        switch length {
        case .epochs(let epochs): return max(epochs, 0) * ((samples - 1) / batchSize + 1)
        case .steps(let steps): return max(steps, 0)
        }
    }

    /// Computes the number of samples of all batches together, each as often as it is used.
    public static func sampleCount(samples: Int, batchSize: Int, length: Length) -> Int {
        let steps = stepCount(samples: samples, batchSize: batchSize, length: length)
        guard samples > 0 else { return 0 }
        let epochSteps = (samples - 1) / batchSize + 1
        // Only the last batch of an epoch can be smaller.
        return steps / epochSteps * samples + steps % epochSteps * batchSize
    }

    /// Starts a task. A client without samples has no batches.
    ///
    /// - Parameters:
    ///   - client: the client that trains, in 0..<population.count.
    ///   - batchSize: at least 1; it may be larger than the number of samples.
    ///   - length: the epochs or steps of the task.
    ///   - key: names the stream of the shuffles.
    public mutating func begin(
        client: Int, of population: any Population, batchSize: Int, length: Length, key: RandomKey
    ) {
        order.removeAll(keepingCapacity: true)
        population.appendSamples(of: client, to: &order)
        stepCount = Self.stepCount(samples: order.count, batchSize: batchSize, length: length)
        self.batchSize = batchSize
        position = order.count
        stepsTaken = 0
        stream = key.stream()
    }

    /// The sample indices of the batch after the current one. It is empty if there is none, or if
    /// its epoch is not shuffled yet.
    public var upcoming: ArraySlice<Int32> {
        guard stepsTaken < stepCount, position < order.count else { return [] }
        return order[position..<min(position + batchSize, order.count)]
    }

    /// Returns the sample indices of the next batch, or nil after the last one.
    ///
    /// No memory is allocated if the caller has released the batch before.
    public mutating func next() -> ArraySlice<Int32>? {
        guard stepsTaken < stepCount else { return nil }
        if position == order.count {
            stream.shuffle(&order)
            position = 0
        }
        let first = position
        position = min(first + batchSize, order.count)
        stepsTaken += 1
        return order[first..<position]
    }
}
