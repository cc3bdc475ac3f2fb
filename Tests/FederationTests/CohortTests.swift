import Datasets
import Federation
import RandomStreams
import Settings
import Testing

@Suite struct `Cohorts` {
    @Test(arguments: [(1, 1), (12, 4), (100, 10), (100, 99), (100, 100), (5, 0)])
    func `are distinct clients in ascending order`(clients: Int, size: Int) {
        for round: UInt32 in 0..<50 {
            let cohort = Cohort.draw(seed: 3, round: round, clients: clients, size: size)
            #expect(cohort.count == size)
            #expect(cohort == Set(cohort).sorted())
            #expect(cohort.allSatisfy { $0 < clients })
        }
    }

    @Test func `of all clients have all of them in every round`() {
        #expect(Cohort.draw(seed: 1, round: 9, clients: 6, size: 6) == [0, 1, 2, 3, 4, 5])
    }

    /// Numbers of a separate Philox4x32-10 and Lemire reduction in Python.
    @Test func `are the same in every program`() {
        let golden: [(seed: UInt64, round: UInt32, clients: Int, cohort: [UInt32])] = [
            (42, 0, 100, [8, 16, 36, 39, 58, 59, 60, 68, 71, 78]),
            (42, 1, 100, [19, 27, 35, 43, 48, 64, 65, 68, 72, 86]),
            (43, 0, 100, [2, 5, 22, 26, 39, 48, 54, 85, 92, 99]),
            (9_223_372_036_854_775_813, 7, 12, [1, 6, 7, 9]),
        ]
        for (seed, round, clients, cohort) in golden {
            #expect(
                Cohort.draw(seed: seed, round: round, clients: clients, size: cohort.count)
                    == cohort)
        }
    }

    /// The plain way, with an array of all clients.
    private func plain(seed: UInt64, round: UInt32, clients: Int, size: Int) -> [UInt32] {
        var stream = RandomKey(seed: seed, .cohort, round: round).stream()
        var everyone = (0..<UInt32(clients)).map { $0 }
        for index in 0..<size {
            everyone.swapAt(index, index + stream.below(clients - index))
        }
        return everyone[..<size].sorted()
    }

    @Test(arguments: [1, 2, 3, 7, 10, 64, 1_000])
    func `are those of a shuffle of all clients`(clients: Int) {
        for size in Set([0, 1, 2, 3, clients / 2, clients - 1]) where size < clients {
            for seed: UInt64 in 0..<40 {
                for round: UInt32 in [0, 1, 77] {
                    #expect(
                        Cohort.draw(seed: seed, round: round, clients: clients, size: size)
                            == plain(seed: seed, round: round, clients: clients, size: size),
                        "\(size) of \(clients), seed \(seed), round \(round)")
                }
            }
        }
    }

    /// An array of 10⁹ clients would take gigabytes, and a pass over it seconds in each round.
    @Test(arguments: cohortSamplings().map(\.kind).filter { $0 != "schedule" })
    func `of a billion clients take no work for those that are not drawn`(kind: String) throws {
        let population = VirtualPopulation(count: 1_000_000_000, sizes: 20)
        let sampling = try component(kind, from: cohortSamplings())
        var seen: Set<UInt32> = []
        for round: UInt32 in 0..<200 {
            let members = sampling.draw(50, from: population, seed: 1, round: round)
            #expect(members.reduce(0) { $0 + $1.drawCount } == 50)
            #expect(members.map(\.client) == Set(members.map(\.client)).sorted())
            #expect(members.allSatisfy { $0.client < 1_000_000_000 })
            seen.formUnion(members.map(\.client))
        }
        // 10,000 draws of a billion clients: about 0.05 repetitions are expected.
        #expect(seen.count > 9_990)
        #expect(kind == "round_robin" || seen.contains { $0 > 900_000_000 })
    }

    @Test func `by size are those of the running sums of all sizes`() throws {
        let population = VirtualPopulation(count: 600, sizes: 20)
        let listed = ListedPopulation(sizes: (0..<600).map { population.size(of: $0) })
        let sampling = try component("by_size", from: cohortSamplings())
        for round: UInt32 in 0..<50 {
            #expect(
                sampling.draw(30, from: population, seed: 2, round: round)
                    == sampling.draw(30, from: listed, seed: 2, round: round))
        }
    }

    @Test func `draw every client, and every pair of clients, equally often`() {
        let (clients, size, rounds) = (12, 4, 30_000)
        var single = [Double](repeating: 0, count: clients)
        var pairs = [Double](repeating: 0, count: clients * clients)
        for round in 0..<UInt32(rounds) {
            let cohort = Cohort.draw(seed: 11, round: round, clients: clients, size: size)
            for one in cohort {
                single[Int(one)] += 1
                for other in cohort where other > one {
                    pairs[Int(one) * clients + Int(other)] += 1
                }
            }
        }
        // Draws without replacement scatter less than chi square: these are upper 0.1 % points.
        #expect(chiSquare(single, Double(rounds * size) / Double(clients)) < 31.3)
        let drawn = pairs.indices.filter { $0 % clients > $0 / clients }.map { pairs[$0] }
        #expect(drawn.count == 66)
        #expect(chiSquare(drawn, Double(rounds * 6) / 66) < 105)
    }

    private func chiSquare(_ counts: [Double], _ expected: Double) -> Double {
        counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    }
}
