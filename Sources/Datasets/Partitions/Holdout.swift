import RandomStreams

/// The samples of each client in three parts: what it trains on, and what is held out to validate
/// and to test the model on its own data.
///
/// A client's parts follow from its own samples and, where they are drawn, the stream (seed,
/// validation, client) alone: other clients leave no trace in them, and a drawn validation part is
/// the same with or without a test part. Inside a part samples keep the order in which they were dealt.
public struct Holdout: Sendable, Equatable {
    /// Which of a client's samples are held out.
    public enum Choice: String, Sendable {
        /// Drawn from the seed.
        case drawn
        /// Those that come last in the data, whichever way they were dealt: the validation part,
        /// then, at the very end, the test part.
        case last
    }

    /// What each client trains on; its size is the client's weight.
    public let training: Partition
    /// What each client validates on.
    public let validation: Partition
    /// What each client tests on.
    public let test: Partition

    /// Splits each client's samples; `counts` says into how many.
    ///
    /// Cost: one pass over the samples, and a random number for each that is held out. Without
    /// fractions the training part shares the partition's memory.
    ///
    /// - Parameters:
    ///   - validation: share of each client's samples that is held out for validation, 0..<1.
    ///   - test: share that is held out for tests, 0..<1; both together are below 1.
    ///   - choice: which samples are held out.
    ///   - seed: that of the partition; of no effect on what comes last.
    public init(
        _ partition: Partition, validation: Double, test: Double, choice: Choice = .drawn,
        seed: UInt64
    ) {
        let fractions = (validation: validation, test: test)
        guard fractions.validation > 0 || fractions.test > 0 else {
            let nothing = Partition(
                offsets: [Int](repeating: 0, count: partition.clients + 1), indices: [],
                sampleCount: partition.sampleCount)
            (training, self.validation, self.test) = (partition, nothing, nothing)
            return
        }
        var parts = [Gathered](repeating: Gathered(), count: 3)
        for client in 0..<partition.clients {
            let samples = partition.samples(of: client)
            let counts = Self.counts(
                of: samples.count, validation: fractions.validation, test: fractions.test)
            let roles =
                switch choice {
                case .drawn:
                    Self.roles(
                        samples.count, counts.validation, counts.test,
                        key: RandomKey(seed: seed, .validation, client: UInt32(client)))
                case .last: Self.lastRoles(samples, counts.validation, counts.test)
                }
            for (sample, role) in zip(samples, roles) { parts[role].indices.append(sample) }
            for role in parts.indices { parts[role].offsets.append(parts[role].indices.count) }
        }
        training = parts[0].partition(of: partition.sampleCount)
        self.validation = parts[1].partition(of: partition.sampleCount)
        self.test = parts[2].partition(of: partition.sampleCount)
    }

    /// How many of a client's samples go into each part: ⌊fraction · samples⌋, but at least one where
    /// the fraction is not 0 and there are three samples or more. Training keeps at least one.
    public static func counts(of samples: Int, validation: Double, test: Double) -> (
        training: Int, validation: Int, test: Int
    ) {
        func count(_ fraction: Double) -> Int {
            guard fraction > 0, samples > 0 else { return 0 }
            // 0.29 of 100 is 29, though the product of the doubles is a hair less.
            let whole = Int((fraction * Double(samples) + 1e-9).rounded(.down))
            return max(whole, samples >= 3 ? 1 : 0)
        }
        var (held, tested) = (count(validation), count(test))
        // The larger part gives way: a client that trains on nothing would take no part.
        while samples > 0, held + tested >= samples {
            if held >= tested { held -= 1 } else { tested -= 1 }
        }
        return (samples - held - tested, held, tested)
    }

    /// The part of each sample: 0 training, 1 validation, 2 test.
    ///
    /// The first steps of a Fisher-Yates shuffle, as many as are held out.
    private static func roles(_ samples: Int, _ validation: Int, _ test: Int, key: RandomKey)
        -> [Int]
    {
        var roles = [Int](repeating: 0, count: samples)
        var places = Array(0..<samples)
        var stream = key.stream()
        for index in 0..<validation + test {
            places.swapAt(index, index + stream.below(samples - index))
            roles[places[index]] = index < validation ? 1 : 2
        }
        return roles
    }

    /// The same with the last samples held out, by their numbers in the data.
    private static func lastRoles(
        _ samples: ArraySlice<Int32>, _ validation: Int, _ test: Int
    ) -> [Int] {
        let numbers = Array(samples)
        var roles = [Int](repeating: 0, count: numbers.count)
        let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
        for place in order.suffix(validation + test) { roles[place] = 1 }
        for place in order.suffix(test) { roles[place] = 2 }
        return roles
    }

    private struct Gathered {
        var offsets = [0]
        var indices: [Int32] = []

        func partition(of sampleCount: Int) -> Partition {
            Partition(offsets: offsets, indices: indices, sampleCount: sampleCount)
        }
    }
}
