import Datasets
import Federation
import Models
import Scenarios

/// The metrics of the model after a round.
struct RoundEvaluation {
    /// The metrics on the test samples; nil if there are no test samples.
    var test: Metrics?
    /// The metrics on the clients' own samples, in client order; empty if the scenario does not
    /// evaluate on them.
    var clients: [ClientEvaluation] = []
}

/// The sums of an evaluation that client processes share, while its parts arrive.
struct OpenEvaluation {
    let plan: EvaluationPlan
    /// The sums by the part numbers of the evaluation plan.
    var sums: [[LossSums]]
    /// The hits of each class by the part numbers; empty lists if classes are not counted.
    var classHits: [[UInt32]]

    init(_ plan: EvaluationPlan) {
        self.plan = plan
        sums = Array(repeating: [], count: plan.count)
        classHits = sums.map { _ in [] }
    }
}

extension CoordinatorLoop {
    /// Evaluates the model after a round. This process evaluates a small test split. Client
    /// processes evaluate a large test split and the clients' own samples. The order of the sums
    /// does not depend on the process, so the bits are the same.
    mutating func evaluate<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32, cohort: [UInt32], in world: inout W, observer: inout O
    ) throws -> RoundEvaluation {
        let testCount = prepared.dataset.count(of: .test)
        let (work, overflows) = testCount.multipliedReportingOverflow(
            by: prepared.network.parameterCount)
        let isShared = overflows || work >= Evaluator.sharedWork
        let clients: [UInt32] =
            switch prepared.scenario.evaluation.perClient {
            case .none: []
            case .cohort: cohort
            case .all: (0..<UInt32(prepared.scenario.clients.count)).map { $0 }
            }
        let plan = EvaluationPlan(
            chunks: isShared ? Evaluator.chunks(of: testCount) : 0, clients: clients)
        var sums: [[LossSums]] = []
        var classHits: [[UInt32]] = []
        if plan.count > 0 {
            evaluation = OpenEvaluation(plan)
            let version = evaluatedVersion(round)
            try setModel(version: version, in: &world)
            let parts = longestFirst(plan, round)
            machine.begin(
                .evaluation, round: round, modelVersion: version, cohort: parts,
                versions: hasStaleness ? parts.map { _ in version } : [], into: &commands)
            try complete(round, in: &world, observer: &observer)
            sums = evaluation?.sums ?? []
            classHits = evaluation?.classHits ?? []
            evaluation = nil
        }
        var total = LossSums()
        for sums in isShared
            ? sums.prefix(plan.chunks).flatMap(\.self) : evaluateChunksLocally(round)
        {
            total.add(sums)
        }
        if !isShared { classHits = [evaluator?.classHits ?? []] }
        var test = metrics(total)
        test?.recalls = recalls(classHits)
        return RoundEvaluation(
            test: test,
            clients: zip(clients, sums.dropFirst(plan.chunks)).map { client, sums in
                ClientEvaluation(
                    round: round, client: client, training: part(sums[0]),
                    validation: part(sums[1]), test: part(sums[2]))
            })
    }

    /// Returns the version of the model to evaluate after a round. In nearly all runs the next
    /// round starts from this model, so the version is that of the next round. Else no round has
    /// this version.
    func evaluatedVersion(_ round: UInt32) -> UInt32 {
        state.server.evaluatesAnother ? (round + 1) | Self.notTrained : round + 1
    }

    /// The bit that marks versions of models which no round starts from.
    static let notTrained: UInt32 = 1 << 31

    /// Adds a report if it is about the samples of its task.
    ///
    /// - Throws: `TaskFault` if it is about other samples.
    mutating func add(_ report: EvaluationReport) throws(TaskFault) {
        guard let plan = evaluation?.plan else { return }
        let expected: [Int]
        let classes: Int
        let what: String
        switch plan.subject(report.number) {
        case .test(let chunk):
            let count = prepared.dataset.count(of: .test)
            expected = [Evaluator.samples(inChunk: Int(chunk), of: count).count]
            classes = testClassCounts.count
            what = "chunk \(chunk) of the test samples"
        case .client(let client):
            let holdout = prepared.phase(of: report.round).holdout
            expected = [holdout.training, holdout.validation, holdout.test].map {
                $0.size(of: Int(client))
            }
            classes = 0
            what = "client \(client)"
        }
        guard report.sums.map({ Int($0.samples) }) == expected else {
            throw TaskFault(
                report.task,
                "expected sums over \(expected) samples of \(what), found"
                    + " \(report.sums.map(\.samples))")
        }
        // So no sum of hits can be too large.
        let targets = UInt64(prepared.network.targets)
        guard report.sums.allSatisfy({ $0.hits <= UInt64($0.samples) * targets }) else {
            throw TaskFault(
                report.task,
                "expected at most \(targets) hits a sample of \(what), found"
                    + " \(report.sums.map(\.hits)) of \(expected) samples")
        }
        let hits = report.sums.reduce(0) { $0 + $1.hits }
        guard report.classHits.count == classes,
            classes == 0 || report.classHits.reduce(0, { $0 + UInt64($1) }) == hits
        else {
            throw TaskFault(
                report.task,
                "expected \(hits) hits in \(classes) classes of \(what), found"
                    + " \(report.classHits)")
        }
        evaluation?.sums[Int(report.number)] = report.sums
        evaluation?.classHits[Int(report.number)] = report.classHits
    }

    /// Returns which number is not finite after a round: a loss or the model. Returns nil if all
    /// numbers are finite.
    func divergence(of result: RoundEvaluation) -> String? {
        func text(_ loss: Double) -> String { loss.isNaN ? "nan" : "\(loss)" }
        if let loss = result.test?.loss, !loss.isFinite {
            return "expected a finite test loss of the global model, found \(text(loss))"
        }
        for client in result.clients {
            for (name, part) in [
                ("training", client.training), ("validation", client.validation),
                ("test", client.test),
            ] {
                if let loss = part.metrics?.loss, !loss.isFinite {
                    return "expected a finite \(name) loss of the global model on client"
                        + " \(client.client), found \(text(loss))"
                }
            }
        }
        return state.server.isFinite
            ? nil : "expected a finite global model, found values that are not"
    }

    /// Returns the parts in the order of their work: first the chunks of the test split, then the
    /// clients with the most samples. So no process has much work left at the end.
    private func longestFirst(_ plan: EvaluationPlan, _ round: UInt32) -> [UInt32] {
        let partition = prepared.phase(of: round).partition
        let clients = (plan.chunks..<plan.count).map { UInt32($0) }
        func size(ofTask number: UInt32) -> Int {
            partition.size(of: Int(plan.clients[Int(number) - plan.chunks]))
        }
        return (0..<UInt32(plan.chunks)).map { $0 }
            + clients.sorted {
                let one = size(ofTask: $0)
                let other = size(ofTask: $1)
                return one == other ? $0 < $1 : one > other
            }
    }

    private mutating func evaluateChunksLocally(_ round: UInt32) -> [LossSums] {
        let index = prepared.phaseIndex(of: Int(round))
        if evaluator == nil || evaluatorPhase != index {
            let phase = prepared.phases[index]
            evaluator = Evaluator(
                network: prepared.network, dataset: phase.dataset, holdout: phase.holdout,
                countsClasses: prepared.countsClasses)
            evaluatorPhase = index
        }
        return Self.chunkSums(&evaluator, state.server)
    }

    private static func chunkSums(
        _ evaluator: inout Evaluator?, _ server: borrowing UpdateAggregator
    )
        -> [LossSums]
    {
        server.withEvaluated { evaluator?.load($0) }
        return evaluator?.chunkSums() ?? []
    }

    private func metrics(_ sums: LossSums) -> Metrics? {
        Metrics(sums, of: prepared.network, on: prepared.dataset)
    }

    /// Returns the recall of each class. The result is empty if classes are not counted.
    private func recalls(_ classHits: [[UInt32]]) -> [ClassRecall] {
        var hits = testClassCounts.map { _ in 0 }
        for part in classHits {
            for (label, count) in part.enumerated() { hits[label] += Int(count) }
        }
        return zip(testClassCounts, hits).map { ClassRecall(samples: $0, hits: $1) }
    }

    private func part(_ sums: LossSums) -> ClientEvaluation.Part {
        ClientEvaluation.Part(samples: Int(sums.samples), metrics: metrics(sums))
    }
}
