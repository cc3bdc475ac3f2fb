import RandomStreams

/// Classes that are shared out among the clients by proportions, drawn again until no client has
/// fewer samples than the minimum.
///
/// 1. For each class c of n_c samples, `draw` returns the proportions q of the clients. The share
///    of client j ends at floor(n_c (q_0 + ... + q_j)), the share of the last client at n_c.
/// 2. If the smallest client has fewer than `minSamples` samples, draw all proportions again, at
///    most 1,000 times.
/// 3. Shuffle the indices of each class and cut them at these ends. Put the parts of each client
///    one after the other in class order, and shuffle them.
///
/// - Streams, with the number of the draw (from 0) as round: client 2^30 + c shuffles class c,
///   client 2^31 + j shuffles client j. The proportions have streams below 2^30.
struct ClassShares {
    /// The smallest number of samples of a client.
    let minSamples: Int
    /// The change of the settings that makes small clients larger, for a message.
    let relief: String

    static let maximumDraws = 1_000

    /// Draws the proportions of the classes in one draw.
    ///
    /// The argument is the number of the draw. The result returns the proportions of a class, shape
    /// (clients), from the sizes of the clients so far. It is called in class order.
    typealias Draw = (UInt32) -> (_ index: Int, _ sizes: [Int]) -> [Double]

    /// Deals all samples to the clients.
    func deal(
        _ classBlocks: ClassBlocks, to clients: Int, key: RandomKey, _ draw: Draw
    ) throws(PartitionError) -> Partition {
        let samples = classBlocks.order.count
        guard minSamples <= samples / clients else {
            throw .tooFewSamples(clients: clients, minSamples: minSamples, samples: samples)
        }
        var best = 0
        for number in 0..<UInt32(Self.maximumDraws) {
            // Sizes follow from the proportions alone, so a draw that is thrown away is cheap.
            var sizes = [Int](repeating: 0, count: clients)
            forEachPart(classBlocks, draw(number), &sizes) { _, _, _ in }
            let smallest = sizes.min() ?? 0
            if smallest >= minSamples {
                return deal(classBlocks, sizes, key: key, draw, number)
            }
            best = max(best, smallest)
        }
        throw .minimumNotMet(
            minSamples: minSamples, best: best, draws: Self.maximumDraws, clients: clients,
            relief: relief)
    }

    /// Draws the same proportions once more, so that memory does not grow with classes x clients.
    private func deal(
        _ sorted: ClassBlocks, _ sizes: [Int], key: RandomKey, _ draw: Draw, _ number: UInt32
    ) -> Partition {
        var blocks = sorted
        for index in 0..<blocks.classes {
            blocks.shuffle(index, key: key.shuffle(ofClass: index, draw: number))
        }
        var builder = PartitionBuilder(sizes: sizes)
        var dealt = [Int](repeating: 0, count: sizes.count)
        forEachPart(blocks, draw(number), &dealt) { _, client, range in
            builder.deal(range, of: blocks.order, to: client)
        }
        builder.shuffleClients { key.shuffle(ofClient: $0, draw: number) }
        return builder.partition(of: blocks.order.count)
    }

    /// Passes each part that is not empty to `body`: class, client and range in the order of the
    /// classes' samples. Adds the parts to `sizes`.
    private func forEachPart(
        _ blocks: ClassBlocks, _ shares: (Int, [Int]) -> [Double], _ sizes: inout [Int],
        _ body: (Int, Int, Range<Int>) -> Void
    ) {
        for index in 0..<blocks.classes where blocks.count(of: index) > 0 {
            let block = blocks.range(of: index)
            let ends = ends(of: shares(index, sizes), samples: block.count)
            var start = 0
            for (client, end) in ends.enumerated() where end > start {
                body(index, client, block.lowerBound + start..<block.lowerBound + end)
                sizes[client] += end - start
                start = end
            }
        }
    }
}
