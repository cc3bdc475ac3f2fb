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

    /// The floats of a model message that came in a body.
    package enum ModelBody {
        case received(Frame)
        case sent(SharedFrame)

        func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
            switch self {
            case .received(let frame): try frame.withFloats(body)
            case .sent(let frame): try frame.withFloats(body)
            }
        }
    }

    private struct HeldModel {
        let version: UInt32
        let hasMovement: Bool
        let floats: Source

        enum Source {
            case shared(SharedBlock, slot: Int)
            case body(ModelBody)
        }

        /// Lends weights and movement; the latter means something where `hasMovement` says so.
        func withVectors<R, E: Error>(
            _ count: Int, _ body: (Span<Float>, Span<Float>) throws(E) -> R
        ) throws(E) -> R {
            switch floats {
            case .shared(let block, let slot): try block.withModel(slot, body)
            case .body(let frame):
                try frame.withFloats { floats throws(E) in
                    try body(
                        floats.extracting(first: count),
                        floats.extracting(droppingFirst: hasMovement ? count : 0))
                }
            }
        }
    }

    /// A reply: a message, and its floats unless they are in shared memory.
    package struct Reply {
        package let message: Message
        package let floats: SharedFrame?
    }

    package init(cache: DataCache) { self.cache = cache }

    /// Prepares for a run: data, model and trainer.
    ///
    /// - Returns: an error in words when that can't be done.
    package mutating func welcome(_ welcome: Message.Welcome) -> String? {
        do {
            let file = try ScenarioFile(
                text: welcome.scenario, file: "the coordinator's scenario", workingFolder: "")
            let prepared = try PreparedRun(
                file.baseRun(), cache: cache, knownKey: welcome.dataKey, namesPlaces: false)
            guard prepared.dataKey == welcome.dataKey else {
                return "this machine's data differ from the coordinator's (\(prepared.dataKey) is"
                    + " not \(welcome.dataKey))"
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
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Keeps a round's global model.
    ///
    /// - Returns: why it can't be used, if so; tasks that need it then fail with this reason.
    @discardableResult
    package mutating func take(_ message: Message.Model, body: ModelBody?) -> String? {
        modelProblem = keep(message, body)
        if modelProblem != nil { model = nil }
        return modelProblem
    }

    private mutating func keep(_ message: Message.Model, _ body: ModelBody?) -> String? {
        guard message.run == run, message.parameterCount == UInt64(parameterCount) else {
            return "a model of another run came"
        }
        let source: HeldModel.Source
        if message.sharedSlot >= 0 {
            guard let shared, shared.hasModelSlot(Int(message.sharedSlot)) else {
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
            version: message.version, hasMovement: message.vectorCount == 2, floats: source)
        return nil
    }

    /// Does a task.
    ///
    /// - Parameter progressed: called after each local step.
    package mutating func perform(
        _ message: Message.Task, progressed: () -> Void = {}
    ) -> Reply {
        let task = message.task
        guard let model = model(message.modelVersion, of: message.run) else {
            return fault(task.assignment, missingModel)
        }
        let started = hyperfed_thread_cpu_seconds()
        do throws(TaskFailure) {
            var report: ClientReport
            var frame: SharedFrame?
            var slot: Int32 = -1
            if message.sharedSlot >= 0, let shared, shared.hasUpdateSlot(Int(message.sharedSlot)) {
                slot = message.sharedSlot
                report = try shared.withMutableUpdate(Int(slot)) {
                    update throws(TaskFailure) in
                    try Self.train(
                        &trainer, task, model, parameterCount, into: &update, progressed)
                }
            } else {
                var result: ClientReport?
                frame = try SharedFrame(count: parameterCount) { update throws(TaskFailure) in
                    result = try Self.train(
                        &trainer, task, model, parameterCount, into: &update, progressed)
                }
                guard let result else { return fault(task.assignment, "no report was made") }
                report = result
            }
            report.seconds = hyperfed_thread_cpu_seconds() - started
            return Reply(
                message: .update(
                    Message.Update(
                        run: run, report: report, sharedSlot: slot,
                        parameterCount: UInt64(parameterCount), checksum: frame?.checksum ?? 0)),
                floats: frame)
        } catch {
            return Reply(
                message: .failed(Message.Failed(run: run, failure: error)), floats: nil)
        }
    }

    private static func train(
        _ trainer: inout LocalTrainer?, _ task: ClientTask, _ model: HeldModel, _ count: Int,
        into update: inout MutableSpan<Float>, _ progressed: () -> Void
    ) throws(TaskFailure) -> ClientReport {
        try model.withVectors(count) { weights, movement throws(TaskFailure) in
            guard
                let report = try trainer?.run(
                    task, weights: weights, movement: model.hasMovement ? movement : nil,
                    into: &update, progressed: progressed)
            else {
                throw .broken(TaskFault(task.assignment, "no welcome came before the task"))
            }
            return report
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
            Self.load(&evaluator, model, parameterCount)
            evaluatedVersion = model.version
        }
        report.sums = evaluator?.sums(of: task.subject) ?? []
        return .evaluated(Message.Evaluated(run: run, report: report))
    }

    private static func load(
        _ evaluator: inout Evaluator?, _ model: HeldModel, _ count: Int
    ) {
        model.withVectors(count) { weights, _ in evaluator?.load(weights) }
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
        return Reply(message: .failed(failed), floats: nil)
    }
}
