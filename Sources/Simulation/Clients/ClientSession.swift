import Bytes
import CSystem
package import Datasets
import Federation
import LinearAlgebra
package import Messaging
import Models
import Scenarios

/// A client process without its socket: takes the coordinator's messages, gives the replies.
///
/// The same code serves a process over ZeroMQ and the in-memory world. It holds caches only: the
/// global model of the round and a trainer.
package struct ClientSession: ~Copyable {
    private let cache: DataCache
    private var run: UInt64 = 0
    /// Names the scenario that the process was welcomed to, with its data; empty before that.
    package private(set) var scenarioDigest = ""
    private var prepared: PreparedRun?
    private var trainer: LocalTrainer?
    /// Made for the first evaluation: most runs don't need one in client processes.
    private var evaluator: Evaluator?
    /// The version of the model that the evaluator has.
    private var evaluatedVersion: UInt32?
    private var shared: SharedBlock?
    private var parameterCount = 0
    private var model: HeldModel?
    /// Why the model that came last could not be kept.
    private var modelProblem: String?

    /// The floats of a message that came in a body.
    package enum Body {
        case received(Frame)
        case sent(SharedFrame)

        func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
            switch self {
            case .received(let frame): try frame.withFloats(body)
            case .sent(let frame): try frame.withFloats(body)
            }
        }
    }

    /// A reply: a message, and its floats unless they are in shared memory.
    package struct Reply {
        package let message: Message
        /// The update in a frame; nil where it is in shared memory or there is none.
        package var floats: SharedFrame?
        /// The vectors that the client carries on.
        package var carried: SharedFrame?

        /// A message without floats.
        package init(_ message: Message) { self.message = message }

        init(_ message: Message, floats: SharedFrame?, carried: SharedFrame?) {
            (self.message, self.floats, self.carried) = (message, floats, carried)
        }

        /// The bodies, in order.
        package var bodies: [SharedFrame] { [floats, carried].compactMap(\.self) }
    }

    package init(cache: DataCache) { self.cache = cache }

    /// Prepares for a run: data, model and trainer.
    ///
    /// - Returns: an error in words when that can't be done.
    package mutating func welcome(_ welcome: Message.Welcome) -> String? {
        guard welcome.programVersion == ProgramIdentity.text else {
            return RunIdentity.otherProgram(
                coordinator: welcome.programVersion, client: ProgramIdentity.text)
        }
        let digest = RunIdentity.digest(
            scenario: welcome.scenario, dataKey: welcome.dataKey,
            partitionKey: welcome.partitionKey)
        guard scenarioDigest.isEmpty || scenarioDigest == digest else {
            return "the coordinator now runs another scenario; start the client again to serve it"
        }
        do {
            let file = try ScenarioFile(
                text: welcome.scenario, file: "the coordinator's scenario", workingFolder: "")
            let prepared = try PreparedRun(
                file.baseRun(), cache: cache, knownKey: welcome.dataKey, namesPlaces: false)
            guard prepared.dataKey == welcome.dataKey else {
                return "the data here are not the coordinator's: expected the key"
                    + " \(welcome.dataKey), found \(prepared.dataKey); the files that the scenario"
                    + " names must be the same on both sides"
            }
            guard prepared.partitionKey == welcome.partitionKey else {
                return "the partition here is not the coordinator's: expected the key"
                    + " \(welcome.partitionKey), found \(prepared.partitionKey)"
            }
            guard UInt64(prepared.network.parameterCount) == welcome.parameterCount else {
                return "this program builds another model than the coordinator's"
            }
            parameterCount = prepared.network.parameterCount
            if !welcome.sharedBlock.isEmpty {
                shared = try SharedBlock(
                    opening: welcome.sharedBlock, parameterCount: parameterCount)
            }
            trainer = LocalTrainer(
                prepared.trainingPlan, network: prepared.network, dataset: prepared.dataset,
                partition: prepared.holdout.training, validation: prepared.holdout.validation)
            evaluator = nil
            evaluatedVersion = nil
            self.prepared = prepared
            run = welcome.run
            scenarioDigest = digest
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Keeps a round's global model.
    ///
    /// - Returns: why it can't be used, if so; tasks that need it then fail with this reason.
    @discardableResult
    package mutating func take(_ message: Message.Model, body: Body?) -> String? {
        modelProblem = keep(message, body)
        if modelProblem != nil { model = nil }
        return modelProblem
    }

    private mutating func keep(_ message: Message.Model, _ body: Body?) -> String? {
        guard message.run == run, message.parameterCount == UInt64(parameterCount) else {
            return "a model of another run came"
        }
        let source: HeldModel.Source
        if message.sharedSlot >= 0 {
            guard let shared,
                shared.hasModelSlot(
                    Int(message.sharedSlot), vectors: message.parts.vectorCount)
            else {
                return "a model in shared memory was announced, but there is none"
            }
            source = .shared(shared, slot: Int(message.sharedSlot))
        } else {
            guard let body else { return "a model came without its body" }
            if case .received(let frame) = body {
                do {
                    try frame.withFloats { try Message.model(message).checkFloats($0) }
                } catch {
                    return "\(error)"
                }
            }
            source = .body(body)
        }
        // A model that comes again may be another run's.
        evaluatedVersion = nil
        model = HeldModel(
            version: message.version, parts: message.parts, parameterCount: parameterCount,
            floats: source)
        return nil
    }

    /// Trains a client and returns the answer for the coordinator.
    ///
    /// - Parameters:
    ///   - carried: the vectors that the client carries, where they came in a body.
    ///   - progressed: called after each local step.
    package mutating func perform(
        _ message: Message.Task, carried: Body? = nil, progressed: () -> Void = {}
    ) -> Reply {
        let task = message.task
        guard let model = model(message.modelVersion, of: message.run) else {
            return fault(task.assignment, missingModel)
        }
        let held: CarriedSource
        do {
            held = try carriedVectors(message, carried)
        } catch {
            return fault(
                task.assignment, "what the client carries did not come: \(error)")
        }
        let started = hyperfed_thread_cpu_seconds()
        let places = TaskPlaces(
            message, shared, parameterCount: parameterCount,
            carriedVectors: prepared?.trainingPlan.carriedVectors ?? 0)
        do throws(TaskFailure) {
            var (report, update, next) = try places.write {
                update, next throws(TaskFailure) in
                try Self.train(
                    &trainer, task, model, held, into: &update, carrying: &next, progressed)
            }
            report.seconds = hyperfed_thread_cpu_seconds() - started
            return Reply(
                .update(
                    Message.Update(
                        run: run, report: report, sharedSlot: places.updateSlot,
                        parameterCount: UInt64(parameterCount), checksum: update?.checksum ?? 0,
                        carriedSlot: report.carriedVectors > 0 ? places.nextSlot : -1,
                        carriedChecksum: next?.checksum ?? 0)),
                floats: update, carried: next)
        } catch {
            return Reply(.failed(Message.Failed(run: run, failure: error)))
        }
    }

    /// Where the vectors are that a task's client carries.
    private func carriedVectors(_ message: Message.Task, _ body: Body?) throws -> CarriedSource {
        let vectors = Int(message.task.carriedVectors)
        guard vectors > 0 else { return .none }
        guard message.parameterCount == UInt64(parameterCount) else {
            throw MessageError.malformed(
                .task, .invalid("vectors of \(message.parameterCount) parameters"))
        }
        if message.carriedSlot < 0, let body {
            if case .received(let frame) = body {
                try frame.withFloats { try Message.task(message).checkCarried($0) }
            }
            return .body(body)
        }
        let slot = Int(message.carriedSlot)
        guard let shared, shared.hasCarriedSlot(slot), vectors <= shared.layout.carriedVectors
        else {
            throw MessageError.malformed(.task, .invalid("no carried slot \(slot)"))
        }
        return .shared(shared, slot: slot, vectors: vectors)
    }

    private static func train(
        _ trainer: inout LocalTrainer?, _ task: ClientTask, _ model: HeldModel,
        _ carried: CarriedSource, into update: inout MutableSpan<Float>,
        carrying next: inout MutableSpan<Float>, _ progressed: () -> Void
    ) throws(TaskFailure) -> ClientReport {
        try model.withVectors { weights, movement, server throws(TaskFailure) in
            try carried.withFloats { carried throws(TaskFailure) in
                guard
                    let report = try trainer?.run(
                        task, weights: weights, movement: model.hasMovement ? movement : nil,
                        server: server, carried: carried, into: &update, carrying: &next,
                        progressed: progressed)
                else {
                    throw .broken(TaskFault(task.assignment, "no welcome came before the task"))
                }
                return report
            }
        }
    }

    /// Does a part of an evaluation.
    package mutating func perform(_ message: Message.Evaluate) -> Message {
        let task = message.task
        var report = EvaluationReport(
            round: task.round, number: task.number, attempt: task.attempt, sums: [])
        guard let prepared, let model = model(message.modelVersion, of: message.run) else {
            let work = Assignment(
                .evaluation, round: task.round, client: task.number, attempt: task.attempt)
            return fault(work, missingModel).message
        }
        if evaluator == nil {
            evaluator = Evaluator(
                network: prepared.network, dataset: prepared.dataset, holdout: prepared.holdout)
        }
        if evaluatedVersion != model.version {
            Self.load(&evaluator, model)
            evaluatedVersion = model.version
        }
        report.sums = evaluator?.sums(of: task.subject) ?? []
        return .evaluated(Message.Evaluated(run: run, report: report))
    }

    private static func load(_ evaluator: inout Evaluator?, _ model: HeldModel) {
        model.withVectors { weights, _, _ in evaluator?.load(weights) }
    }

    private func model(_ version: UInt32, of run: UInt64) -> HeldModel? {
        guard run == self.run, let model, model.version == version else { return nil }
        return model
    }

    private var missingModel: String {
        let problem = modelProblem.map { " (\($0))" } ?? ""
        return "expected the global model of this round before the task, found none" + problem
    }

    private func fault(_ task: Assignment, _ reason: String) -> Reply {
        let failed = Message.Failed(run: run, failure: .broken(TaskFault(task, reason)))
        return Reply(.failed(failed))
    }
}
