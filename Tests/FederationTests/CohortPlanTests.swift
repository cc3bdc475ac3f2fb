import Datasets
import Federation
import Glibc
import Settings
import Testing

private func devices(_ text: String) throws -> Devices {
    try SettingsTree(yaml: text, file: "test.yaml").load(Devices.init).value
}

/// Six clients of 10, 20, … 60 samples.
private func planner(
    _ devicesText: String, sampling: String = "uniform", perRound: Int = 6, over: Double = 1,
    deadline: Double? = nil, sizes: [Int] = [10, 20, 30, 40, 50, 60], seed: UInt64 = 4
) throws -> CohortPlanner {
    CohortPlanner(
        Participation(
            sampling: try component(sampling, from: cohortSamplings()), perRound: perRound,
            overSelection: over, deadline: deadline, devices: try devices(devicesText)),
        population: ListedPopulation(sizes: sizes), seed: seed, length: .epochs(2), batchSize: 4)
}

private let traffic = ClientTraffic(parameters: 98)  // 400 bytes down, 424 up

@Suite struct `Plans of cohorts` {
    @Test func `golden traffic`() {
        #expect(ClientTraffic(parameters: 98) == traffic)
        #expect(traffic.down == 400 && traffic.up == 424)
        let more = ClientTraffic(parameters: 98, vectorsDown: 2, vectorsUp: 1)
        #expect(more.down == 4 * 98 * 3 + 8 && more.up == 4 * 98 * 2 + 32)
    }

    @Test func `golden seconds: bytes down, samples of all steps, bytes up`() throws {
        let planner = try planner(
            """
            samples_per_second: 8
            bytes_per_second_down: 200
            bytes_per_second_up: 100
            """)
        // 400 / 200 + 2 · 30 / 8 + 424 / 100
        #expect(abs(planner.seconds(client: 2, traffic) - 13.74) < 1e-12)
        #expect(abs(planner.plan(round: 0, traffic).seconds! - (2 + 120 / 8.0 + 4.24)) < 1e-12)
        let steps = CohortPlanner(
            Participation(
                sampling: UniformSampling(), perRound: 1, overSelection: 1, deadline: nil,
                devices: try devices("samples_per_second: 5")),
            population: ListedPopulation(sizes: [10]), seed: 1,
            length: .steps(4), batchSize: 4)
        // 4 + 4 + 2 + 4
        #expect(steps.seconds(client: 0, traffic) == 14 / 5.0)
    }

    @Test func `without devices nothing takes time and nobody is dropped`() throws {
        for kind in ["uniform", "with_replacement", "by_size", "round_robin"] {
            let plan = try planner("", sampling: kind, perRound: 4).plan(round: 3, traffic)
            #expect(plan.seconds == nil && plan.drops.isEmpty)
            #expect(plan.members.reduce(0) { $0 + $1.drawCount } == 4)
        }
    }

