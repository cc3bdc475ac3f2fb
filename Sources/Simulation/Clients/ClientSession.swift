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
    package mutating func take(_ message: Message.Model, body: ModelBody?) -> String? {
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
    package mutating func perform(_ message: Message.Task) -> Reply {
        let task = message.task
        guard message.run == run, let model, model.version == message.modelVersion else {
            return failure(task, "the global model of this round did not come")
        }
        let started = hyperfed_thread_cpu_seconds()
        do throws(ClientFailure) {
            var report: ClientReport
            var frame: SharedFrame?
            var slot: Int32 = -1
            if message.sharedSlot >= 0, let shared, shared.hasUpdateSlot(Int(message.sharedSlot)) {
                slot = message.sharedSlot
                report = try shared.withMutableUpdate(Int(slot)) {
                    update throws(ClientFailure) in
                    try Self.train(&trainer, task, model, parameterCount, into: &update)
                }
            } else {
                var result: ClientReport?
                frame = try SharedFrame(count: parameterCount) { update throws(ClientFailure) in
                    result = try Self.train(&trainer, task, model, parameterCount, into: &update)
                }
                guard let result else { return failure(task, "no report was made") }
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
        into update: inout MutableSpan<Float>
    ) throws(ClientFailure) -> ClientReport {
        try model.withVectors(count) { weights, movement throws(ClientFailure) in
            guard
                let report = try trainer?.run(
                    task, weights: weights, movement: model.hasMovement ? movement : nil,
                    into: &update)
            else { throw ClientFailure(task, "no welcome came before the task") }
            return report
        }
    }

    /// Does a part of an evaluation; the reply has no sums where that can't be done.
    package mutating func perform(_ message: Message.Evaluate) -> Message {
        let task = message.task
        var report = EvaluationReport(
            round: task.round, number: task.number, attempt: task.attempt, sums: [])
        guard message.run == run, let prepared, let model, model.version == message.modelVersion
        else { return .evaluated(Message.Evaluated(run: run, report: report)) }
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

    private func failure(_ task: ClientTask, _ reason: String) -> Reply {
        Reply(
            message: .failed(Message.Failed(run: run, failure: ClientFailure(task, reason))),
            floats: nil)
    }
}

extension ClientFailure {
    /// A task that could not even begin.
    fileprivate init(_ task: ClientTask, _ reason: String) {
        self.init(
            round: task.round, client: task.client, attempt: task.attempt, step: 0,
            localRate: task.localRate, reason: reason)
    }
}
