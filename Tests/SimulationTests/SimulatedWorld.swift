import Federation
import Messaging
import Models
import RandomStreams
import Simulation

/// A world of client processes and a network in virtual time, for one thread.
///
/// The coordinator's loop and the clients' sessions are the real ones; every message is encoded
/// and decoded. Between them messages take time, some of them much, some come twice. Processes die
/// idle, in the middle of a task and just after sending; they come back when they are launched
/// again; connections break, and their process says hello again. Messages of dead connections may
/// still arrive. Processes hang, and are ended or wake up when others have their tasks; updates come
/// damaged. One seed is one schedule.
///
/// What a coordinator must not do is refused with `Impossible`.
struct SimulatedWorld: World, ~Copyable {
    /// The coordinator did what can't be done in any world, or waits for what will never come.
    struct Impossible: Error, CustomStringConvertible {
        let description: String
    }

    /// The coordinator is killed: nothing that it had not saved is left.
    struct CoordinatorDied: Error {}

    let prepared: PreparedRun
    let makeSession: () throws -> ClientSession
    let faults: Faults
    var stream: RandomStream
    var agenda = Agenda<Occasion>()
    var now = 0
    var connections = 0
    /// How many events the coordinator has asked for.
    var events = 0
    /// The living processes.
    var living: [ProcessID: SimulatedProcess] = [:]
    /// Where messages to a process go: its last connection that said hello.
    var routes: [ProcessID: Int] = [:]
    var model: (version: UInt32, letter: Downward)?
    /// The model versions that tasks can start from by their number.
    var versions: [UInt32: Downward] = [:]
    var ledger = Ledger()
    var lent: [ObjectIdentifier: Int] = [:]
    /// How many processes died, and how many messages came late or twice.
    var deaths = 0
    var repetitions = 0
    /// How many evaluations were done.
    var evaluations = 0
    /// How often a process was silent, woke up, and sent a damaged update.
    var silences = 0
    var awakenings = 0
    var damages = 0
    /// How many sums were used, and how many were lost.
    var sums: (used: Int, lost: Int) { ledger.sums }
    /// Processes that count as silent.
    var silent: Set<ProcessID> = []
    /// Processes that the coordinator has ended. As in the real world, their messages are ignored
    /// until they come back.
    var ended: Set<ProcessID> = []

    enum Occasion {
        case starts(ProcessID, connection: Int)
        case hello(ProcessID, connection: Int)
        case receives(ProcessID, connection: Int, Downward)
        case finishes(ProcessID, connection: Int)
        case reply(ProcessID, Message, [SharedFrame])
        case dies(ProcessID, connection: Int)
        case breaks(ProcessID, connection: Int)
        case buried(ProcessID)
        case isMissed(ProcessID, connection: Int)
        case wakes(ProcessID, connection: Int)
        case signal(Int32)
    }

    init(
        _ prepared: PreparedRun, seed: UInt64, faults: Faults,
        makeSession: @escaping () throws -> ClientSession
    ) {
        self.prepared = prepared
        self.faults = faults
        self.makeSession = makeSession
        stream = RandomKey(seed: seed, .faults).stream()
        if let milliseconds = faults.signalAt { agenda.add(.signal(2), at: milliseconds) }
        if let milliseconds = faults.strangerAt {
            agenda.add(.starts(0, connection: 0), at: milliseconds)
        }
    }

    var seconds: Double { Double(now) / 1000 }
    var endpoint: String? { "sim://here" }

    func pid(of process: ProcessID) -> Int32? { living[process].map { Int32(1000 + $0.born) } }

    mutating func putOut(_ process: ProcessID, because reason: String) {
        ledger.putOut(process)
        guard living[process] != nil else { return }
        end(process)
    }

    mutating func launch(_ process: ProcessID) throws {
        if living[process] != nil {
            throw Impossible(description: "launch of process \(process), which is running")
        }
        try start(process)
    }

    mutating func setModel(
        version: UInt32, parts: ModelParts, _ fill: (inout MutableSpan<Float>) -> Void
    ) throws {
        // A model that is evaluated only has the last bit set, and the next round's comes after it.
        let last = UInt32(1) << 31
        if let model, version != model.version + 1, version != (model.version + 1) | last,
            version | last != model.version
        {
            throw Impossible(description: "model \(version) after model \(model.version)")
        }
        model = (version, Downward(version, parts, prepared.network.parameterCount, fill))
        try ledger.begin(version: version)
    }

