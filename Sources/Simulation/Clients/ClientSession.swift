import Bytes
import CSystem
package import Datasets
import Federation
import Glibc
import LinearAlgebra
package import Messaging
import Models
import Scenarios

/// A client process without its socket. It receives the coordinator's messages and returns replies.
///
/// A client process over ZeroMQ and the in-memory world use the same code. The session stores only
/// caches: the global model of the round and a trainer.
package struct ClientSession: ~Copyable {
    private var supply: DataSupply
    /// Whether the session accepts a welcome to another scenario. It does if the coordinator
    /// started this process.
    private let followsRuns: Bool
    /// The folder of the data on this machine; nil if they are where the scenario says.
    private let dataFolder: String?
    private(set) var run: UInt64 = 0
    /// The digest of the scenario and its data, from the coordinator's welcome; empty before it.
    package private(set) var scenarioDigest = ""
    /// The run of the last welcome.
    var prepared: PreparedRun?
    /// The trainer of the current phase.
    var trainer: LocalTrainer?
    /// The phase of the data that trainer and evaluator have.
    var phase = 0
    /// The evaluator is made for the first evaluation, because most runs evaluate in the
    /// coordinator.
    var evaluator: Evaluator?
    /// The version of the model that the evaluator has now.
    var evaluatedVersion: UInt32?
    private(set) var shared: SharedBlock?
    private(set) var parameterCount = 0
    /// The largest number of vectors that a client of this run carries over.
    private var carriedVectors = 0
    /// The sum of the updates of the round. It is made for the first task that adds to it.
    var sum: LocalSum?
    private var model: HeldModel?
    /// The reason why the last model could not be stored.
    private var modelProblem: String?

    /// Creates a session without a scenario.
    ///
    /// - Parameters:
    ///   - followsRuns: whether it accepts another scenario after the first.
    ///   - dataFolder: the folder in which the data are, under the last names of their paths.
    package init(cache: DataCache, followsRuns: Bool = false, dataFolder: String? = nil) {
        self.dataFolder = dataFolder
        supply = DataSupply(cache)
        self.followsRuns = followsRuns
    }

    /// Prepares data, model and trainer for a run. It first releases those of the run before,
    /// except for data and shared memory that are the same.
    ///
    /// - Returns: the reason if the preparation failed, else nil.
    package mutating func welcome(_ welcome: Message.Welcome) -> String? {
        guard welcome.programVersion == ProgramIdentity.text else {
            return RunIdentity.otherProgram(
                coordinator: welcome.programVersion, client: ProgramIdentity.text)
        }
        let digest = RunIdentity.digest(
            scenario: welcome.scenario, dataKey: welcome.dataKey,
            partitionKey: welcome.partitionKey)
        guard scenarioDigest.isEmpty || scenarioDigest == digest || followsRuns else {
            return "scenario: expected the one that this client process has served, found another;"
                + " start the client again"
        }
        trainer = nil
        evaluator = nil
        sum = nil
        (evaluatedVersion, model, prepared) = (nil, nil, nil)
        if shared?.path != welcome.sharedBlock { shared = nil }
        do {
            let file = try ScenarioFile(
                text: welcome.scenario, file: "the coordinator's scenario", workingFolder: "",
                dataFolder: dataFolder)
            let prepared = try PreparedRun(
                file.baseRun(), &supply, knownKey: welcome.dataKey, includesLocations: false)
            supply.keepOnly(prepared)
            guard prepared.dataKey == welcome.dataKey else {
                return "data.dataset: expected data with the key \(welcome.dataKey) (coordinator),"
                    + " found the key \(prepared.dataKey) (this machine); use the same data files"
                    + " on both sides"
            }
            guard prepared.partitionKey == welcome.partitionKey else {
                return "data.skew: expected a partition with the key \(welcome.partitionKey)"
                    + " (coordinator), found the key \(prepared.partitionKey) (this machine); use"
                    + " the same hyperfed on both sides"
            }
            guard UInt64(prepared.network.parameterCount) == welcome.parameterCount else {
                return "model: expected \(welcome.parameterCount) parameters (coordinator), found"
                    + " \(prepared.network.parameterCount) (this machine); use the same hyperfed on"
                    + " both sides"
            }
            parameterCount = prepared.network.parameterCount
            if !welcome.sharedBlock.isEmpty, shared == nil {
                shared = try SharedBlock(
                    opening: welcome.sharedBlock, parameterCount: parameterCount)
            }
            carriedVectors = prepared.trainingPlan.carriedVectors
            self.prepared = prepared
            enterPhase(0)
            run = welcome.run
            scenarioDigest = digest
            return nil
        } catch let error as SystemError where followsRuns && error.errno == ENOENT {
            // The shared memory is gone, so that run is over. The welcome to the next run follows.
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Stores a global model that arrived in a message.
    ///
    /// - Returns: the reason if the model is not usable, else nil. Tasks that need the model then
    ///   fail with this reason.
    @discardableResult
    package mutating func receive(_ message: Message.Model, body: Body?) -> String? {
        modelProblem = keep(message, body)
        if modelProblem != nil { model = nil }
        return modelProblem
    }

    private mutating func keep(_ message: Message.Model, _ body: Body?) -> String? {
        guard message.run == run, message.parameterCount == UInt64(parameterCount) else {
            return "expected a model of this run, found one of another run"
        }
        guard let body else { return "expected a model with its body, found none" }
        if case .received(let frame) = body {
            do {
                try frame.withFloats { try Message.model(message).checkFloats($0) }
            } catch {
                return "\(error)"
            }
        }
        // A model with the same version may belong to another run, so the evaluator reads it again.
        evaluatedVersion = nil
        model = HeldModel(
            version: message.version, parts: message.parts, parameterCount: parameterCount,
            floats: .body(body))
        return nil
    }

    /// Trains a client and returns the answer for the coordinator.
    ///
    /// - Parameters:
    ///   - carried: the vectors that the client carries over, if they arrived in a body.
    ///   - progressed: called after each local step.
    package mutating func perform(
        _ message: Message.Task, carried: Body? = nil, progressed: () -> Void = {}
    ) -> Reply {
        let task = message.task
        guard let model = model(message.model, of: message.run) else {
            return fault(task.assignment, missing(message.model))
        }
        let held: CarriedSource
        do {
            held = try carriedVectors(message, carried)
        } catch {
            return fault(
                task.assignment, "expected the client state of the task, found an error (\(error))")
        }
        enterPhase(of: task.round)
        let started = hyperfed_thread_cpu_seconds()
        let places = TaskPlaces(
            message, shared, parameterCount: parameterCount,
            carriedVectors: carriedVectors)
        do throws(TaskFailure) {
            var (report, update, next) = try train(task, places, model, held, progressed)
            report.seconds = hyperfed_thread_cpu_seconds() - started
            return Reply(
                .update(
                    Message.Update(
                        run: run, report: report, sharedSlot: places.updateSlot,
                        parameterCount: UInt64(parameterCount), checksum: update?.checksum ?? 0,
                        carriedSlot: report.carriedVectors > 0 ? places.nextSlot : -1,
                        carriedChecksum: next?.checksum ?? 0, inSum: task.sumWeight != nil)),
                floats: update, carried: next)
        } catch {
            return Reply(.failed(Message.Failed(run: run, failure: error)))
        }
    }

    /// Returns where the carried vectors of a task's client are.
    private func carriedVectors(_ message: Message.Task, _ body: Body?) throws -> CarriedSource {
        let vectors = Int(message.task.carriedVectors)
        guard vectors > 0 else { return .none }
        guard message.parameterCount == UInt64(parameterCount) else {
            throw MessageError.malformed(
                .task,
                .invalid(
                    "expected vectors of \(parameterCount) parameters, found"
                        + " \(message.parameterCount)"))
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
            throw MessageError.malformed(
                .task, .invalid("expected a slot for client state, found \(slot)"))
        }
        return .shared(shared, slot: slot, vectors: vectors)
    }

    private mutating func train(
        _ task: ClientTask, _ places: TaskPlaces, _ model: HeldModel, _ held: CarriedSource,
        _ progressed: () -> Void
    ) throws(TaskFailure) -> TaskPlaces.Written {
        if let weight = task.sumWeight {
            return try performInSum(task, weight: weight, places, model, held, progressed)
        }
        return try places.write { update, next throws(TaskFailure) in
            try Self.train(
                &trainer, task, model, held, into: &update, carrying: &next, progressed)
        }
    }

    static func train(
        _ trainer: inout LocalTrainer?, _ task: ClientTask, _ model: HeldModel,
        _ carried: CarriedSource, into update: inout MutableSpan<Float>,
        carrying next: inout MutableSpan<Float>, _ progressed: () -> Void
    ) throws(TaskFailure) -> ClientReport {
        try model.withVectors { weights, previousAggregate, server throws(TaskFailure) in
            try carried.withFloats { carried throws(TaskFailure) in
                guard
                    let report = try trainer?.trainClient(
                        task, weights: weights,
                        previousAggregate: model.hasPreviousAggregate ? previousAggregate : nil,
                        server: server, carried: carried, into: &update, carrying: &next,
                        progressed: progressed)
                else {
                    throw .broken(
                        TaskFault(task.assignment, "expected a welcome before the task, found none")
                    )
                }
                return report
            }
        }
    }

    /// Returns the model that a task names, or nil if this session does not have it.
    func model(_ source: ModelSource, of run: UInt64) -> HeldModel? {
        guard run == self.run else { return nil }
        guard source.slot >= 0 else { return model?.version == source.version ? model : nil }
        let slot = Int(source.slot)
        guard let shared, shared.hasModelSlot(slot, vectors: source.parts.vectorCount)
        else { return nil }
        return HeldModel(
            version: source.version, parts: source.parts, parameterCount: parameterCount,
            floats: .shared(shared, slot: slot))
    }

    func missing(_ source: ModelSource) -> String {
        guard source.slot < 0 else {
            return
                "expected the global model of this round in slot \(source.slot) of shared memory,"
                + " found no such slot"
        }
        let problem = modelProblem.map { " (\($0))" } ?? ""
        return "expected the global model of this round before the task, found none" + problem
    }

    func fault(_ task: Assignment, _ reason: String) -> Reply {
        let failed = Message.Failed(run: run, failure: .broken(TaskFault(task, reason)))
        return Reply(.failed(failed))
    }
}
