import RandomStreams

/// Each client draws its class proportions, and then its samples without replacement.
///
/// 1. Client j draws q_j ~ Dir(alpha, ..., alpha) over the classes that have samples. With the
///    prior `global` it is Dir(alpha C p), where p are the shares of the C classes in the data.
/// 2. Sizes are equal: n/N, the first n mod N clients one more.
/// 3. Until all clients are full: draw a client that is not full, each equally likely. It draws a
///    class from q_j among the classes with samples left, and gets the next sample of that class.
///    If q_j is 0 for all of these, each of them is equally likely.
///
/// The clients that are full last have the classes that were left, so they are less skewed.
///
/// - Streams: (client j, round 0) draws q_j, (client j, round 1 + i) the class of its i-th sample.
///   Client 2^30 + c shuffles class c, client 2^31 draws the turns.
/// - Source: Hsu, Qi, Brown 2019, arXiv 1909.06335; code of FedDyn (Acar et al. 2021).
/// - Hsu's alpha is C times this alpha, because it multiplies a prior with the sum 1. Flower's
///   InnerDirichletPartitioner and FedDyn count alpha as here.
extension Dirichlet {
    func dealPerClient(
        _ sorted: ClassBlocks, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let samples = sorted.order.count
        guard minSamples <= samples / clients else {
            throw .tooFewSamples(clients: clients, minSamples: minSamples, samples: samples)
        }
        var blocks = sorted
        let present = blocks.present
        for index in present { blocks.shuffle(index, key: key.shuffle(ofClass: index)) }
        let concentrations = present.map { index in
            let share = Double(blocks.count(of: index)) / Double(samples)
            return prior == .global ? alpha * Double(present.count) * share : alpha
        }
        var choice = ClassChoice(blocks, present)
        for client in 0..<clients {
            var stream = key.part(UInt32(client)).stream()
            choice.shares += stream.dirichlet(concentrations)
        }
        let sizes = equalSizes(samples, among: clients)
        var builder = PartitionBuilder(sizes: sizes)
        var open = (0..<clients).map { Int32($0) }
        var dealt = [Int](repeating: 0, count: clients)
        var turns = key.shuffle(ofClient: 0).stream()
        for _ in 0..<samples {
            let turn = turns.below(open.count)
            let client = Int(open[turn])
            var stream = key.part(UInt32(client), UInt32(1 + dealt[client])).stream()
            builder.deal(
                blocks.order[choice.next(of: client, at: stream.uniform())], to: client)
            dealt[client] += 1
            if dealt[client] == sizes[client] {
                open.swapAt(turn, open.count - 1)
                open.removeLast()
            }
        }
        return builder.partition(of: samples)
    }
}

/// The classes with samples left, and the proportions by which clients choose among them.
private struct ClassChoice {
    /// q of all clients, shape (clients, present classes).
    var shares: [Double] = []
    /// Where the next sample of each present class is, and where they end.
    private var next: [Int]
    private let ends: [Int]

    init(_ blocks: ClassBlocks, _ present: [Int]) {
        next = present.map { blocks.range(of: $0).lowerBound }
        ends = present.map { blocks.range(of: $0).upperBound }
    }

    /// Takes a sample of a class that a client chooses, and returns its place.
    ///
    /// - Parameter point: in [0, 1), the point of the distribution at which the class is.
    mutating func next(of client: Int, at point: Double) -> Int {
        let first = client * next.count
        var (sum, open, last) = (0.0, 0.0, 0)
        for index in next.indices where next[index] < ends[index] {
            sum += shares[first + index]
            open += 1
            last = index
        }
        var rest = point * (sum > 0 ? sum : open)
        var chosen = last
        for index in next.indices where next[index] < ends[index] {
            let share = sum > 0 ? shares[first + index] : 1
            if rest < share {
                chosen = index
                break
            }
            rest -= share
        }
        // Rounding may pass the last share. The last class with samples is then the choice.
        defer { next[chosen] += 1 }
        return next[chosen]
    }
}
