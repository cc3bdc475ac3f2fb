import Datasets
import Federation
import Settings
import TestSupport
import Testing

private let traffic = ClientTraffic(parameters: 98)

private func windows(_ text: String) throws -> ClientWindows {
    try #require(
        try component(text, from: availabilities).windows(seed: 5, trace: nil))
}

private func planner(
    _ windows: ClientWindows?, perRound: Int = 6, over: Double = 1, deadline: Double? = nil,
    devices: String = "{ samples_per_second: 10, speed_spread: 0.5 }"
) throws -> CohortPlanner {
    CohortPlanner(
        Participation(
            sampling: UniformSampling(), perRound: perRound, overSelection: over,
            deadline: deadline,
            devices: try SettingsTree(yaml: devices, file: "test.yaml").load(Devices.init).value),
        population: ListedPopulation(sizes: (0..<30).map { 10 + $0 % 5 }), seed: 3,
        length: .epochs(1), batchSize: 4, windows: windows)
}

/// A trace with the same windows for all of 30 clients.
private func trace(_ windows: [(Double, Double)], period: Double? = nil) throws -> ClientWindows {
    let folder = try TemporaryFolder()
    var text = "client,from,to\n"
    for client in 0..<30 {
        for (from, to) in windows { text += "\(client),\(from),\(to)\n" }
    }
    try folder.write("trace.csv", text)
    let path = folder.path("trace.csv")
    let trace = try AvailabilityTrace(path: path, clients: 30, period: period)
    return try #require(
        Availability.trace(file: path, period: period).windows(seed: 1, trace: trace))
}

@Suite struct `Availability of clients` {
    private static let kinds = [
        "{ kind: daily, period: 100, share: 0.3, spread: 0.2 }",
        "{ kind: daily, period: 100, share: 0.9, spread: 0 }",
        "{ kind: on_off, on: 30, off: 70 }", "{ kind: on_off, on: 5, off: 1 }",
    ]

    @Test(arguments: kinds) func `windows contain the times at which they are found`(kind: String)
        throws
    {
        let windows = try windows(kind)
        for client in 0..<20 as Range<UInt32> {
            var time = 0.0
            for _ in 0..<200 {
                let window = try #require(windows.window(of: client, endingAfter: time))
                #expect(window.to > time && window.from < window.to)
                let middle = max(window.from, time) / 2 + window.to / 2
                let again = windows.window(of: client, endingAfter: middle)
                #expect(again == window || middle >= window.to)
                time = window.to
            }
        }
    }

    @Test(arguments: zip(kinds, [0.3, 0.9, 0.3, 5 / 6.0]))
    func `clients are available for the expected share of the time`(kind: String, share: Double)
        throws
    {
        let windows = try windows(kind)
        var (available, all) = (0, 0)
        for client in 0..<200 as Range<UInt32> {
            for step in 0..<200 {
                let time = Double(step) * 37.7
                let window = windows.window(of: client, endingAfter: time)
                available += (window?.from ?? .infinity) <= time ? 1 : 0
                all += 1
            }
        }
        #expect(abs(Double(available) / Double(all) - share) < 0.02)
    }

    @Test func `late times are found as fast as early ones, and never without end`() throws {
        for kind in Self.kinds {
            let windows = try windows(kind)
            for time in [0, 1e9, 1e15, 1e18, 1e300] {
                let window = windows.window(of: 7, endingAfter: time)
                #expect(window.map { $0.to > time } ?? true)
            }
        }
    }

