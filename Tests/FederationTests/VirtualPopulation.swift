import Datasets

/// A population that stores nothing: client i has 1 + i mod `sizes` samples, computed when they are
/// asked for.
struct VirtualPopulation: Population {
    let count: Int
    private let sizes: Int

    /// - Parameter sizes: the number of different sizes; it divides the number of clients.
    init(count: Int, sizes: Int) {
        precondition(count % sizes == 0)
        (self.count, self.sizes) = (count, sizes)
    }

    /// The samples of `sizes` successive clients.
    private var periodSize: Int { sizes * (sizes + 1) / 2 }

    var totalSize: Int { count / sizes * periodSize }
    var largestSize: Int { sizes }
    func size(of client: Int) -> Int { 1 + client % sizes }

    private func start(of client: Int) -> Int {
        let (period, index) = client.quotientAndRemainder(dividingBy: sizes)
        return period * periodSize + index * (index + 1) / 2
    }

    func appendSamples(of client: Int, to samples: inout [Int32]) {
        for index in 0..<size(of: client) {
            samples.append(Int32(truncatingIfNeeded: start(of: client) + index))
        }
    }

    func client(atPosition position: Int) -> Int {
        let (period, rest) = position.quotientAndRemainder(dividingBy: periodSize)
        var client = period * sizes
        while start(of: client + 1) - period * periodSize <= rest { client += 1 }
        return client
    }
}

/// A population of these sizes, whose searches are the plainest ones: a test's reference.
struct ListedPopulation: Population {
    let sizes: [Int]

    var count: Int { sizes.count }
    var totalSize: Int { sizes.reduce(0, +) }
    var largestSize: Int { sizes.max() ?? 0 }
    func size(of client: Int) -> Int { sizes[client] }

    func appendSamples(of client: Int, to samples: inout [Int32]) {
        let start = sizes[..<client].reduce(0, +)
        samples += (start..<start + sizes[client]).map { Int32($0) }
    }

    func client(atPosition position: Int) -> Int {
        var end = 0
        return sizes.firstIndex {
            end += $0
            return position < end
        } ?? sizes.count
    }
}
