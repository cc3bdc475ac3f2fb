import Bytes
import Datasets
import Federation
import Settings
import Testing

private func planner(
    _ devices: String, clients: Int = 40, perRound: Int = 8, over: Double = 1,
    deadline: Double? = nil, seed: UInt64 = 3
) throws -> CohortPlanner {
    CohortPlanner(
        Participation(
            sampling: UniformSampling(), perRound: perRound, overSelection: over,
            deadline: deadline,
            devices: try SettingsTree(yaml: devices, file: "test.yaml").load(Devices.init).value),
        population: ListedPopulation(sizes: (0..<clients).map { 10 + 7 * $0 % 31 }), seed: seed,
        length: .epochs(2), batchSize: 4)
}

private let traffic = ClientTraffic(parameters: 98)

@Suite struct `Clients at work` {
    @Test(arguments: [0, 1, 7] as [UInt64])
    func `with equal speeds and a buffer of the cohort, plans are the synchronous ones`(
        seed: UInt64
    ) throws {
        // Bytes take the same time for all clients.
        let planner = try planner("bytes_per_second_down: 100", seed: seed)
        var atWork = ClientsAtWork()
        for round in 0..<50 as Range<UInt32> {
            var plan = planner.plan(round: round, traffic, RoundMode(.async, buffer: 8), &atWork)
            #expect(plan.started == 8 && atWork.members.isEmpty)
            plan.started = nil
            #expect(plan == planner.plan(round: round, traffic))
        }
    }

    @Test func `without late clients, semi-synchronous plans are the synchronous ones`() throws {
        let planner = try planner("samples_per_second: 10", deadline: 1000)
        var atWork = ClientsAtWork()
        for round in 0..<50 as Range<UInt32> {
            var plan = planner.plan(
                round: round, traffic, RoundMode(.semiSync, buffer: 8), &atWork)
            plan.started = nil
            #expect(plan == planner.plan(round: round, traffic) && plan.members.count == 8)
        }
    }

    private static let modes = [
        RoundMode(.async, buffer: 3), RoundMode(.async, buffer: 8),
        RoundMode(.async, buffer: 3, largestStaleness: 1), RoundMode(.semiSync, buffer: 8),
        RoundMode(.semiSync, buffer: 4, largestStaleness: 2),
    ]

