import AllocationCount
import Datasets
import Federation
import LearningRates
import LinearAlgebra
import Models
import Testing

/// Every optimizer and scheduler, on models with all kinds of layer that a small table of features
/// can have.
@Suite struct `In the steady state nothing is allocated` {
    @Test func `the counter counts`() {
        let before = allocation_count()
        let list = [Int](repeating: Int(before), count: 1_000 + Int(before & 1))
        #expect(allocation_count() > before && !list.isEmpty)
    }

    private static let plans: [Plan] =
        ["constant", "{ kind: fedhyper_cl, carry: true }"].flatMap { scheduler in
            [
                "sgd", "{ kind: sgd, momentum: 0.9, nesterov: true }", "adam", "adagrad", "rmsprop",
            ].map { Plan(scheduler: scheduler, optimizer: $0, weightDecay: 0.1, proximal: 0.1) }
        }

    @Test(
        arguments: [
            "softmax_regression", "{ kind: mlp, hidden: [20, 5] }",
            "{ kind: mlp, hidden: [17], activation: tanh }",
        ], plans)
    func `by a client's step`(model: String, plan: Plan) throws {
        let fixture = try Fixture(model: model)
        let weights = Fixture.numbers(fixture.network.parameterCount, 1, scale: 0.1)
        var update = weights
        func allocations(steps: Int) throws -> Int {
            var plan = plan
            plan.length = .steps(steps)
            var trainer = try plan.trainer(fixture)
            var counts: [Int] = []
            // The first task warms caches up: the runtime's and BLAS's own.
            for round in 0..<2 as Range<UInt32> {
                let task = ClientTask(round: round, client: 4, attempt: 1, localRate: 0.01)
                var out = update.mutableSpan
                let before = allocation_count()
                _ = try trainer.run(
                    task, weights: weights.span, movement: weights.span, into: &out)
                counts.append(allocation_count() - before)
            }
            return counts[1]
        }
        #expect(try allocations(steps: 500) == allocations(steps: 10))
    }

    @Test(arguments: ["sgd", "{ kind: sgd, momentum: 0.9 }", "adam"])
    func `by the coordinator's sum and step`(optimizer: String) throws {
        var scheduler = try component("fedhyper_g", from: serverSchedulers)
        scheduler.start(globalRate: 1, localRate: 0.1, rounds: 100)
        let update = Fixture.numbers(5_000, 2, scale: 0.01)
        var server = ServerStep(
            weights: Fixture.numbers(5_000, 1),
            optimizer: try component(optimizer, from: optimizers),
            scheduler: scheduler, largestWeight: 100)
        for round in 0..<20 as Range<UInt32> {
            let before = allocation_count()
            for weight in 1..<11 as Range<UInt32> { try server.add(update.span, weight: weight) }
            let rate = server.commit(round: round).globalRate
            let count = allocation_count() - before
            #expect(rate > 0)
            #expect(round == 0 || count == 0, "round \(round): \(count) allocations")
        }
    }
}
