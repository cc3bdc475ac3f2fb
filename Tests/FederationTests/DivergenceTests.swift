import Datasets
import Federation
import Models
import Testing

@Suite struct `A client that diverges` {
    private func weights(_ fixture: Fixture) -> [Float] {
        Fixture.numbers(fixture.network.parameterCount, 1)
    }

    @Test func `names round, client, attempt, step and rate of a loss that is not finite`() throws {
        let fixture = try Fixture()
        var trainer = try Plan().trainer(fixture)
        var weights = weights(fixture)
        weights[3] = .nan
        let failure = trainer.failure(
            ClientTask(round: 17, client: 2, attempt: 3, localRate: 0.25), weights: weights)
        #expect(
            failure
                == ClientFailure(
                    round: 17, client: 2, attempt: 3, step: 0, localRate: 0.25,
                    reason: "expected a finite training loss, found nan"))
        #expect(
            failure?.description
                == "round 17, client 2: expected a finite training loss, found nan at step 0 with"
                + " local rate 0.25; lower client.learning_rate or bound the scheduler more tightly"
        )
    }

    @Test func `is noticed at the step after a huge rate`() throws {
        let fixture = try Fixture()
        var trainer = try Plan(length: .steps(5)).trainer(fixture)
        let failure = trainer.failure(
            ClientTask(round: 2, client: 4, attempt: 1, localRate: 1e39), weights: weights(fixture))
        #expect(failure?.step == 1)
        #expect(failure?.localRate == 1e39)
        #expect(failure?.reason.hasPrefix("expected a finite training loss, found ") == true)
    }

    @Test func `in its last step shows in the update`() throws {
        let fixture = try Fixture()
        var trainer = try Plan(length: .steps(1)).trainer(fixture)
        let failure = trainer.failure(
            ClientTask(round: 2, client: 4, attempt: 1, localRate: 1e39), weights: weights(fixture))
        #expect(failure?.reason == "expected a finite update, found values that are not")
        #expect(failure?.client == 4 && failure?.round == 2 && failure?.localRate == 1e39)
    }
}
