/// Which training sample belongs to which client. No sample belongs to two.
public struct Partition: Sendable, Equatable {
    /// Client j has the indices from offsets[j] up to offsets[j + 1].
    let offsets: [Int]
    let indices: [Int32]
    /// How many samples there were to share out; some may belong to nobody.
    public let sampleCount: Int

    /// How many clients.
    public var clients: Int { offsets.count - 1 }
    /// The number of samples of each client.
    public var sizes: [Int] { (0..<clients).map { offsets[$0 + 1] - offsets[$0] } }

    /// The sample indices of a client, in the order in which they were dealt.
    public func samples(of client: Int) -> ArraySlice<Int32> {
        precondition(client >= 0 && client < clients, "client \(client) of \(clients)")
        return indices[offsets[client]..<offsets[client + 1]]
    }

    /// A partition from each client's samples.
    ///
    /// - Parameter parts: indices in 0..<sampleCount, each at most once in all parts together.
    public init(_ parts: [[Int32]], of sampleCount: Int) {
        var offsets = [0]
        var indices: [Int32] = []
        for part in parts {
            indices.append(contentsOf: part)
            offsets.append(indices.count)
        }
        self.init(offsets: offsets, indices: indices, sampleCount: sampleCount)
    }

    init(offsets: [Int], indices: [Int32], sampleCount: Int) {
        let problem = Self.problem(offsets: offsets, indices: indices, sampleCount: sampleCount)
        precondition(problem == nil, problem ?? "")
        (self.offsets, self.indices, self.sampleCount) = (offsets, indices, sampleCount)
    }

    /// What keeps these arrays from being a partition, or nil.
    static func problem(offsets: [Int], indices: [Int32], sampleCount: Int) -> String? {
        guard sampleCount >= 0, sampleCount <= Int(Int32.max), offsets.first == 0,
            offsets.last == indices.count
        else { return "offsets that don't cover the indices" }
        for index in 1..<offsets.count where offsets[index] < offsets[index - 1] {
            return "offsets that fall"
        }
        // One bit a sample would do; a byte is faster, and there are few.
        var isTaken = [Bool](repeating: false, count: sampleCount)
        for index in indices {
            guard index >= 0, Int(index) < sampleCount else {
                return "sample \(index) of \(sampleCount)"
            }
            if isTaken[Int(index)] { return "sample \(index) twice" }
            isTaken[Int(index)] = true
        }
        return nil
    }
}
