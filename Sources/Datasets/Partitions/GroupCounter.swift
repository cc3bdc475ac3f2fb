/// Counts the labels of one client after another. Its memory does not grow with the clients.
public struct GroupCounter: Sendable {
    private let groups: SampleGroups
    private let exchange: [Int32]?
    private var samples: [Int32] = []
    /// The number of labels of each group that the last client has, shape (groups).
    public private(set) var counts: [Int]

    /// Creates a counter.
    ///
    /// - Parameters:
    ///   - groups: the group of each label.
    ///   - exchange: counts sample exchange[i] in the place of sample i; nil counts the sample
    ///     itself.
    init(_ groups: SampleGroups, exchange: [Int32]?) {
        (self.groups, self.exchange) = (groups, exchange)
        counts = [Int](repeating: 0, count: groups.count)
    }

    /// Creates a counter of these groups.
    public init(_ groups: SampleGroups) { self.init(groups, exchange: nil) }

    /// Counts the labels of a client, and forgets those of the client before.
    public mutating func count(_ client: Int, of population: any Population) {
        samples.removeAll(keepingCapacity: true)
        population.appendSamples(of: client, to: &samples)
        for index in counts.indices { counts[index] = 0 }
        let perSample = groups.perSample
        for sample in samples {
            let first = Int(exchange?[Int(sample)] ?? sample) * perSample
            for label in groups.labels[first..<first + perSample] { counts[Int(label)] += 1 }
        }
    }
}
