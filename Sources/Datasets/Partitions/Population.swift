/// The clients of a run and the training samples of each client. A run needs no other facts about
/// them.
///
/// Clients are numbered from 0 to count − 1. No sample belongs to two clients, unless the skew
/// draws with replacement; then a sample may also belong to one client twice. A conformer may store
/// the samples (`Partition`) or compute them at each request (`DrawnPopulation`, `HeldOutPart`). So
/// nothing in a round or in a client process needs an array as long as the number of clients.
public protocol Population: Sendable {
    /// N, the number of clients.
    var count: Int { get }
    /// n = n_0 + … + n_{N−1}, the samples of all clients together. If sizes are computed, the first
    /// request can read all of them.
    var totalSize: Int { get }
    /// The largest n_i; 0 if no client has samples. If not all clients are surveyed, it is a number
    /// that no n_i exceeds.
    var largestSize: Int { get }
    /// The clients that a check of all clients reads, from client 0 on. These are all clients, or
    /// the first 10,000 if clients are computed.
    var surveyed: Range<Int> { get }
    /// n_i, if it is the same for all clients by construction; else nil.
    var equalSize: Int? { get }
    /// Returns n_i, the number of samples of one client.
    ///
    /// - Parameter client: in 0..<count.
    func size(of client: Int) -> Int
    /// Appends the sample indices of one client, in the order in which they were dealt.
    ///
    /// - Parameters:
    ///   - client: in 0..<count.
    ///   - samples: receives size(of: client) indices of training samples.
    func appendSamples(of client: Int, to samples: inout [Int32])
    /// Returns the client that owns a position, if the samples of all clients stand in one row in
    /// client order. It is the smallest i with position < n_0 + … + n_i.
    ///
    /// - Parameter position: in 0..<totalSize.
    /// - Complexity: far below the number of clients.
    func client(atPosition position: Int) -> Int
}

extension Population {
    /// By default, a check of all clients reads all of them.
    public var surveyed: Range<Int> { 0..<count }
    /// By default, sizes differ.
    public var equalSize: Int? { nil }
    /// Whether a check of all clients reads all of them.
    public var isSurveyed: Bool { surveyed.count == count }
    /// The population of the surveyed clients only.
    public var surveyedPart: any Population {
        isSurveyed ? self : FirstClients(surveyed.count, of: self)
    }

    /// Returns the sample indices of one client, in the order in which they were dealt.
    public func samples(of client: Int) -> [Int32] {
        var samples: [Int32] = []
        appendSamples(of: client, to: &samples)
        return samples
    }

    /// Counts how many clients have each size, largest size first.
    ///
    /// There are few different sizes: S of them need at least S² / 2 samples.
    ///
    /// - Complexity: one pass over the clients.
    public func sizeCounts() -> [(size: Int, clients: Int)] {
        // The dictionary is sorted below, so its order does not reach a result.
        var counts: [Int: Int] = [:]
        var run = (size: 0, clients: 0)
        for client in 0..<count {
            let size = size(of: client)
            if size != run.size {
                counts[run.size, default: 0] += run.clients
                run = (size, 0)
            }
            run.clients += 1
        }
        counts[run.size, default: 0] += run.clients
        return counts.filter { $0.value > 0 }.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
    }
}
