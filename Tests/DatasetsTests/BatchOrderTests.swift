import Datasets
import RandomStreams
import Testing

@Suite struct BatchOrderTests {
    private let key = RandomKey(seed: 42, .batches, client: 7, round: 3)

    private func batches(
        _ samples: [Int32], size: Int, _ length: BatchOrder.Length
    ) -> [[Int32]] {
        var order = BatchOrder()
        order.begin(
            client: 0, of: OneClient(samples), batchSize: size, length: length, key: key)
        var batches: [[Int32]] = []
        while let batch = order.next() { batches.append(Array(batch)) }
        #expect(batches.count == order.stepCount && order.stepsTaken == order.stepCount)
        return batches
    }

    @Test func `the upcoming batch is the next one inside an epoch`() {
        var order = BatchOrder()
        order.begin(
            client: 0, of: OneClient(Array(0..<10)), batchSize: 4, length: .epochs(2),
            key: key)
        var known: [[Int32]] = []
        var taken: [[Int32]] = []
        while true {
            let announced = Array(order.upcoming)
            guard let batch = order.next() else { break }
            if !announced.isEmpty { known.append(announced) }
            taken.append(Array(batch))
        }
        #expect(taken.map(\.count) == [4, 4, 2, 4, 4, 2])
        // The first batch of an epoch is drawn when it is taken.
        #expect(known == [taken[1], taken[2], taken[4], taken[5]])
        #expect(order.upcoming.isEmpty)
    }

    // The values come from a Python program with a Philox of its own.
    @Test func `the order of a fixed key never changes`() {
        let expected: [[Int32]] = [
            [12, 11], [10, 14], [13], [11, 13], [10, 14], [12], [14, 12], [13, 10], [11],
        ]
        #expect(batches([10, 11, 12, 13, 14], size: 2, .epochs(3)) == expected)
        #expect(batches([10, 11, 12, 13, 14], size: 2, .steps(8)) == Array(expected.prefix(8)))
        #expect(
            batches([10, 11, 12, 13, 14], size: 9, .epochs(2))
                == [[12, 11, 10, 14, 13], [11, 13, 10, 14, 12]])
    }

    @Test func `how many samples the batches have is known before`() {
        for count in 0..<9 {
            for size in 1..<11 {
                for length in [.epochs(0), .epochs(3), .steps(0), .steps(1), .steps(7)]
                    as [BatchOrder.Length]
                {
                    let all = batches((0..<count).map { Int32($0) }, size: size, length)
                    #expect(
                        BatchOrder.sampleCount(samples: count, batchSize: size, length: length)
                            == all.reduce(0) { $0 + $1.count })
                }
            }
        }
    }

    @Test func `each epoch has every sample once, for all sizes`() {
        for count in 0..<12 {
            for size in 1..<14 {
                let samples = (0..<count).map { Int32($0 + 5) }
                let all = batches(samples, size: size, .epochs(3))
                let steps = (count + size - 1) / size
                #expect(all.count == 3 * steps)
                for epoch in 0..<3 where steps > 0 {
                    let part = all[epoch * steps..<(epoch + 1) * steps]
                    #expect(part.flatMap { $0 }.sorted() == samples)
                    #expect(part.dropLast().allSatisfy { $0.count == size })
                }
            }
        }
        #expect(batches([], size: 3, .steps(5)) == [])
        #expect(batches([1], size: 3, .epochs(0)) == [])
    }

    @Test func `a value that served other tasks gives the same batches`() {
        var order = BatchOrder()
        for other in 0..<5 {
            let samples = (0..<Int32(other * 3)).map { $0 }
            order.begin(
                client: 0, of: OneClient(samples), batchSize: 4, length: .steps(other),
                key: RandomKey(seed: UInt64(other), .batches))
            _ = order.next()
        }
        order.begin(
            client: 0, of: OneClient([10, 11, 12, 13, 14]), batchSize: 2, length: .epochs(1),
            key: key)
        var found: [[Int32]] = []
        while let batch = order.next() { found.append(Array(batch)) }
        #expect(found == [[12, 11], [10, 14], [13]])
    }

    // An allocation would move the batch: its memory must be the same in every task.
    @Test func `nothing is allocated once the largest client was served`() {
        let samples = (0..<Int32(1_000)).map { $0 }
        var order = BatchOrder()
        var places: Set<UnsafePointer<Int32>?> = []
        for round in 0..<50 {
            order.begin(
                client: 0, of: OneClient(Array(samples[(round % 10)...])), batchSize: 1_000,
                length: .epochs(3),
                key: RandomKey(seed: 1, .batches, round: UInt32(round)))
            while let batch = order.next() {
                batch.withUnsafeBufferPointer { _ = places.insert($0.baseAddress) }
            }
        }
        #expect(places.count == 1)
    }
}

/// A population of one client with these samples.
private struct OneClient: Population {
    let samples: [Int32]

    init(_ samples: [Int32]) { self.samples = samples }

    var count: Int { 1 }
    var totalSize: Int { samples.count }
    var largestSize: Int { samples.count }
    func size(of client: Int) -> Int { samples.count }
    func appendSamples(of client: Int, to samples: inout [Int32]) { samples += self.samples }
    func client(atPosition position: Int) -> Int { 0 }
}
