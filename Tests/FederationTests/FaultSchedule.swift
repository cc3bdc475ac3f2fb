import Federation
import RandomStreams

/// A model of processes and network around one `RoundMachine`, driven by a random fault schedule.
///
/// It refuses whatever a machine must not do: `trouble` then says what, and the schedule ends.
/// Processes die (idle, at work, with reports under way), say hello again, fall silent and wake up,
/// send what can't be used, and events come in any order, some of them twice, some of them rounds
/// late. What the machine itself promises to give up
/// on (`attemptLimit`, `deathLimit`) is kept out of the schedule: such a process comes back instead.
struct FaultSchedule: ~Copyable {
    var stream: RandomStream
    var machine = RoundMachine()
    var commands: [RoundMachine.Command] = []
    let processCount: Int
    var faultsLeft: Int

    // The processes as they are.
    enum Life { case starting, running, dead }
    var life: [Life]
    enum Letter {
        case task(Assignment, inSum: Bool)
        case collect(round: UInt32)
    }
    var received: [[Letter]]
    /// What each process has added up, and in which round.
    var content: [SumReport]
    var flying: [RoundMachine.Event] = []

    // The processes as the machine was told.
    var isKnown: [Bool]
    var hasModel: [Bool]
    var open: [[UInt32]]
    var isSilent: [Bool]
    var isOut: [Bool]
    var faultsInARow: [Int]
    // The sums of the processes, as the machine was told.
    enum Sum { case none, open, asked }
    var sum: [Sum]
    var losesSums: [Bool]

    var round: UInt32 = 0
    var cohort: [UInt32] = []
    // By client.
    var isWanted: [Bool] = []
    var attempts: [UInt32] = []
    var owner: [ProcessID?] = []
    var earlier: [(process: ProcessID, attempt: UInt32)?] = []
    var avoided: [ProcessID?] = []
    var faults: [Int] = []
    var deaths: [Int] = []
    /// Whether the last attempt goes into the sum of its process.
    var inSum: [Bool] = []
    /// The process whose sum has the update.
    var summed: [ProcessID?] = []
    var left = 0
    var deathsInARow = 0
    var commits = 0

    var trouble: String?
    /// How many reports were ignored: a schedule without any tests little.
    var ignored = 0
    /// How many processes fell silent, how many reports of silent ones were used, how many processes
    /// were put out.
    var silences = 0
    var saved = 0
    var putOuts = 0
    /// How many sums were used, and how many were lost.
    var sums = 0
    var lostSums = 0

    init(seed: UInt64) {
        stream = RandomKey(seed: seed, .faults).stream()
        let count = 1 + stream.below(5)
        processCount = count
        faultsLeft = stream.below(30)
        life = Array(repeating: .starting, count: count)
        received = Array(repeating: [], count: count)
        isKnown = Array(repeating: false, count: count)
        hasModel = Array(repeating: false, count: count)
        open = Array(repeating: [], count: count)
        isSilent = Array(repeating: false, count: count)
        isOut = Array(repeating: false, count: count)
        faultsInARow = Array(repeating: 0, count: count)
        content = Array(repeating: SumReport(round: 0, clients: []), count: count)
        sum = Array(repeating: .none, count: count)
        losesSums = Array(repeating: false, count: count)
    }

    /// Replays the schedule; nil when all went well.
    mutating func run(rounds: UInt32) -> String? {
        for round in 0..<rounds where trouble == nil {
            begin(round)
            var steps = 0
            while commits == Int(round), trouble == nil {
                steps += 1
                if steps > 20_000 { fail("round \(round) never ends") } else { step() }
            }
        }
        return trouble
    }

    mutating func fail(_ text: String) { if trouble == nil { trouble = text } }

    mutating func begin(_ round: UInt32) {
        self.round = round
        let clients = 14
        var everyone = (0..<Int32(clients)).map { $0 }
        stream.shuffle(&everyone)
        cohort = everyone.prefix(1 + stream.below(12)).map { UInt32($0) }
        isWanted = Array(repeating: false, count: clients)
        for client in cohort { isWanted[Int(client)] = true }
        left = cohort.count
        attempts = Array(repeating: 0, count: clients)
        owner = Array(repeating: nil, count: clients)
        earlier = Array(repeating: nil, count: clients)
        avoided = Array(repeating: nil, count: clients)
        faults = Array(repeating: 0, count: clients)
        deaths = Array(repeating: 0, count: clients)
        inSum = Array(repeating: false, count: clients)
        summed = Array(repeating: nil, count: clients)
        let sums = stream.below(4) > 0
        for id in 0..<processCount {
            sum[id] = sums && isKnown[id] && !losesSums[id] ? .open : .none
        }
        for id in 0..<processCount { (hasModel[id], open[id]) = (false, []) }
        machine.begin(round: round, cohort: cohort, sums: sums, into: &commands)
        check(after: nil)
    }

    mutating func step() {
        let id = stream.below(processCount)
        switch stream.below(10) {
        case 8:
            guard faultsLeft > 0, isKnown[id] else { return }
            faultsLeft -= 1
            take(.silent(UInt32(id)))
        case 9:
            if isKnown[id], isSilent[id] { take(.heard(UInt32(id))) }
        case 0...2: deliver()
        case 3...5:
            if life[id] == .starting {
                life[id] = .running
                flying.append(.joined(UInt32(id)))
            } else if life[id] == .running, !received[id].isEmpty {
                flying.append(answer(received[id].removeFirst(), by: UInt32(id)))
            }
        case 6:
            guard faultsLeft > 0, life[id] != .dead else { return }
            faultsLeft -= 1
            life[id] = .dead
            received[id] = []
            content[id].clients = []
            flying.append(.left(UInt32(id)))
        default:
            guard faultsLeft > 0, life[id] == .running else { return }
            faultsLeft -= 1
            flying.append(.joined(UInt32(id)))
        }
    }