    @Test func `late reports are dropped at the deadline, and the round lasts until then`() throws {
        // 20, 40, … 120 seconds.
        let plan = try planner("samples_per_second: 1", deadline: 80).plan(round: 7, traffic)
        #expect(plan.members.map(\.client) == [0, 1, 2, 3])
        #expect(
            plan.drops == [4, 5].map { ClientDrop(round: 7, client: $0, reason: .late) })
        #expect(plan.seconds == 80 && plan.drawn == 6)
        // Nobody is waited for in vain.
        let all = try planner("samples_per_second: 1", deadline: 1000).plan(round: 7, traffic)
        #expect(all.members.count == 6 && all.seconds == 120)
        let none = try planner("samples_per_second: 1", deadline: 1).plan(round: 7, traffic)
        #expect(none.members.isEmpty && none.drops.count == 6 && none.seconds == 1)
    }

    @Test func `of more clients the first to report are taken, the rest is late`() throws {
        let plan = try planner("samples_per_second: 1", perRound: 4, over: 1.3)
            .plan(round: 2, traffic)
        // ⌈5.2⌉ = 6
        #expect(plan.members.map(\.client) == [0, 1, 2, 3] && plan.seconds == 80)
        #expect(plan.drops.map(\.client) == [4, 5])
        // Equal times: by client.
        let ties = try planner("bytes_per_second_up: 4", perRound: 2, over: 3)
            .plan(round: 2, traffic)
        #expect(ties.members.map(\.client) == [0, 1] && ties.seconds == 106)
    }

    @Test func `so many are drawn: the factor is taken as written`() throws {
        func drawn(_ perRound: Int, _ over: Double) throws -> Int {
            Participation(
                sampling: UniformSampling(), perRound: perRound, overSelection: over,
                deadline: nil, devices: try devices("")
            ).drawn
        }
        #expect(try drawn(10, 1) == 10)
        #expect(try drawn(10, 1.1) == 11 && drawn(10, 1.3) == 13 && drawn(100, 1.1) == 110)
        #expect(try drawn(3, 1.1) == 4 && drawn(1, 1.0001) == 2)
    }

    @Test func `of repeated draws only as many count as are wanted`() throws {
        let planner = try planner(
            "samples_per_second: 1", sampling: "with_replacement", perRound: 5, over: 2,
            sizes: [10, 20, 30])
        var cut = 0
        for round in 0..<200 as Range<UInt32> {
            let plan = planner.plan(round: round, traffic)
            #expect(plan.members.reduce(0) { $0 + $1.drawCount } == 5)
            let slowest = try #require(plan.members.last)
            #expect(plan.drops.allSatisfy { $0.client > slowest.client })
            #expect(plan.seconds == Double(20 * (slowest.client + 1)))
            let drawn = try component("with_replacement", from: cohortSamplings()).draw(
                10, from: ListedPopulation(sizes: [10, 20, 30]), seed: 4, round: round)
            let all = drawn.first { $0.client == slowest.client }
            if slowest.drawCount < all?.drawCount ?? 0 { cut += 1 }
        }
        #expect(cut > 50)
    }

    @Test func `clients drop out as often as is said, each for itself`() throws {
        let planner = try planner("dropout: 0.3", sizes: [Int](repeating: 5, count: 6))
        var counts = [Int](repeating: 0, count: 6)
        var together = 0
        for round in 0..<5000 as Range<UInt32> {
            let plan = planner.plan(round: round, traffic)
            #expect(plan.drawn == 6 && plan.seconds == nil)
            for drop in plan.drops {
                #expect(drop.reason == .droppedOut)
                counts[Int(drop.client)] += 1
            }
            if Set(plan.drops.map(\.client)).isSuperset(of: [0, 1]) { together += 1 }
            // Who else is in the cohort leaves no trace.
            let few = try planner2(round)
            for member in few.members { #expect(plan.members.contains(member)) }
        }
        for count in counts { #expect(abs(Double(count) / 5000 - 0.3) < 0.025) }
        #expect(abs(Double(together) / 5000 - 0.09) < 0.016)

        func planner2(_ round: UInt32) throws -> CohortPlan {
            try FederationTests.planner(
                "dropout: 0.3", sampling: "round_robin", perRound: 3,
                sizes: [Int](repeating: 5, count: 6)
            ).plan(round: round, traffic)
        }
    }

    @Test func `those who drop out are waited for until the deadline, where there is one`() throws {
        let text = "{ samples_per_second: 1, dropout: 0.5 }"
        var (some, void) = (0, 0)
        for round in 0..<300 as Range<UInt32> {
            let plan = try planner(text).plan(round: round, traffic)
            let last = plan.members.last.map { Double(20 * ($0.client + 1)) } ?? 0
            #expect(plan.seconds == last)
            let waiting = try planner(text, deadline: 500).plan(round: round, traffic)
            #expect(waiting.members == plan.members && waiting.drops == plan.drops)
            #expect(waiting.seconds == (plan.drops.isEmpty ? last : 500))
            some += plan.drops.isEmpty ? 0 : 1
            void += plan.members.isEmpty ? 1 : 0
        }
        #expect(some > 250 && void > 0)
    }

    @Test func `speeds are log-normal over clients, and each client keeps its own`() throws {
        let count = 20_000
        let planner = try planner(
            "{ samples_per_second: 50, speed_spread: 0.5 }", perRound: count,
            sizes: [Int](repeating: 25, count: count))
        // 50 samples: the logarithm of the seconds is −σ z.
        let logarithms = (0..<UInt32(count)).map { log(planner.seconds(client: $0, traffic)) }
        let mean = logarithms.reduce(0, +) / Double(count)
        let variance =
            logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
        #expect(abs(mean) < 0.015 && abs(variance.squareRoot() - 0.5) < 0.01)
        let plan = planner.plan(round: 0, traffic)
        #expect(plan.seconds == planner.plan(round: 9, traffic).seconds)
        #expect(Set(logarithms).count > count - 10)
    }
}