    @Test(arguments: [1, 1.5], [nil, 1.4] as [Double?])
    func `if all are available, plans are the usual ones`(over: Double, deadline: Double?) throws {
        let always = try trace([(0, 1e12)])
        for devices in [
            "{ samples_per_second: 10, speed_spread: 0.5 }",
            "{ samples_per_second: 10, speed_spread: 0.5, dropout: 0.3 }",
        ] {
            let usual = try planner(nil, over: over, deadline: deadline, devices: devices)
            let planner = try planner(always, over: over, deadline: deadline, devices: devices)
            var atWork = ClientsAtWork()
            for round in 0..<40 as Range<UInt32> {
                var plan = planner.plan(round: round, traffic, RoundMode(), &atWork)
                #expect(plan.started == plan.drawn && atWork.members.isEmpty)
                plan.started = nil
                let expected = usual.plan(round: round, traffic)
                #expect(plan.members == expected.members)
                #expect(plan.drops == expected.drops)
                #expect(plan.seconds == expected.seconds)
            }
        }
    }

    private static let modes = [
        RoundMode(), RoundMode(.async, buffer: 3), RoundMode(.semiSync, buffer: 4),
    ]

    @Test(arguments: modes, kinds) func `only available clients start, and they stay until the end`(
        mode: RoundMode, kind: String
    ) throws {
        let windows = try windows(kind)
        let planner = try planner(windows)
        var atWork = ClientsAtWork()
        var (members, lost) = (0, 0)
        for round in 0..<150 as Range<UInt32> {
            let start = atWork.seconds
            let plan = planner.plan(round: round, traffic, mode, &atWork)
            #expect(atWork.seconds == start + (plan.seconds ?? -1))
            for member in plan.members where member.staleness == 0 {
                let seconds = planner.seconds(client: member.client, traffic)
                // The client was available for so long at a time of the round.
                var time = start
                var isLongEnough = false
                while !isLongEnough, time <= atWork.seconds,
                    let window = windows.window(of: member.client, endingAfter: time)
                {
                    isLongEnough =
                        window.to - max(start, window.from) >= seconds - 1e-6
                    time = window.to
                }
                #expect(isLongEnough)
            }
            members += plan.members.count
            lost += plan.drops.count { $0.reason == .droppedOut }
        }
        #expect(members > 300 && (lost > 0 || kind == Self.kinds[1]))
    }

    @Test(arguments: modes) func `the clock moves on if no client is available`(mode: RoundMode)
        throws
    {
        let planner = try planner(try trace([(100, 103), (200, 250)], period: 1000))
        var atWork = ClientsAtWork()
        let plan = planner.plan(round: 0, traffic, mode, &atWork)
        #expect(atWork.seconds > 100 && atWork.seconds < 210)
        #expect(!plan.members.isEmpty)
        var void = 0
        for round in 1..<60 as Range<UInt32> {
            let before = atWork.seconds
            let plan = planner.plan(round: round, traffic, mode, &atWork)
            if plan.members.isEmpty { void += 1 }
            #expect(!plan.members.isEmpty || atWork.seconds > before)
        }
        #expect(void < 10 && atWork.seconds > 200)
    }

    @Test(arguments: modes) func `a trace that ends leaves void rounds`(mode: RoundMode) throws {
        let planner = try planner(try trace([(0, 5)]))
        var atWork = ClientsAtWork()
        var counts: [Int] = []
        for round in 0..<30 as Range<UInt32> {
            counts.append(planner.plan(round: round, traffic, mode, &atWork).members.count)
        }
        #expect(counts[0] > 0 && counts[29] == 0 && atWork.seconds < 5.001)
    }

    @Test func `classes of devices have their shares and speeds`() throws {
        let devices = try SettingsTree(
            yaml: """
                bytes_per_second_up: 100
                classes:
                - { share: 3, samples_per_second: 10 }
                - { share: 1, samples_per_second: 1000, bytes_per_second_up: 1000 }
                """, file: "test.yaml"
        ).load(Devices.init).value
        #expect(devices.haveTime)
        let times = (0..<4000 as Range<UInt32>).map {
            devices.seconds(client: $0, samples: 100, traffic, seed: 3)
        }
        // 424 bytes up.
        #expect(Set(times) == [10 + 4.24, 0.1 + 0.424])
        let slow = times.count { $0 > 1 }
        #expect(abs(Double(slow) / 4000 - 0.75) < 0.03)
    }
}
