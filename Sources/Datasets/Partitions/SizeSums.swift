import Synchronization

/// The sums of the clients' sizes, by which a client is found from a position in the row of all
/// samples. They have one number for 256 clients.
struct SizeSums: Sendable {
    /// The samples of all clients together.
    private(set) var total = 0
    /// The largest size of any client.
    private(set) var largest = 0
    /// The samples of all clients before client 0, `stride`, 2 `stride`, …: a search starts there.
    private var sums: [Int] = []
    private static let stride = 256

    /// Adds the size of the next client.
    mutating func add(_ client: Int, _ size: Int) {
        if client % Self.stride == 0 { sums.append(total) }
        total += size
        largest = max(largest, size)
    }

    /// Returns the smallest client whose samples end behind a position in 0..<total.
    func client(atPosition position: Int, size: (_ client: Int) -> Int) -> Int {
        precondition(position >= 0 && position < total, "position \(position) of \(total)")
        // The last sum that is not beyond the position.
        var (low, high) = (0, sums.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if sums[middle] <= position { low = middle } else { high = middle }
        }
        var (client, end) = (low * Self.stride, sums[low])
        while true {
            end += size(client)
            if position < end { return client }
            client += 1
        }
    }
}

/// The sums of sizes that are computed at the first request. Most runs never read them.
final class LateSizeSums: Sendable {
    private let sums = Mutex<SizeSums?>(nil)
    private let count: Int

    init(count: Int) { self.count = count }

    /// Returns the sums; the first request reads the sizes of all clients.
    func value(_ size: (_ client: Int) -> Int) -> SizeSums {
        sums.withLock { known in
            if let known { return known }
            var made = SizeSums()
            for client in 0..<count { made.add(client, size(client)) }
            known = made
            return made
        }
    }
}
