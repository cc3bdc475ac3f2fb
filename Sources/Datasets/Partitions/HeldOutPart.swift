import RandomStreams

/// One of the three parts of a holdout: a population whose samples are computed from another one.
struct HeldOutPart: Population {
    /// The purpose of the samples of a part.
    enum Role: UInt8 {
        case training
        case validation
        case test
    }

    /// All clients with all of their samples, and how the samples are split.
    struct Split {
        let population: any Population
        let validation: Double
        let test: Double
        let choice: Holdout.Choice
        let seed: UInt64

        /// Whether any samples are held out.
        var holdsOut: Bool { validation > 0 || test > 0 }

        func counts(ofSize size: Int) -> (training: Int, validation: Int, test: Int) {
            Holdout.counts(of: size, validation: validation, test: test)
        }
    }

    private let role: Role
    private let split: Split
    private(set) var largestSize = 0
    /// The sums of the sizes, if all clients are surveyed.
    private var sums = SizeSums()
    /// The sums of the sizes, if not all clients are surveyed and sizes differ.
    private let lateSums: LateSizeSums?
    /// The number of samples of each client, if all have the same; else nil.
    let equalSize: Int?

    private init(_ role: Role, of split: Split) {
        (self.role, self.split) = (role, split)
        let population = split.population
        equalSize = population.equalSize.map {
            Self.size(role, split.holdsOut ? split.counts(ofSize: $0) : (0, 0, 0))
        }
        let isLate = equalSize == nil && !population.isSurveyed && split.holdsOut
        lateSums = isLate ? LateSizeSums(count: population.count) : nil
        if let equalSize {
            largestSize = equalSize
        } else if isLate {
            // Two held-out parts can grow at once, so the largest client need not have the most.
            let sizes = 0...population.largestSize
            largestSize = sizes.lazy.map { Self.size(role, split.counts(ofSize: $0)) }.max() ?? 0
        }
    }

    /// Makes the three parts, in one pass over the sizes of the clients, unless sizes are equal or
    /// not all clients are surveyed.
    static func all(of split: Split) -> (training: Self, validation: Self, test: Self) {
        var parts = (
            training: Self(.training, of: split), validation: Self(.validation, of: split),
            test: Self(.test, of: split)
        )
        guard split.holdsOut, split.population.equalSize == nil, split.population.isSurveyed
        else { return parts }
        var (size, counts) = (-1, (training: 0, validation: 0, test: 0))
        for client in 0..<split.population.count {
            let own = split.population.size(of: client)
            // Successive clients often have equal sizes.
            if own != size { (size, counts) = (own, split.counts(ofSize: own)) }
            parts.training.add(client, counts.training)
            parts.validation.add(client, counts.validation)
            parts.test.add(client, counts.test)
        }
        return parts
    }

    private mutating func add(_ client: Int, _ size: Int) {
        sums.add(client, size)
        largestSize = sums.largest
    }

    var count: Int { split.population.count }
    var surveyed: Range<Int> { split.population.surveyed }

    var totalSize: Int { equalSize.map { $0 * count } ?? allSums.total }

    private var allSums: SizeSums { lateSums?.value { size(of: $0) } ?? sums }

    func size(of client: Int) -> Int {
        equalSize ?? size(split.counts(ofSize: split.population.size(of: client)))
    }

    private func size(_ counts: (training: Int, validation: Int, test: Int)) -> Int {
        Self.size(role, counts)
    }

    private static func size(
        _ role: Role, _ counts: (training: Int, validation: Int, test: Int)
    ) -> Int {
        switch role {
        case .training: counts.training
        case .validation: counts.validation
        case .test: counts.test
        }
    }

    func appendSamples(of client: Int, to samples: inout [Int32]) {
        let counts = split.counts(ofSize: split.population.size(of: client))
        guard size(counts) > 0 else { return }
        let first = samples.count
        split.population.appendSamples(of: client, to: &samples)
        let all = samples.count - first
        guard counts.training < all else { return }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: all) { roles in
            roles.initialize(repeating: Role.training.rawValue)
            switch split.choice {
            case .drawn: draw(counts.validation, counts.test, client, roles)
            case .last: mark(counts.validation, counts.test, samples[first...], roles)
            }
            var end = first
            for index in 0..<all where roles[index] == role.rawValue {
                samples[end] = samples[first + index]
                end += 1
            }
            samples.removeLast(samples.count - end)
        }
    }

    /// Draws the held-out samples: the first steps of a Fisher-Yates shuffle, one for each.
    private func draw(
        _ validation: Int, _ test: Int, _ client: Int,
        _ roles: UnsafeMutableBufferPointer<UInt8>
    ) {
        let key = RandomKey(seed: split.seed, .validation, client: UInt32(client))
        var stream = key.stream()
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: roles.count) { order in
            for index in order.indices { order[index] = Int32(index) }
            for index in 0..<validation + test {
                order.swapAt(index, index + stream.below(roles.count - index))
                let role: Role = index < validation ? .validation : .test
                roles[Int(order[index])] = role.rawValue
            }
        }
    }

    /// Marks the samples with the largest numbers: the test part at the end, the validation part
    /// before it.
    private func mark(
        _ validation: Int, _ test: Int, _ numbers: ArraySlice<Int32>,
        _ roles: UnsafeMutableBufferPointer<UInt8>
    ) {
        let order = roles.indices.sorted {
            numbers[numbers.startIndex + $0] < numbers[numbers.startIndex + $1]
        }
        for index in order.suffix(validation + test) { roles[index] = Role.validation.rawValue }
        for index in order.suffix(test) { roles[index] = Role.test.rawValue }
    }

    func client(atPosition position: Int) -> Int {
        if let equalSize { return position / max(equalSize, 1) }
        return allSums.client(atPosition: position) { size(of: $0) }
    }
}
