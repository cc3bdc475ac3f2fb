import Datasets
import Federation
import Models
import Testing

/// Promise 2: a client is a pure function of its task.
@Suite struct `A client is a pure function` {
    private struct Work {
        var task: ClientTask
        var weights: [Float]
        var previousAggregate: [Float]?
        var server: [Float] = []
        var carried: [Float] = []
    }

    /// A task of every client in two rounds: the first without a movement, the second with one and
    /// with the state that the first gave.
    private func works(_ fixture: Fixture, _ plan: Plan) throws -> [Work] {
        let count = fixture.network.parameterCount
        var trainer = try plan.trainer(fixture)
        return try (0..<UInt32(Fixture.sizes.count)).flatMap { client in
            let first = Work(
                task: ClientTask(round: 0, client: client, attempt: 1, localRate: 0.1),
                weights: Fixture.numbers(count, 1, scale: 0.3),
                server: Fixture.numbers(count, 4, scale: 0.01))
            let outcome = try outcome(&trainer, first)
            let report = outcome.report
            let second = Work(
                task: ClientTask(
                    round: 1, client: client, attempt: 2, localRate: 0.07, state: report.state,
                    carriedVectors: report.carriedVectors),
                weights: Fixture.numbers(count, 2, scale: 0.3),
                previousAggregate: Fixture.numbers(count, 3, scale: 0.01),
                server: Fixture.numbers(count, 5, scale: 0.01), carried: outcome.carried)
            return [first, second]
        }
    }

    private func outcome(_ trainer: inout LocalTrainer, _ work: Work) throws -> Outcome {
        try trainer.outcome(
            work.task, weights: work.weights, previousAggregate: work.previousAggregate,
            server: work.server,
            carried: work.carried)
    }

