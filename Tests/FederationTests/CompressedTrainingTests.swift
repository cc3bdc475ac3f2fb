import Datasets
import Federation
import Models
import RandomStreams
import Testing

/// A client that compresses its update, or starts from a compressed model.
@Suite struct `A client with compression` {
    private static func compressed(_ kind: String, model: String = "none") -> Plan {
        Plan(length: .steps(3), compression: kind, modelCompression: model)
    }

    private static func squaredNorm(_ x: [Float]) -> Double {
        x.reduce(0) { $0 + Double($1) * Double($1) }
    }

    @Test(arguments: ["fp16", "int8", "{ kind: rand_k, share: 0.2, error_feedback: false }"])
    func `sends what arrives, and reports its norm`(kind: String) throws {
        let fixture = try Fixture()
        let weights = Fixture.numbers(fixture.network.parameterCount, 1, scale: 0.3)
        let task = ClientTask(round: 4, client: 2, attempt: 1, localRate: 0.1)
        var plain = try Self.compressed("none").trainer(fixture)
        var trainer = try Self.compressed(kind).trainer(fixture)
        let update = try plain.outcome(task, weights: weights).update
        let found = try trainer.outcome(task, weights: weights)
        let key = RandomKey(seed: 9, .compression, client: 2, round: 4)
        #expect(found.update == PackedVector(update, try compression(kind), key).arrives)
        #expect(found.update != update && found.report.carriedVectors == 0)
        let norm = Self.squaredNorm(found.update)
        #expect(abs(found.report.squaredNorm - norm) <= 1e-12 * norm)
    }

    /// Σ Δ' = Σ Δ − e_T: nothing is lost, and nothing is sent twice. Whole numbers make it exact.
    @Test(arguments: ["top_k", "rand_k", "sign"])
    func `sends later what it left out`(kind: String) throws {
        let share = kind == "sign" ? "" : ", share: 0.2"
        for correction in ["none", "scaffold"] {
            let fixture = try Fixture()
            let count = fixture.network.parameterCount
            var plan = Self.compressed("{ kind: \(kind)\(share) }")
            plan.correction = correction
            var without = plan
            without.compression = "none"
            var trainer = try plan.trainer(fixture)
            var plain = try without.trainer(fixture)
            let server = [Float](repeating: 0.01, count: correction == "none" ? 0 : count)
            var task = ClientTask(round: 0, client: 4, attempt: 1, localRate: 0.1)
            var plainTask = task
            var (carried, plainCarried): ([Float], [Float]) = ([], [])
            var (sent, wanted) = (
                [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
            )
            for round in 0..<12 as Range<UInt32> {
                (task.round, plainTask.round) = (round, round)
                let weights = Fixture.numbers(count, 50 + round, scale: 0.3)
                let found = try trainer.outcome(
                    task, weights: weights, server: server, carried: carried)
                let expected = try plain.outcome(
                    plainTask, weights: weights, server: server, carried: plainCarried)
                for index in 0..<count {
                    sent[index] += Double(found.update[index])
                    wanted[index] += Double(expected.update[index])
                }
                (carried, plainCarried) = (found.carried, expected.carried)
                (task.carriedVectors, task.state) = (
                    found.report.carriedVectors, found.report.state
                )
                (plainTask.carriedVectors, plainTask.state) = (
                    expected.report.carriedVectors, expected.report.state
                )
                // The vector of the correction is computed from the update before compression.
                #expect(Array(carried.prefix(plainCarried.count)) == plainCarried)
                let error = carried.suffix(count)
                #expect(carried.count == plainCarried.count + count)
                #expect(error.contains { $0 != 0 })
                for (index, left) in error.enumerated() {
                    #expect(abs(sent[index] + Double(left) - wanted[index]) < 1e-6)
                }
            }
        }
    }

    @Test(arguments: ["fp16", "bf16", "int8"])
    func `starts from the model that arrives`(kind: String) throws {
        let fixture = try Fixture()
        let weights = Fixture.numbers(fixture.network.parameterCount, 1, scale: 0.3)
        let task = ClientTask(round: 4, client: 2, attempt: 1, localRate: 0.1)
        let key = RandomKey(seed: 9, .modelCompression, client: 2, round: 4)
        let arrives = PackedVector(weights, try compression(kind), key).arrives
        for correction in ["none", "{ kind: feddyn, a: 0.1 }"] {
            var plan = Self.compressed("none", model: kind)
            plan.correction = correction
            var trainer = try plan.trainer(fixture)
            plan.modelCompression = "none"
            var plain = try plan.trainer(fixture)
            let found = try trainer.outcome(task, weights: weights)
            #expect(arrives != weights)
            #expect(try found == plain.outcome(task, weights: arrives))
            #expect(try found.update != plain.outcome(task, weights: weights).update)
        }
    }

    @Test func `says if numbers do not fit the packed form`() throws {
        let fixture = try Fixture()
        let weights = [Float](repeating: 70_000, count: fixture.network.parameterCount)
        let task = ClientTask(round: 4, client: 2, attempt: 1, localRate: 0.1)
        var trainer = try Self.compressed("none", model: "fp16").trainer(fixture)
        #expect(
            trainer.failure(task, weights: weights)?.reason
                == "expected a finite model after server.compression, found values that are not")
        // A rate of 10^7 makes an update beyond 65,504.
        var second = try Self.compressed("fp16").trainer(fixture)
        var far = task
        far.localRate = 1e7
        #expect(
            second.failure(far, weights: Fixture.numbers(weights.count, 1))?.reason
                == "expected a finite update after client.compression, found values that are not")
    }

    @Test func `refuses a state without its error`() throws {
        let fixture = try Fixture()
        let count = fixture.network.parameterCount
        var plan = Self.compressed("sign")
        plan.correction = "scaffold"
        var trainer = try plan.trainer(fixture)
        let task = ClientTask(
            round: 4, client: 2, attempt: 1, localRate: 0.1, carriedVectors: 1)
        let zeros = [Float](repeating: 0, count: count)
        let failure = #expect(throws: TaskFailure.self) {
            try trainer.outcome(task, weights: zeros, server: zeros, carried: zeros)
        }
        var reason = ""
        if case .broken(let fault) = failure { reason = fault.reason }
        #expect(reason == "expected client state of 2 vectors or more, found 1")
    }
}
