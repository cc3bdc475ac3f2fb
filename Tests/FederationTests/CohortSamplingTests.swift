import Federation
import Settings
import TestSupport
import Testing

@Suite struct `Kinds of cohort sampling` {
    private static let kinds = [
        "uniform", "with_replacement", "by_size", "round_robin",
        "{ kind: schedule, cohorts: [[3, 0, 5], [1, 2, 4], [6, 2, 11]] }",
    ]
    private static let sizes = [40, 0, 3, 7, 100, 1, 12, 30, 5, 2, 60, 20]

    private func sampling(_ text: String) throws -> any CohortSampling {
        try component(text, from: cohortSamplings(clients: Self.sizes.count))
    }

    private let population = ListedPopulation(sizes: sizes)

    private func draw(_ kind: String, _ size: Int, seed: UInt64 = 3, round: UInt32) throws
        -> [CohortMember]
    {
        try sampling(kind).draw(size, from: population, seed: seed, round: round)
    }

    @Test func `all are tested here`() throws {
        for kind in try nonEmpty(cohortSamplings().map(\.kind)) {
            #expect(Self.kinds.contains { $0.contains(kind) })
        }
    }

    @Test(arguments: kinds)
    func `give distinct members in ascending order, as many draws as are wanted, always the same`(
        kind: String
    ) throws {
        for round in 0..<60 as Range<UInt32> {
            let members = try draw(kind, 3, round: round)
            let clients = members.map(\.client)
            #expect(clients == Set(clients).sorted())
            #expect(clients.allSatisfy { $0 < 12 } && members.allSatisfy { $0.drawCount > 0 })
            #expect(members.reduce(0) { $0 + $1.drawCount } == 3)
            #expect(try draw(kind, 3, round: round) == members)
        }
    }

    @Test(arguments: kinds)
    func `draw from the stream of seed and round, or from nothing`(kind: String) throws {
        func cohorts(_ seed: UInt64, _ rounds: Range<UInt32>) throws -> [[CohortMember]] {
            try rounds.map { try draw(kind, 3, seed: seed, round: $0) }
        }
        let isDrawn = !kind.contains("round_robin") && !kind.contains("schedule")
        #expect(try (cohorts(3, 0..<12) != cohorts(4, 0..<12)) == isDrawn)
        #expect(try cohorts(3, 0..<12) != cohorts(3, 1..<13))
    }

    @Test func `uniform has the cohorts that it always had`() throws {
        for round in 0..<30 as Range<UInt32> {
            #expect(
                try draw("uniform", 5, round: round).map(\.client)
                    == Cohort.draw(seed: 3, round: round, clients: 12, size: 5))
        }
    }

    /// How often each client was drawn in so many rounds.
    private func counts(_ kind: String, _ size: Int, rounds: Int) throws -> [Double] {
        var counts = [Double](repeating: 0, count: 12)
        for round in 0..<UInt32(rounds) {
            for member in try draw(kind, size, round: round) {
                counts[Int(member.client)] += Double(member.drawCount)
            }
        }
        return counts
    }

    @Test func `with_replacement draws all clients equally often, and repeats them`() throws {
        let counts = try counts("with_replacement", 4, rounds: 20_000)
        let expected = 80_000 / 12.0
        let chiSquare = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
        // 11 degrees of freedom: the upper 0.1 % point.
        #expect(chiSquare < 31.3)
        // Four draws of twelve clients are distinct with probability 11·10·9 / 12³.
        let distinct = try (0..<20_000 as Range<UInt32>).count {
            try draw("with_replacement", 4, round: $0).count == 4
        }
        #expect(abs(Double(distinct) / 20_000 - 990 / 1728.0) < 0.012)
    }

    @Test func `by_size draws clients in proportion to their samples, never those without`() throws
    {
        let counts = try counts("by_size", 3, rounds: 30_000)
        #expect(counts[1] == 0)
        let total = Double(Self.sizes.reduce(0, +))
        var chiSquare = 0.0
        for (count, size) in zip(counts, Self.sizes) where size > 0 {
            let expected = 90_000 * Double(size) / total
            chiSquare += (count - expected) * (count - expected) / expected
        }
        // 10 degrees of freedom.
        #expect(chiSquare < 29.6)
    }

    @Test func `the mean over draws by size is unbiased for the mean over samples`() throws {
        // Client i's update is i²: weights of 1 a draw estimate Σ n_i i² / n.
        let total = Double(Self.sizes.reduce(0, +))
        let exact = Self.sizes.enumerated().reduce(0) { $0 + Double($1.1 * $1.0 * $1.0) } / total
        let sampling = try sampling("by_size")
        var sum = 0.0
        for round in 0..<20_000 as Range<UInt32> {
            for member in sampling.draw(5, from: population, seed: 9, round: round) {
                let weight = Weighting.importance.weight(
                    samples: UInt32(Self.sizes[Int(member.client)]), times: member.drawCount,
                    sampling)
                sum += Double(weight) * Double(member.client * member.client) / 5
            }
        }
        #expect(abs(sum / 20_000 / exact - 1) < 0.02)
    }

    @Test func `round_robin gives turns in order, also over the end`() throws {
        let rounds = try (0..<6 as Range<UInt32>).map {
            try draw("round_robin", 5, round: $0).map(\.client)
        }
        #expect(
            rounds == [
                [0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [0, 1, 2, 10, 11], [3, 4, 5, 6, 7],
                [0, 8, 9, 10, 11], [1, 2, 3, 4, 5],
            ])
        #expect(Set(try counts("round_robin", 5, rounds: 12)) == [5])
        #expect(try draw("round_robin", 12, round: .max).map(\.client) == (0..<12).map { $0 })
    }

    @Test func `a schedule repeats its cohorts, which may differ in size`() throws {
        let schedule = try sampling("{ kind: schedule, cohorts: [[3, 0], [5], [1, 2, 4]] }")
        #expect(schedule.size == 3)
        let rounds = (0..<5 as Range<UInt32>).map {
            schedule.draw(3, from: population, seed: 1, round: $0).map(\.client)
        }
        #expect(rounds == [[0, 3], [5], [1, 2, 4], [0, 3], [5]])
    }
}