    @Test(arguments: modes) func `no client is at work twice, and each is used or dropped once`(
        mode: RoundMode
    ) throws {
        let planner = try planner(
            "{ samples_per_second: 10, speed_spread: 1, dropout: 0.2 }",
            deadline: mode.form == .async ? nil : 4)
        var atWork = ClientsAtWork()
        var (started, ended, stale, lost) = (0, 0, 0, 0)
        for round in 0..<200 as Range<UInt32> {
            let before = atWork.members
            let plan = planner.plan(round: round, traffic, mode, &atWork)
            let clients = plan.members.map(\.client)
            #expect(clients == Set(clients).sorted())
            #expect(Set(atWork.members.map(\.client)).count == atWork.members.count)
            #expect(atWork.members.allSatisfy { $0.arrival >= 0 && $0.version <= round })
            for member in plan.members where member.staleness > 0 {
                let start = before.first { $0.client == member.client }
                #expect(start?.version == round - member.staleness && start?.isLost == false)
            }
            if let limit = mode.largestStaleness {
                #expect(plan.members.allSatisfy { $0.staleness <= limit })
            }
            if mode.form == .async { #expect(plan.members.count == mode.buffer) }
            started += plan.started ?? 0
            ended += plan.members.count + plan.drops.count
            stale += plan.drops.count { $0.reason == .stale }
            lost += plan.drops.count { $0.reason == .droppedOut }
            #expect(started == ended + atWork.members.count)
            let seconds = try #require(plan.seconds)
            #expect(seconds >= 0 && (mode.form == .async || seconds <= 4))
        }
        #expect(lost > 20 && (stale > 0) == (mode.largestStaleness != nil))
    }

    @Test(arguments: modes) func `a saved state goes on as the same`(mode: RoundMode) throws {
        let planner = try planner(
            "{ samples_per_second: 10, speed_spread: 1 }",
            deadline: mode.form == .async ? nil : 4)
        var (one, other) = (ClientsAtWork(), ClientsAtWork())
        for round in 0..<40 as Range<UInt32> {
            let plan = planner.plan(round: round, traffic, mode, &one)
            #expect(planner.plan(round: round, traffic, mode, &other) == plan)
            var writer = ByteWriter(capacity: 64)
            other.save(to: &writer)
            other = ClientsAtWork()
            var reader = ByteReader(writer.bytes)
            try other.restore(from: &reader)
            try reader.end()
            #expect(other == one)
        }
        #expect(!one.members.isEmpty)
    }

    @Test func `arrivals that are not in order are refused`() throws {
        for arrivals in [[2.0, 1], [.nan, 1], [1, .infinity]] {
            var writer = ByteWriter(capacity: 64)
            writer.write(12.5)
            writer.write(UInt32(4))
            writer.write(count: 2)
            for (client, arrival) in arrivals.enumerated() {
                writer.write(UInt32(client))
                writer.write(UInt32(0))
                writer.write(arrival)
                writer.write(false)
            }
            var reader = ByteReader(writer.bytes)
            var atWork = ClientsAtWork()
            #expect(throws: BytesError.self) { try atWork.restore(from: &reader) }
        }
    }

    @Test func `fast clients replace slow ones, and slow updates are stale`() throws {
        let planner = try planner("{ samples_per_second: 10, speed_spread: 1 }")
        var atWork = ClientsAtWork()
        var seconds = 0.0
        var synchronous = 0.0
        var staleness: [UInt32] = []
        for round in 0..<100 as Range<UInt32> {
            let plan = planner.plan(round: round, traffic, RoundMode(.async, buffer: 8), &atWork)
            seconds += plan.seconds ?? 0
            staleness += plan.members.map(\.staleness)
            synchronous += planner.plan(round: round, traffic).seconds ?? 0
        }
        // A synchronous round waits for its slowest client.
        #expect(seconds < 0.6 * synchronous)
        #expect((staleness.max() ?? 0) >= 3 && staleness.contains(0))
    }

    @Test func `a run ends even if nearly all reports are lost`() throws {
        let planner = try planner(
            "{ samples_per_second: 10, dropout: 0.999999999 }", clients: 5, perRound: 5)
        var atWork = ClientsAtWork()
        let plan = planner.plan(round: 0, traffic, RoundMode(.async, buffer: 5), &atWork)
        #expect(plan.members.isEmpty && plan.drops.count == 2000)
    }

    @Test func `draws without a condition are the usual draws`() {
        for size in [0, 1, 5, 29, 30] {
            for round in 0..<20 as Range<UInt32> {
                let usual = Cohort.draw(seed: 9, round: round, clients: 30, size: size)
                let all = Cohort.draw(
                    seed: 9, round: round, clients: 30, size: size, where: { _ in true })
                #expect(all == usual)
                let odd = Cohort.draw(
                    seed: 9, round: round, clients: 30, size: size, where: { $0 % 2 == 1 })
                #expect(odd.count == min(size, 15) && odd.allSatisfy { $0 % 2 == 1 })
                #expect(odd == Set(odd).sorted())
            }
        }
    }

    @Test func `golden staleness weights`() throws {
        func weights(_ text: String) throws -> [Double] {
            let weight = try component(text, from: stalenessWeights)
            return [0, 1, 3, 8].map { weight.factor(staleness: $0) }
        }
        #expect(try weights("constant") == [1, 1, 1, 1])
        let polynomial = try weights("polynomial")
        #expect(
            zip(polynomial, [1, 0.7071067811865476, 0.5, 1 / 3.0]).allSatisfy {
                abs($0 - $1) < 1e-15
            })
        #expect(try weights("{ kind: hinge, from: 1, slope: 2 }") == [1, 1, 0.2, 1 / 15.0])
        for text in ["constant", "polynomial", "hinge"] {
            let weight = try component(text, from: stalenessWeights)
            #expect(weight.factor(staleness: .max) > 0 && weight.factor(staleness: 0) == 1)
        }
    }
}

@Suite struct `Tasks that start from several model versions` {
    @Test func `a process gets each version once, and tasks of its version first`() {
        var machine = RoundMachine()
        var commands: [RoundMachine.Command] = []
        func task(_ client: UInt32) -> Assignment {
            Assignment(round: 7, client: client, attempt: 1)
        }
        machine.handle(.joined(0), into: &commands)
        machine.begin(
            round: 7, cohort: [1, 2, 3, 4], versions: [5, 7, 5, 7], into: &commands)
        #expect(
            commands == [
                .sendModel(to: 0, version: 5), .send(task(1), to: 0), .send(task(3), to: 0),
            ])
        commands = []
        machine.handle(.reported(task(1), from: 0), into: &commands)
        #expect(
            commands == [.sendModel(to: 0, version: 7), .send(task(2), to: 0), .add(task(1))])
        commands = []
        machine.handle(.reported(task(3), from: 0), into: &commands)
        #expect(commands == [.add(task(3))])
        commands = []
        machine.handle(.reported(task(2), from: 0), into: &commands)
        #expect(commands == [.send(task(4), to: 0), .add(task(2))])
        commands = []
        // A process that joins again has no model.
        machine.handle(.joined(0), into: &commands)
        #expect(commands.first == .sendModel(to: 0, version: 7))
    }
}