    mutating func answer(_ letter: Letter, by id: ProcessID) -> RoundMachine.Event {
        switch letter {
        case .collect(let round):
            guard content[Int(id)].round == round else {
                return .broken(TaskFault(.sum(round: round), ""), from: id)
            }
            return .summed(content[Int(id)], from: id)
        case .task(let task, let inSum):
            let event = work(on: task, by: id)
            if inSum, case .reported = event { keep(task, in: Int(id)) }
            return event
        }
    }

    mutating func keep(_ task: Assignment, in id: Int) {
        if content[id].round != task.round {
            content[id] = SumReport(round: task.round, clients: [])
        }
        if !content[id].clients.contains(task.client) { content[id].clients.append(task.client) }
    }

    /// Most tasks end with a report; some diverge.
    mutating func work(on task: Assignment, by id: ProcessID) -> RoundMachine.Event {
        if faultsLeft > 0, stream.below(8) == 0 {
            faultsLeft -= 1
            return .broken(TaskFault(task, ""), from: id)
        }
        guard stream.below(10) == 0 else { return .reported(task, from: id) }
        let failure = ClientFailure(
            round: task.round, client: task.client, attempt: task.attempt, step: 0, localRate: 1,
            reason: "")
        return .failed(failure, from: id)
    }

    mutating func deliver() {
        guard !flying.isEmpty else { return }
        var index = stream.below(flying.count)
        // A sum mostly comes behind the reports of its process, as over one connection.
        if case .summed(_, let id) = flying[index], stream.below(6) > 0 {
            index = flying.firstIndex { $0.sender == id } ?? index
        }
        var event = flying[index]
        // The system reports a death once; a message may come any number of times.
        var comesAgain = faultsLeft > 0 && stream.below(6) == 0
        if case .left(let id) = event {
            comesAgain = false
            if isTooMuch(Int(id)) {
                life[Int(id)] = .running
                event = .joined(id)
            }
        }
        if case .broken(let fault, let id) = event {
            comesAgain = false
            if isTooMuch(fault) { event = .reported(fault.task, from: id) }
        }
        if comesAgain { faultsLeft -= 1 } else { flying.remove(at: index) }
        take(event)
    }

    func isTooMuch(_ fault: TaskFault) -> Bool {
        commits == Int(round) && fault.task.round == round && fault.task.work == .training
            && faults[Int(fault.task.client)] + 1 >= Int(RoundMachine.faultLimit)
    }

    func isTooMuch(_ id: Int) -> Bool {
        if isOut[id] { return false }
        if deathsInARow + 1 >= RoundMachine.deathLimit { return true }
        guard commits == Int(round), let client = open[id].first else { return false }
        return deaths[Int(client)] + 1 >= Int(RoundMachine.attemptLimit)
    }

    mutating func take(_ event: RoundMachine.Event) {
        switch event {
        case .joined(let process):
            let id = Int(process)
            forget(id)
            isKnown[id] = true
            received[id] = []
        case .left(let process):
            let id = Int(process)
            if !isOut[id] {
                if let client = open[id].first { deaths[Int(client)] += 1 }
                deathsInARow += 1
            }
            forget(id)
            isKnown[id] = false
            losesSums[id] = false
            faultsInARow[id] = 0
        case .silent(let process): fallSilent(Int(process))
        case .heard(let id): hear(id)
        case .reported(_, let id), .failed(_, let id), .broken(_, let id), .summed(_, let id):
            hear(id)
        }
        machine.handle(event, into: &commands)
        check(after: event)
    }

    mutating func forget(_ id: Int) {
        for client in open[id] { letGo(client, of: UInt32(id)) }
        open[id] = []
        hasModel[id] = false
        isSilent[id] = false
        isOut[id] = false
        sum[id] = .none
    }

    mutating func letGo(_ client: UInt32, of id: ProcessID) {
        if owner[Int(client)] == id { owner[Int(client)] = nil }
        if earlier[Int(client)]?.process == id { earlier[Int(client)] = nil }
    }

    mutating func fallSilent(_ id: Int) {
        guard !isSilent[id] else { return }
        isSilent[id] = true
        silences += 1
        loseSum(of: id)
        for client in open[id] where owner[Int(client)] == UInt32(id) {
            if let (before, _) = earlier[Int(client)] {
                open[Int(before)].removeAll { $0 == client }
            }
            earlier[Int(client)] = (UInt32(id), attempts[Int(client)])
            owner[Int(client)] = nil
        }
    }

    mutating func hear(_ id: ProcessID) {
        guard isSilent[Int(id)] else { return }
        isSilent[Int(id)] = false
        for client in open[Int(id)] {
            guard owner[Int(client)] == nil, let (process, attempt) = earlier[Int(client)],
                process == id, attempt == attempts[Int(client)]
            else { continue }
            owner[Int(client)] = id
            earlier[Int(client)] = nil
        }
    }
}
