import Settings

/// A population whose samples are stored: which training sample belongs to which client.
///
/// A partition from the cache is read where its file is mapped, so all processes of a machine share
/// one copy of it.
public struct Partition: Population {
    /// The two arrays: client j has the indices from offsets[j] up to offsets[j + 1].
    private enum Storage {
        case memory(offsets: [UInt32], indices: [Int32])
        case file(MappedFile, PartitionFile.Layout)
    }

    private let storage: Storage
    public let count: Int
    public let totalSize: Int
    public let largestSize: Int
    /// The number of samples that were shared out; some may belong to no client.
    public let sampleCount: Int
    /// The number of different samples that clients have, at most `sampleCount`.
    public let usedSamples: Int
    /// Whether a sample may occur more than once, in several clients or in one.
    public let repeatsSamples: Bool

    /// Makes a partition from the samples of each client.
    ///
    /// - Parameters:
    ///   - parts: sample indices in 0..<sampleCount, each at most once in all parts together.
    ///   - sampleCount: at most 2,147,483,647.
    ///   - repeatsSamples: whether an index may also occur more than once.
    public init(_ parts: [[Int32]], of sampleCount: Int, repeatsSamples: Bool = false) {
        var offsets: [UInt32] = [0]
        var indices: [Int32] = []
        offsets.reserveCapacity(parts.count + 1)
        indices.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts {
            indices.append(contentsOf: part)
            offsets.append(UInt32(indices.count))
        }
        self.init(
            offsets: offsets, indices: indices, sampleCount: sampleCount,
            repeatsSamples: repeatsSamples)
    }

    /// Makes a partition from its two arrays.
    init(
        offsets: [UInt32], indices: [Int32], sampleCount: Int, repeatsSamples: Bool = false
    ) {
        let (found, largest) = offsets.withUnsafeBufferPointer { offsets in
            indices.withUnsafeBufferPointer { indices in
                let arrays = Arrays(offsets: offsets, indices: indices)
                return (
                    arrays.check(sampleCount: sampleCount, repeatsSamples: repeatsSamples),
                    arrays.largestSize
                )
            }
        }
        precondition(found.problem == nil, found.problem ?? "")
        storage = .memory(offsets: offsets, indices: indices)
        (count, totalSize, largestSize) = (offsets.count - 1, indices.count, largest)
        (self.sampleCount, usedSamples) = (sampleCount, found.usedSamples)
        self.repeatsSamples = repeatsSamples
    }

    /// Makes a partition that is read from a mapped file.
    ///
    /// - Throws: `Damaged` if the arrays of the file are not a partition.
    init(_ file: MappedFile, _ layout: PartitionFile.Layout) throws(Damaged) {
        let (found, largest) = layout.withArrays(of: file) {
            (
                $0.check(
                    sampleCount: layout.sampleCount, repeatsSamples: layout.repeatsSamples),
                $0.largestSize
            )
        }
        if let problem = found.problem { throw Damaged(reason: problem) }
        storage = .file(file, layout)
        (count, totalSize, largestSize) = (layout.clients, layout.indexCount, largest)
        (sampleCount, usedSamples) = (layout.sampleCount, found.usedSamples)
        repeatsSamples = layout.repeatsSamples
    }

    /// The reason why two arrays are not a partition.
    struct Damaged: Error {
        let reason: String
    }

    public func size(of client: Int) -> Int {
        check(client)
        return withArrays { $0.range(of: client).count }
    }

    public func appendSamples(of client: Int, to samples: inout [Int32]) {
        check(client)
        withArrays { samples.append(contentsOf: $0.samples(of: client)) }
    }

    public func client(atPosition position: Int) -> Int {
        precondition(
            position >= 0 && position < totalSize, "position \(position) of \(totalSize)")
        return withArrays { arrays in
            // The first client whose samples end behind this position.
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                if Int(arrays.offsets[middle + 1]) <= position {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low
        }
    }

    private func check(_ client: Int) {
        precondition(client >= 0 && client < count, "client \(client) of \(count)")
    }

    /// Passes the two arrays to `body`.
    func withArrays<R>(_ body: (Arrays) -> R) -> R {
        switch storage {
        case .memory(let offsets, let indices):
            offsets.withUnsafeBufferPointer { offsets in
                indices.withUnsafeBufferPointer { body(Arrays(offsets: offsets, indices: $0)) }
            }
        case .file(let file, let layout): layout.withArrays(of: file, body)
        }
    }
}

extension Partition: Equatable {
    /// Compares the clients' samples and the number of samples that were shared out.
    public static func == (one: Partition, other: Partition) -> Bool {
        guard one.count == other.count, one.sampleCount == other.sampleCount else { return false }
        return one.withArrays { left in
            other.withArrays { right in
                left.offsets.elementsEqual(right.offsets)
                    && left.indices.elementsEqual(right.indices)
            }
        }
    }
}

extension Partition {
    /// The two arrays of a partition, in a file or in memory.
    struct Arrays {
        /// Where each client's indices start and end, shape (clients + 1).
        let offsets: UnsafeBufferPointer<UInt32>
        /// The sample indices of all clients in client order.
        let indices: UnsafeBufferPointer<Int32>

        func range(of client: Int) -> Range<Int> {
            Int(offsets[client])..<Int(offsets[client + 1])
        }

        func samples(of client: Int) -> UnsafeBufferPointer<Int32> {
            UnsafeBufferPointer(rebasing: indices[range(of: client)])
        }

        /// The most samples that a client has. The offsets must not fall.
        var largestSize: Int {
            var largest: UInt32 = 0
            for client in 0..<max(offsets.count - 1, 0) {
                largest = max(largest, offsets[client + 1] &- offsets[client])
            }
            return Int(largest)
        }

        /// Returns why these arrays are not a partition, or nil if they are, and the number of
        /// different samples.
        func check(
            sampleCount: Int, repeatsSamples: Bool
        ) -> (problem: String?, usedSamples: Int) {
            guard sampleCount >= 0, sampleCount <= Int(Int32.max), offsets.first == 0,
                offsets.last.map(Int.init) == indices.count
            else {
                return (mismatch("offsets from 0 to \(indices.count.grouped)", "others"), 0)
            }
            for index in 1..<offsets.count where offsets[index] < offsets[index - 1] {
                let found = "\(offsets[index]) after \(offsets[index - 1])"
                return (mismatch("offsets that do not fall", found), 0)
            }
            // One bit for each sample.
            var isOwned = [UInt64](repeating: 0, count: (sampleCount + 63) / 64)
            var repeats = 0
            for index in indices {
                guard index >= 0, Int(index) < sampleCount else {
                    let expected = "sample indices below \(sampleCount.grouped)"
                    return (mismatch(expected, "\(index)"), 0)
                }
                let (word, bit) = (Int(index) / 64, UInt64(1) << (UInt64(index) % 64))
                if isOwned[word] & bit != 0 {
                    guard repeatsSamples else {
                        return (mismatch("each sample once", "sample \(index) twice"), 0)
                    }
                    repeats += 1
                }
                isOwned[word] |= bit
            }
            return (nil, indices.count - repeats)
        }
    }
}
