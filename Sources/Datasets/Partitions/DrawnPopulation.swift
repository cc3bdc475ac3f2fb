/// A population whose clients draw their samples with replacement, so that clients share samples.
///
/// The samples of a client follow from the seed and its number. They are computed at each request,
/// so a client that never takes part costs neither memory nor time. There can be more clients than
/// samples.
public struct DrawnPopulation: Population {
    /// How one client draws.
    struct Draw: Sendable {
        /// The size of each client, if all have the same size.
        let equalSize: Int?
        /// A size that no client exceeds.
        let mostSamples: Int
        /// Returns the size of a client.
        let size: @Sendable (_ client: Int) -> Int
        /// Appends the samples of a client, in the order in which it drew them.
        let append: @Sendable (_ client: Int, _ samples: inout [Int32]) -> Void

        /// Clients of one size.
        init(
            equalSize size: Int,
            append: @escaping @Sendable (_ client: Int, _ samples: inout [Int32]) -> Void
        ) {
            (equalSize, mostSamples, self.size) = (size, size, { _ in size })
            self.append = append
        }

        /// Clients of several sizes, of which none is larger than `mostSamples`.
        init(
            mostSamples: Int, size: @escaping @Sendable (_ client: Int) -> Int,
            append: @escaping @Sendable (_ client: Int, _ samples: inout [Int32]) -> Void
        ) {
            (equalSize, self.mostSamples, self.size) = (nil, mostSamples, size)
            self.append = append
        }
    }

    /// The most clients whose sizes are read when the population is made. With more clients, only
    /// the bound of the sizes counts.
    static let mostSurveyed = 10_000

    private let draw: Draw
    public let count: Int
    public let largestSize: Int
    /// The sizes of the clients, if they are known.
    private let sizes: [Int32]
    private let sums: LateSizeSums

    /// Makes a population of `count` clients.
    ///
    /// - Complexity: one draw of a size for each client, of at most 10,000 clients.
    init(count: Int, _ draw: Draw) {
        (self.count, self.draw) = (count, draw)
        sums = LateSizeSums(count: count)
        guard draw.equalSize == nil, count <= Self.mostSurveyed else {
            (sizes, largestSize) = ([], draw.equalSize ?? draw.mostSamples)
            return
        }
        sizes = (0..<count).map { Int32(draw.size($0)) }
        largestSize = Int(sizes.max() ?? 0)
    }

    public var equalSize: Int? { draw.equalSize }

    public var surveyed: Range<Int> { 0..<min(count, Self.mostSurveyed) }

    /// n. If sizes differ, the first request reads the sizes of all clients.
    public var totalSize: Int { equalSize.map { $0 * count } ?? allSums.total }

    private var allSums: SizeSums { sums.value { size(of: $0) } }

    public func size(of client: Int) -> Int {
        precondition(client >= 0 && client < count, "client \(client) of \(count)")
        return equalSize ?? (sizes.isEmpty ? draw.size(client) : Int(sizes[client]))
    }

    public func appendSamples(of client: Int, to samples: inout [Int32]) {
        precondition(client >= 0 && client < count, "client \(client) of \(count)")
        draw.append(client, &samples)
    }

    public func client(atPosition position: Int) -> Int {
        if let equalSize { return position / max(equalSize, 1) }
        return allSums.client(atPosition: position) { size(of: $0) }
    }
}

extension Partition {
    /// Stores the samples of all clients of a population.
    ///
    /// - Parameter sampleCount: the number of samples that the clients draw from.
    init(storing population: DrawnPopulation, of sampleCount: Int) {
        var offsets: [UInt32] = [0]
        var indices: [Int32] = []
        offsets.reserveCapacity(population.count + 1)
        for client in 0..<population.count {
            population.appendSamples(of: client, to: &indices)
            offsets.append(UInt32(indices.count))
        }
        self.init(
            offsets: offsets, indices: indices, sampleCount: sampleCount, repeatsSamples: true)
    }
}