    @Test(arguments: Plan.all)
    func `the same task gives the same bits, whatever was done before and by whom`(
        plan: Plan
    ) throws {
        let fixture = try Fixture()
        let works = try works(fixture, plan)
        var trainer = try plan.trainer(fixture)
        var expected: [Outcome] = []
        for work in works {
            let outcome = try outcome(&trainer, work)
            #expect(try self.outcome(&trainer, work) == outcome, "the same task twice")
            expected.append(outcome)
        }
        var other = try plan.trainer(fixture)
        for index in works.indices.reversed() {
            #expect(
                try outcome(&other, works[index]) == expected[index],
                "task \(index), another trainer, the other order")
        }
        for (index, work) in works.enumerated() {
            var fresh = try plan.trainer(fixture)
            #expect(try outcome(&fresh, work) == expected[index], "task \(index), a new trainer")
        }
    }

    @Test(arguments: Plan.all)
    func `a diverged task leaves no trace in the next`(plan: Plan) throws {
        let fixture = try Fixture()
        let works = try works(fixture, plan)
        var trainer = try plan.trainer(fixture)
        let broken = [Float](repeating: .nan, count: fixture.network.parameterCount)
        var clean = try plan.trainer(fixture)
        for work in works {
            let failure = trainer.failure(
                work.task, weights: broken, server: work.server, carried: work.carried)
            #expect(
                failure?.reason
                    == (plan.modelCompression == "none"
                        ? "expected a finite training loss, found nan"
                        : "expected a finite model after server.compression, found values that are not")
            )
            #expect(try outcome(&trainer, work) == outcome(&clean, work))
        }
    }

    @Test func `the attempt leaves no trace but its number`() throws {
        let fixture = try Fixture()
        var trainer = try Plan(scheduler: "fedhyper_cl").trainer(fixture)
        let weights = Fixture.numbers(fixture.network.parameterCount, 1)
        var task = ClientTask(round: 3, client: 2, attempt: 1, localRate: 0.1)
        var first = try trainer.outcome(task, weights: weights)
        task.attempt = 3
        let third = try trainer.outcome(task, weights: weights)
        #expect(first.report.attempt == 1 && third.report.attempt == 3)
        first.report.attempt = 3
        #expect(first == third)
    }

    @Test func `another client, round, rate, model or previousAggregate does`() throws {
        let fixture = try Fixture()
        var trainer = try Plan(scheduler: "fedhyper_cl").trainer(fixture)
        let count = fixture.network.parameterCount
        let weights = Fixture.numbers(count, 1)
        let task = ClientTask(round: 3, client: 2, attempt: 1, localRate: 0.1)
        var outcomes = [
            try trainer.outcome(task, weights: weights),
            try trainer.outcome(task, weights: Fixture.numbers(count, 2)),
            try trainer.outcome(
                task, weights: weights, previousAggregate: Fixture.numbers(count, 3)),
        ]
        for change: (inout ClientTask) -> Void in [
            { $0.client = 4 }, { $0.round = 4 }, { $0.localRate = 0.11 },
        ] {
            var changed = task
            change(&changed)
            outcomes.append(try trainer.outcome(changed, weights: weights))
        }
        for (index, outcome) in outcomes.enumerated() {
            for other in outcomes[..<index] { #expect(outcome.update != other.update, "\(index)") }
        }
    }

    @Test func `a carried rate goes on where the client ended, a state is not mixed up`() throws {
        let fixture = try Fixture()
        let weights = Fixture.numbers(fixture.network.parameterCount, 1)
        for carries in [true, false] {
            var trainer = try Plan(
                scheduler: "{ kind: fedhyper_cl, carry: \(carries ? "lr_only" : "reset") }"
            )
            .trainer(fixture)
            var task = ClientTask(round: 0, client: 4, attempt: 1, localRate: 0.1)
            let first = try trainer.outcome(task, weights: weights).report
            #expect(first.rates.last != 0.1)
            #expect(first.state.isEmpty == !carries)
            (task.round, task.state) = (1, first.state)
            let second = try trainer.outcome(task, weights: weights).report
            #expect(second.rates.first == (carries ? first.rates.last : 0.1))
            // The other client has none yet.
            task = ClientTask(round: 1, client: 2, attempt: 1, localRate: 0.1)
            #expect(try trainer.outcome(task, weights: weights).report.rates.first == 0.1)
        }
    }

    @Test func `a state that can't be read is reported, not guessed`() throws {
        let fixture = try Fixture()
        var trainer = try Plan(scheduler: "{ kind: fedhyper_cl, carry: lr_only }").trainer(fixture)
        let weights = Fixture.numbers(fixture.network.parameterCount, 1)
        let task = ClientTask(round: 0, client: 4, attempt: 1, localRate: 0.1, state: [1, 2, 3])
        // It is nobody's rate: this is no divergence.
        let failure = try #require(
            #expect(throws: TaskFailure.self) { try trainer.outcome(task, weights: weights) })
        guard case .broken(let fault) = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(fault.task == task.assignment)
        #expect("\(fault)".hasPrefix("round 0, client 4: expected client state of this build, "))
    }

    /// What is broken; nil where training diverged.
    private static func fault(_ failure: TaskFailure?) -> String? {
        guard case .broken(let fault) = failure else { return nil }
        return fault.reason
    }

    /// Scaffold's and the scheduler's vectors are two different ones, each found where it was left.
    @Test func `carried vectors that don't fit are reported, not guessed`() throws {
        let fixture = try Fixture()
        let plan = Plan(
            scheduler: "{ kind: delta_sgd, carry: all }", length: .steps(3), correction: "scaffold")
        var trainer = try plan.trainer(fixture)
        let count = fixture.network.parameterCount
        let weights = Fixture.numbers(count, 1)
        let server = [Float](repeating: 0, count: count)
        var task = ClientTask(round: 0, client: 4, attempt: 1, localRate: 0.1)
        let first = try trainer.outcome(task, weights: weights, server: server)
        #expect(first.report.carriedVectors == 2 && first.carried.allSatisfy(\.isFinite))
        (task.round, task.state, task.carriedVectors) = (1, first.report.state, 2)
        _ = try trainer.outcome(task, weights: weights, server: server, carried: first.carried)
        for (vectors, number) in [(2, 2 * count - 1), (1, 2 * count), (1, count), (0, 0)] {
            task.carriedVectors = UInt16(vectors)
            let failure = #expect(throws: TaskFailure.self) {
                try trainer.outcome(
                    task, weights: weights, server: server,
                    carried: Array(first.carried.prefix(number)))
            }
            #expect(Self.fault(failure)?.hasPrefix("expected client state of ") == true)
        }
        // A model without the server's vector.
        task.carriedVectors = 2
        let failure = #expect(throws: TaskFailure.self) {
            try trainer.outcome(task, weights: weights, carried: first.carried)
        }
        #expect(
            Self.fault(failure)
                == "expected the server's vector of the drift correction, found none")
        // Where there is less room than they need, nothing is written beyond its end.
        var (update, next) = (weights, [Float](repeating: 7, count: 2 * count - 1))
        var updateSpan = update.mutableSpan
        var nextSpan = next.mutableSpan
        var reason: String?
        do throws(TaskFailure) {
            _ = try trainer.trainClient(
                task, weights: weights.span, previousAggregate: nil, server: server.span,
                carried: first.carried.span, into: &updateSpan, carrying: &nextSpan)
        } catch {
            reason = Self.fault(error)
        }
        #expect(reason == "expected room for 2 vectors of client state, found none")
        #expect(next.allSatisfy { $0 == 7 })
    }
}
