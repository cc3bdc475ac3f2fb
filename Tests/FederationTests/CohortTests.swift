import Federation
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
