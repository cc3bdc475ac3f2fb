import Federation
import Messaging
import Models
import Simulation

/// A message to a client process, as it travels.
struct Downward {
    let header: [UInt8]
    /// The floats of a model, or the vectors that a task's client carries.
    let frame: SharedFrame?
    /// Whether it is a model: reading one takes no time.
    var isModel = false
}

extension Downward {
    /// A global model.
    init(
        _ version: UInt32, _ parts: ModelParts, _ parameterCount: Int,
        _ fill: (inout MutableSpan<Float>) -> Void
    ) {
        let floats = SharedFrame(count: parameterCount * parts.vectorCount, fill: fill)
        let message = Message.Model(
            run: 1, version: version, parts: parts, parameterCount: UInt64(parameterCount),
            checksum: floats.checksum)
        (header, frame, isModel) = (MessageCodec.encode(.model(message)), floats, true)
    }

    /// A version of the global model.
    init(_ version: ModelVersion, _ parameterCount: Int) {
        let message = Message.Model(
            run: 1, version: version.version, parts: version.parts,
            parameterCount: UInt64(parameterCount), checksum: version.vectors.checksum)
        header = MessageCodec.encode(.model(message))
        (frame, isModel) = (version.vectors, true)
    }

    /// A client's task with what the client carries.
    init(
        _ task: ClientTask, _ carried: CarriedBody?, from version: UInt32, _ parameterCount: Int
    ) {
        var message = Message.Task(
            run: 1, task: task, model: ModelSource(version: version), sharedSlot: -1,
            parameterCount: UInt64(parameterCount))
        if case .sent(let sent)? = carried {
            message.carriedChecksum = sent.checksum
            frame = sent
        } else {
            frame = nil
        }
        header = MessageCodec.encode(.task(message))
    }
}

/// A client process of the simulated world: a real session and what it has not read yet.
final class SimulatedProcess {
    /// The connection it started with: its name among all that ever lived.
    let born: Int
    /// Its connection now.
    var connection: Int
    var session: ClientSession
    var inbox: [Downward] = []
    var isBusy = false
    /// The answer that a process which hangs owes.
    var owed: (message: Message, frames: [SharedFrame])?
    /// When the last letter to it arrives.
    var lastLetter = 0
    /// When the last reply of it arrives.
    var lastReply = 0

    enum Reading {
        case nothing
        case task(Message.Task, carried: SharedFrame?)
        case evaluation(Message.Evaluate)
        case collection(Message.Collect)
    }

    init(connection: Int, session: consuming ClientSession) {
        (born, self.connection) = (connection, connection)
        self.session = session
    }

    /// Takes the next letter; a task is handed back, to be done.
    func readNext() throws -> Reading {
        let letter = inbox.removeFirst()
        let message = try MessageCodec.decode(
            letter.header, bodies: letter.frame.map { [4 * $0.count] } ?? [])
        switch message {
        case .model(let model):
            guard let frame = letter.frame else { return .nothing }
            if let problem = session.receive(model, body: .sent(frame)) {
                throw SimulatedWorld.Impossible(description: problem)
            }
            return .nothing
        case .task(let task): return .task(task, carried: letter.frame)
        case .evaluate(let task): return .evaluation(task)
        case .collect(let question): return .collection(question)
        case .hello, .welcome, .refuse, .update, .failed, .ping, .pong, .stop, .leave, .evaluated,
            .ready, .sum:
            throw SimulatedWorld.Impossible(description: "the coordinator sent \(message.kind)")
        }
    }
}

/// What may go wrong in a simulated world.
struct Faults {
    /// Half of the longest life of a process, in milliseconds; nil for ever.
    var meanLifetime: Double?
    /// The share of tasks after whose report the process dies.
    var deathAfterSending = 0.0
    /// The share of processes whose connection breaks once.
    var `break` = 0.0
    /// The share of messages that come twice, or very late.
    var repetition = 0.0
    /// The share of tasks in which the process hangs: for ever, or until others have its task.
    var hang = 0.0
    /// The share of updates that come damaged: half of them visibly, half with a float that is none.
    var damage = 0.0
    /// The share of reports that claim what is not so.
    var falseClaims = 0.0
    /// Whether processes add up their updates of a round.
    var sums = false
    /// When the first process comes that nobody launched, in milliseconds.
    var strangerAt: Int?
    /// A client whose task ends any process.
    var killer: UInt32?
    /// The number of an evaluation's task that ends any process.
    var evaluationKiller: UInt32?
    /// Whether processes die before they say hello.
    var diesAtStart = false
    /// When a signal comes, in milliseconds.
    var signalAt: Int?
    /// After how many events the coordinator is killed.
    var coordinatorDiesAt: Int?
    /// Whether processes whose death would end the run come back unnoticed instead.
    var spares = true
}

/// Things to come, in the order of their times; those of equal times as they were added.
struct Agenda<Thing> {
    private var things: [(time: Int, thing: Thing)] = []

    var isEmpty: Bool { things.isEmpty }

    mutating func add(_ thing: Thing, at time: Int) {
        let index = things.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
        things.insert((time, thing), at: index)
    }

    mutating func next(until limit: Int) -> (time: Int, thing: Thing)? {
        guard let first = things.first, first.time <= limit else { return nil }
        return things.removeFirst()
    }
}
