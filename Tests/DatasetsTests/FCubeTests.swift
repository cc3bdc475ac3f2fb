import Datasets
import RandomStreams
import Testing

@Suite struct `The cube of NIID-Bench` {
    @Test(arguments: 0..<5)
    func `has a class for each side, and two symmetric octants for each owner`(
        seed: UInt64
    ) throws {
        let data = try FCube(samples: 4_002, testSamples: 1_000).decode(seed: seed)
        guard case .floats(let points) = data.train.features,
            case .floats(let test) = data.test.features
        else {
            Issue.record("no numbers")
            return
        }
        let owners = try #require(data.owners)
        #expect(points.count == 3 * 4_002 && test.count == 3_000)
        #expect((points + test).allSatisfy { abs($0) <= 1 })
        for (parts, labels) in [(points, data.train.labels), (test, data.test.labels)] {
            #expect(labels.indices.allSatisfy { labels[$0] == (parts[3 * $0] > 0 ? 0 : 1) })
        }
        // The signs of x_2 and x_3 relative to that of x_1 are those of the owner.
        for sample in 0..<4_002 {
            let signs = (0..<3).map { points[3 * sample + $0] > 0 }
            let owner = (signs[1] == signs[0] ? 0 : 2) + (signs[2] == signs[0] ? 0 : 1)
            #expect(owners.ofTrain[sample] == Int32(owner))
        }
        for owner in 0..<4 {
            let own = (0..<4_002).filter { owners.ofTrain[$0] == Int32(owner) }
            let first = own.count { data.train.labels[$0] == 0 }
            #expect(abs(2 * first - own.count) <= 1)
        }
        // All eight octants of the test part have about 125 points.
        let octants = (0..<1_000).map { sample in
            (0..<3).reduce(0) { $0 + (test[3 * sample + $1] > 0 ? 1 << $1 : 0) }
        }
        for octant in 0..<8 { #expect((80...175).contains(octants.count { $0 == octant })) }
        #expect(try FCube(samples: 4_002, testSamples: 7).decode(seed: seed).train == data.train)
    }

    @Test func `is shared out among its owners by natural`() throws {
        let data = try Dataset(FCube(samples: 400, testSamples: 8).decode(seed: 1))
        let partition = try Natural().partition(
            data.trainingSamples, among: 4, key: RandomKey(seed: 1, .partition))
        #expect(sizes(partition) == [100, 100, 100, 100])
        #expect(partition.samples(of: 2).prefix(3) == [2, 6, 10])
    }
}
