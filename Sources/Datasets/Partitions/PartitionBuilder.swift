import RandomStreams

/// A partition whose clients' sizes are known and whose samples are being dealt.
struct PartitionBuilder {
    private let offsets: [UInt32]
    private var next: [Int]
    private var indices: [Int32]

    /// Reserves the places of each client.
    ///
    /// - Parameter sizes: shape (clients); the sum is at most 2,147,483,647.
    init(sizes: [Int]) {
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(sizes.count + 1)
        next = []
        next.reserveCapacity(sizes.count)
        var end = 0
        for size in sizes {
            next.append(end)
            end += size
            offsets.append(UInt32(end))
        }
        self.offsets = offsets
        indices = [Int32](repeating: 0, count: end)
    }

    /// Gives a client the samples of a range of `order`.
    mutating func deal(_ range: Range<Int>, of order: [Int32], to client: Int) {
        var place = next[client]
        for index in range {
            indices[place] = order[index]
            place += 1
        }
        next[client] = place
    }

    /// Gives a client one sample.
    mutating func deal(_ sample: Int32, to client: Int) {
        indices[next[client]] = sample
        next[client] += 1
    }

    /// Puts the samples of each client into a random order.
    ///
    /// - Parameter key: returns the key of a client's stream.
    mutating func shuffleClients(_ key: (_ client: Int) -> RandomKey) {
        for client in next.indices {
            var stream = key(client).stream()
            stream.shuffle(&indices, in: Int(offsets[client])..<Int(offsets[client + 1]))
        }
    }

    /// Returns the partition. All reserved places must be filled.
    func partition(of sampleCount: Int, repeatsSamples: Bool = false) -> Partition {
        Partition(
            offsets: offsets, indices: indices, sampleCount: sampleCount,
            repeatsSamples: repeatsSamples)
    }
}

extension RandomKey {
    /// Returns the key of a stream of the partition, named by two numbers.
    func part(_ first: UInt32, _ second: UInt32 = 0) -> RandomKey {
        var key = self
        (key.client, key.round) = (first, second)
        return key
    }

    /// Returns the key that shuffles the samples of a class.
    func shuffle(ofClass index: Int, draw: UInt32 = 0) -> RandomKey {
        part(1 << 30 + UInt32(index), draw)
    }

    /// Returns the key that shuffles the samples of a client.
    func shuffle(ofClient client: Int, draw: UInt32 = 0) -> RandomKey {
        part(1 << 31 + UInt32(client), draw)
    }
}

/// Returns sizes of n samples that differ by at most one; the first clients are the larger ones.
func equalSizes(_ samples: Int, among clients: Int) -> [Int] {
    let (size, larger) = samples.quotientAndRemainder(dividingBy: clients)
    return (0..<clients).map { size + ($0 < larger ? 1 : 0) }
}

/// Returns where each share of some samples ends: floor(n (q_0 + … + q_j)), and n for the last.
///
/// - Parameter shares: shape (clients), with the sum 1.
/// - Returns: shape (clients); the values do not fall.
func ends(of shares: [Double], samples: Int) -> [Int] {
    var sum = 0.0
    var ends = [Int](repeating: samples, count: shares.count)
    for index in shares.indices.dropLast() {
        sum += shares[index]
        ends[index] = min(Int(Double(samples) * sum), samples)
    }
    return ends
}
