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

    private let prepared: PreparedRun
    private let makeSession: () throws -> ClientSession
    private let faults: Faults
    private var stream: RandomStream
    private var agenda = Agenda<Occasion>()
    private var now = 0
    private var connections = 0
    /// The living processes.
    private var living: [ProcessID: SimulatedProcess] = [:]
    /// Where messages to a process go: its last connection that said hello.
    private var routes: [ProcessID: Int] = [:]
    private var model: (version: UInt32, letter: Downward)?
    private var ledger = Ledger()
    private var lent: [ObjectIdentifier: Int] = [:]
    /// How many processes died, and how many messages came late or twice.
    private(set) var deaths = 0
    private(set) var repetitions = 0
    /// How many evaluations were done.
    private(set) var evaluations = 0
    /// How often a process was silent, woke up, and sent a damaged update.
    private(set) var silences = 0
    private(set) var awakenings = 0
    private(set) var damages = 0
    /// Processes that count as silent.
    private var silent: Set<ProcessID> = []

    private enum Occasion {
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
        routes[process] = nil
        die(process)
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

    mutating func sendModel(to process: ProcessID) throws {
        guard let model else { throw Impossible(description: "no model was set") }
        try ledger.modelSent(to: process)
        send(model.letter, to: process)
    }

    mutating func send(_ task: ClientTask, _ carried: CarriedBody?, to process: ProcessID) throws {
        try ledger.sent(task, to: process)
        let letter = Downward(task, carried, prepared.network.parameterCount)
        sendMaybeTwice(letter, to: process)
    }

    mutating func send(_ task: EvaluationTask, to process: ProcessID) throws {
        try ledger.sent(task, to: process)
        guard let model else { throw Impossible(description: "no model was set") }
        let message = Message.Evaluate(run: 1, task: task, modelVersion: model.version)
        sendMaybeTwice(
            Downward(header: MessageCodec.encode(.evaluate(message)), frame: nil), to: process)
    }

    private mutating func sendMaybeTwice(_ letter: Downward, to process: ProcessID) {
        send(letter, to: process)
        if chance(faults.repetition) {
            repetitions += 1
            send(letter, to: process, isRepeated: true)
        }
    }

    mutating func release(_ body: UpdateBody, from process: ProcessID) {
        guard case .sent(let frame) = body else { return ledger.note("a foreign body released") }
        lent[ObjectIdentifier(frame), default: 0] -= 1
        if lent[ObjectIdentifier(frame), default: 0] < 0 { ledger.note("a body released twice") }
    }

    mutating func next(milliseconds: Int) throws -> Happening {
        if let trouble = ledger.trouble { throw Impossible(description: trouble) }
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

    // MARK: The processes

    private mutating func start(_ process: ProcessID) throws {
        connections += 1
        living[process] = SimulatedProcess(connection: connections, session: try makeSession())
        agenda.add(.starts(process, connection: connections), at: now + delay(20...60))
        if let mean = faults.meanLifetime {
            let lifetime = 1 + Int(stream.uniform() * 2 * mean)
            agenda.add(.dies(process, connection: connections), at: now + lifetime)
        } else if faults.diesAtStart {
            agenda.add(.dies(process, connection: connections), at: now + 1)
        }
    }

    private mutating func take(_ occasion: Occasion) throws -> Happening? {
        switch occasion {
        case .starts(let id, connection: 0):
            try start(id)
        case .starts(let id, let connection):
            guard living[id]?.born == connection else { return nil }
            // Shorter than any start, so that a dead process's hello never follows its heir's.
            agenda.add(.hello(id, connection: connection), at: now + delay(1...19))
            if chance(faults.break) {
                agenda.add(.breaks(id, connection: connection), at: now + delay(30...400))
            }
        case .breaks(let id, let connection):
            guard let process = living[id], process.connection == connection else { return nil }
            connections += 1
            process.connection = connections
            agenda.add(.hello(id, connection: connections), at: now + delay(1...19))
        case .hello(let id, let connection):
            routes[id] = connection
            silent.remove(id)
            ledger.joined(id)
            return .joined(id)
        case .receives(let id, let connection, let letter):
            guard let process = living[id], process.connection == connection else { return nil }
            process.inbox.append(letter)
            work(id, process)
        case .finishes(let id, let connection):
            guard let process = living[id], process.born == connection else { return nil }
            try finish(id, process)
        case .reply(let id, let message, let frame):
            if silent.remove(id) != nil {
                awakenings += 1
                ledger.heard(id)
                // The machine may as well conclude it from the report itself.
                if chance(0.5) {
                    agenda.add(.reply(id, message, frames), at: now)
                    return .heard(id)
                }
            }
            return try arrived(message, frames, from: id)
        case .isMissed(let id, let connection):
            guard let process = living[id], process.born == connection, process.owed != nil,
                routes[id] != nil, silent.insert(id).inserted
            else { return nil }
            silences += 1
            ledger.silent(id)
            guard chance(0.5) else { return .silent(id, .busy(seconds: 0.3)) }
            // A child is ended; it is reaped later.
            routes[id] = nil
            die(id)
            return .silent(id, .noSign(seconds: 0.3))
        case .wakes(let id, let connection):
            guard let process = living[id], process.born == connection, let owed = process.owed
            else { return nil }
            process.owed = nil
            process.isBusy = false
            try answer(owed.message, owed.frames, of: id)
            work(id, process)
        case .dies(let id, let connection):
            guard living[id]?.born == connection else { return nil }
            die(id)
        case .buried(let id):
            // What the machine is to give up on is another test's: this one comes back by itself.
            if faults.spares, ledger.wouldEndTheRun(id) {
                try start(id)
                return nil
            }
            routes[id] = nil
            silent.remove(id)
            ledger.left(id)
            return .left(id)
        case .signal(let number): return .signal(number)
        }
        return nil
    }

    private mutating func die(_ id: ProcessID) {
        deaths += 1
        living[id] = nil
        agenda.add(.buried(id), at: now + delay(1...30))
    }

    private mutating func work(_ id: ProcessID, _ process: SimulatedProcess) {
        guard !process.isBusy, !process.inbox.isEmpty else { return }
        process.isBusy = true
        let duration = process.inbox[0].isModel ? 0 : delay(5...80)
        agenda.add(.finishes(id, connection: process.born), at: now + duration)
    }

    private mutating func finish(_ id: ProcessID, _ process: SimulatedProcess) throws {
        process.isBusy = false
        switch try process.readNext() {
        case .nothing: break
        case .task(let task, let carried):
            if task.task.client == faults.killer { return die(id) }
            let reply = process.session.perform(task, carried: carried.map { .sent($0) })
            if chance(faults.hang) { return hang(id, process, reply.message, reply.bodies) }
            try answer(reply.message, reply.bodies, of: id)
            if chance(faults.deathAfterSending) { return die(id) }
        case .evaluation(let task):
            if task.task.number == faults.evaluationKiller { return die(id) }
            let reply = process.session.perform(task)
            evaluations += 1
            if chance(faults.hang) { return hang(id, process, reply, []) }
            try answer(reply, [], of: id)
            if chance(faults.deathAfterSending) { return die(id) }
        }
        work(id, process)
    }

    private mutating func hang(
        _ id: ProcessID, _ process: SimulatedProcess, _ message: Message, _ frames: [SharedFrame]
    ) {
        process.isBusy = true
        process.owed = (message, frames)
        agenda.add(.isMissed(id, connection: process.born), at: now + 300)
        // One that nobody ends wakes up before or after others have done its task.
        agenda.add(.wakes(id, connection: process.born), at: now + 301 + delay(1...600))
    }

    private mutating func answer(_ message: Message, _ frames: [SharedFrame], of id: ProcessID)
        throws
    {
        let message = try MessageCodec.decode(
            MessageCodec.encode(message), bodies: frames.map { 4 * $0.count })
        // Most are quick; some come rounds late.
        let slow = chance(faults.repetition) ? 600 : 0
        agenda.add(.reply(id, message, frames), at: now + delay(1...40) + slow)
        if chance(faults.repetition) {
            repetitions += 1
            agenda.add(.reply(id, message, frames), at: now + delay(1...600))
        }
    }

    private mutating func arrived(_ message: Message, _ frames: [SharedFrame], from id: ProcessID)
        throws -> Happening?
    {
        switch message {
        case .update(let update):
            guard let frame = frames.first else {
                throw Impossible(description: "an update without floats")
            }
            lent[ObjectIdentifier(frame), default: 0] += 1
            ledger.kept.append(frame)
            let report = update.report
            let carried = frames.count > 1 ? CarriedBody.sent(frames[1]) : nil
            if chance(faults.damage), !ledger.wouldBreakTheRun(report.task, of: id) {
                damages += 1
                ledger.broke(report.task, by: id)
                return damaged(report, frame, carried, from: id)
            }
            ledger.finished(report.task, by: id)
            return .reported(report, .sent(frame), carried: carried, from: id)
        case .failed(let failed):
            switch failed.failure {
            case .diverged(let failure):
                ledger.finished(failure.task, by: id)
                return .failed(failure, from: id)
            case .broken(let fault): throw Impossible(description: "\(fault)")
            }
        case .evaluated(let evaluated):
            ledger.finished(evaluated.report.task, by: id)
            return .evaluated(evaluated.report, from: id)
        case .hello, .welcome, .refuse, .model, .task, .ping, .pong, .stop, .leave, .evaluate,
            .ready:
            throw Impossible(description: "a client sent \(message.kind)")
        }
    }

    private mutating func damaged(
        _ report: ClientReport, _ frame: SharedFrame, _ carried: CarriedBody?, from id: ProcessID
    ) -> Happening {
        if chance(0.5) {
            // The receiver has seen it, and nobody gets the body.
            lent[ObjectIdentifier(frame), default: 0] -= 1
            return .broken(TaskFault(report.task, "its update came damaged"), from: id)
        }
        let wrong = SharedFrame(count: frame.count) { floats in
            frame.withFloats { good in
                for index in good.indices { floats[index] = good[index] }
            }
            floats[frame.count / 2] = .nan
        }
        ledger.kept.append(wrong)
        lent[ObjectIdentifier(frame), default: 0] -= 1
        lent[ObjectIdentifier(wrong), default: 0] += 1
        return .reported(report, .sent(wrong), carried: carried, from: id)
    }

    // MARK: The network

    /// Letters of one connection keep their order; a repeated one comes again later.
    private mutating func send(_ letter: Downward, to id: ProcessID, isRepeated: Bool = false) {
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

    private mutating func delay(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + stream.below(range.count)
    }

    private mutating func chance(_ share: Double) -> Bool { share > 0 && stream.uniform() < share }
}
