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

    /// Pixel 0 is black in all samples, so a product that leaves out zeros reads none of its
    /// weights. The step that meets them must fail as if it did.
    @Test(arguments: [Float.infinity, -.infinity, .nan])
    func `is noticed although the weight that is not finite is below black pixels`(
        value: Float
    ) throws {
        // Where few other pixels are black, all terms are computed.
        for isBlack in [true, false] {
            var values = (0..<40 * 64).map { UInt8($0 % 251 + 1) }
            for index in values.indices where index % 64 == 0 || isBlack && index % 5 < 3 {
                values[index] = 0
            }
            let dataset = try Dataset(
                DecodedDataset(
                    sampleShape: [8, 8, 1], classes: 3,
                    train: .init(
                        features: .bytes(values), labels: (0..<40).map { Int32($0 % 3) }),
                    test: .init(features: .bytes([]), labels: [])))
            #expect((dataset.shareOfZeros() >= Network.manyZeros) == isBlack)
            let network = try component("{ kind: mlp, hidden: [20] }", from: models)
                .network(for: dataset.sampleForm)
            var trainer = LocalTrainer(
                try Plan().made(), network: network, dataset: dataset,
                partition: Partition([(0..<40).map { Int32($0) }], of: 40))
            var weights = network.initialParameters(seed: 1)
            weights[4] = value
            let failure = trainer.failure(
                ClientTask(round: 3, client: 0, attempt: 1, localRate: 0.1), weights: weights)
            #expect(
                failure
                    == ClientFailure(
                        round: 3, client: 0, attempt: 1, step: 0, localRate: 0.1,
                        reason: "expected a finite training loss, found nan"),
                "black pixels: \(isBlack)")
        }
    }
}