    mutating func setVersions(_ versions: [ModelVersion]) {
        self.versions = [:]
        for version in versions {
            self.versions[version.version] = Downward(version, prepared.network.parameterCount)
        }
    }

    mutating func sendModel(_ version: UInt32?, to process: ProcessID) throws {
        if let version {
            guard let letter = versions[version] else {
                throw Impossible(description: "version \(version) was not set")
            }
            try ledger.modelSent(version, to: process)
            return send(letter, to: process)
        }
        guard let model else { throw Impossible(description: "no model was set") }
        try ledger.modelSent(to: process)
        send(model.letter, to: process)
    }

    mutating func send(
        _ task: ClientTask, _ carried: CarriedBody?, from version: UInt32?, to process: ProcessID
    ) throws {
        try ledger.sent(task, from: version, to: process)
        let letter = Downward(
            task, carried, from: version ?? task.round, prepared.network.parameterCount)
        sendMaybeTwice(letter, to: process)
    }

    mutating func send(_ task: EvaluationTask, of version: UInt32?, to process: ProcessID) throws {
        try ledger.sent(task, of: version, to: process)
        guard let version = version ?? model?.version else {
            throw Impossible(description: "no model was set")
        }
        let message = Message.Evaluate(run: 1, task: task, model: ModelSource(version: version))
        sendMaybeTwice(
            Downward(header: MessageCodec.encode(.evaluate(message)), frame: nil), to: process)
    }

    mutating func sendMaybeTwice(_ letter: Downward, to process: ProcessID) {
        send(letter, to: process)
        if chance(faults.repetition) {
            repetitions += 1
            send(letter, to: process, isRepeated: true)
        }
    }

    var sumsUpdates: Bool { faults.sums }

    mutating func collect(round: UInt32, from process: ProcessID) throws {
        try ledger.collected(round, from: process)
        let message = Message.Collect(run: 1, round: round, sharedSlot: -1)
        sendMaybeTwice(
            Downward(header: MessageCodec.encode(.collect(message)), frame: nil), to: process)
    }

    mutating func release(_ body: UpdateBody, from process: ProcessID) {
        if body.isInSum { return }
        guard case .sent(let frame) = body else { return ledger.note("a foreign body released") }
        lent[ObjectIdentifier(frame), default: 0] -= 1
        if lent[ObjectIdentifier(frame), default: 0] < 0 { ledger.note("a body released twice") }
    }

    mutating func nextEvent(timeoutMilliseconds milliseconds: Int) throws -> CoordinatorEvent {
        if let trouble = ledger.trouble { throw Impossible(description: trouble) }
        events += 1
        if let last = faults.coordinatorDiesAt, events > last { throw CoordinatorDied() }
        // A healthy run takes seconds; one that waits in vain would see processes come and go.
        if now > 300_000 { throw Impossible(description: "no end after five minutes") }
        let limit = now + milliseconds
        while let (time, occasion) = agenda.next(until: limit) {
            now = max(now, time)
            if let happening = try take(occasion) { return happening }
        }
        if agenda.isEmpty, milliseconds > 1 {
            throw Impossible(description: "nothing will ever happen again")
        }
        now = limit
        return .timeout
    }

    /// Bodies that came and were neither added nor dropped.
    var unreleased: Int { lent.values.reduce(0, +) }

    /// Letters of one connection keep their order; a repeated one comes again later.
    mutating func send(_ letter: Downward, to id: ProcessID, isRepeated: Bool = false) {
        guard let connection = routes[id] else {
            return ledger.note("a message to process \(id), which never said hello")
        }
        var time = now + delay(1...25)
        if let process = living[id], process.connection == connection {
            time = max(time, process.lastLetter)
            if isRepeated { time += delay(1...400) } else { process.lastLetter = time }
        }
        agenda.add(.receives(id, connection: connection, letter), at: time)
    }

    mutating func delay(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + stream.below(range.count)
    }

    mutating func chance(_ share: Double) -> Bool { share > 0 && stream.uniform() < share }
}
