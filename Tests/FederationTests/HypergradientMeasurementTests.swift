import ClientRules
import Datasets
import Federation
import LearningRates
import Models
import Settings
import Testing

/// True derivatives of a client's round and what methods take for them.
@Suite struct `The microscope` {
    private static let client = 4

    private func microscope(
        _ optimizer: String = "sgd", model: String = "{ kind: mlp, hidden: [5], activation: tanh }",
        rate: Double = 0.05, batch: Int = 8, proximal: Double = 0
    ) throws -> HypergradientMeasurement {
        let fixture = try Fixture(model: model)
        var network = fixture.network
        network.weightDecay = 0.02
        let optimizer = try component(optimizer, from: optimizers)
        let constant = try component("constant", from: clientSchedulers)
        let plan = LocalTrainingSettings(
            seed: 9, length: .epochs(2), batchSize: batch, optimizer: optimizer,
            scheduler: constant, proximal: proximal, validationBatchSize: 64)
        let start = network.initialParameters(seed: 3)
        let holdout = Holdout(fixture.partition, validation: 0, test: 0, seed: 1)
        return HypergradientMeasurement(
            plan, network: network, dataset: fixture.dataset, partition: fixture.partition,
            validation: holdout.validation,
            task: ClientTask(
                round: 2, client: UInt32(Self.client), attempt: 1, localRate: rate),
            weights: start, previousAggregate: nil)
    }

    private func scheduler(_ yaml: String, _ optimizer: String) throws -> any ClientScheduler {
        var scheduler = try component(yaml, from: clientSchedulers)
        scheduler.start(localRate: 0.05, optimizer: try component(optimizer, from: optimizers))
        return scheduler
    }

    @Test(
        arguments: [
            "sgd", "{ kind: sgd, momentum: 0.9 }", "{ kind: sgd, momentum: 0.9, nesterov: true }",
            "adam", "adagrad", "rmsprop",
        ], [0, 0.3])
    func `the derivative of all steps is the limit of differences`(
        optimizer: String, proximal: Double
    ) throws {
        let truth = try microscope(optimizer, proximal: proximal).truth()
        let h = 1e-6
        let above = try microscope(optimizer, rate: 0.05 + h, proximal: proximal).truth().loss
        let below = try microscope(optimizer, rate: 0.05 - h, proximal: proximal).truth().loss
        let slope = (above - below) / (2 * h)
        #expect(abs(truth.shared - slope) < 1e-6 * max(1, abs(slope)))
        #expect(truth.perStep.count == 8 && truth.soFar.count == 8 && truth.soFar[0] == 0)
        #expect(truth.samples == 30 && !truth.isHeldOut)
    }

    /// E is the mean over all samples, validated in one batch: RTHO is exact.
    @Test(arguments: ["sgd", "{ kind: sgd, momentum: 0.9 }", "adam"])
    func `RTHO is the truth so far, and MARTHE without memory one step of it`(optimizer: String)
        throws
    {
        let microscope = try microscope(optimizer)
        let truth = try microscope.truth()
        let exact = try microscope.estimates(
            of: scheduler("{ kind: rtho, hyper_rate: 0 }", optimizer), named: "rtho",
            beside: truth)
        let agreement = HypergradientAgreement(exact.values, with: truth.soFar)
        let error = try #require(agreement.relativeError)
        #expect(error < 1e-12)
        #expect(agreement.signs == 1)
        let cosine = try #require(agreement.cosine)
        #expect(abs(cosine - 1) < 1e-12)
        #expect(exact.distance == 0)
        // 1 gradient, 1 of validation, and in 7 of 8 steps a product.
        #expect(exact.gradientsPerStep == 3.75)
        let short = try microscope.estimates(
            of: scheduler("{ kind: marthe, mu: 0, hyper_rate: 0 }", optimizer), named: "marthe",
            beside: truth)
        #expect(short.gradientsPerStep == 2)
        #expect(abs(short.values[1] - truth.soFar[1]) < 1e-12)
        #expect(short.values[7] != truth.soFar[7])
    }

    @Test func `the last step's derivative is one product`() throws {
        let long = try microscope(batch: 64)
        let truth = try long.truth()
        // Two steps: before the second, all of the past is one step, whose rate the loss after it
        // saw alone.
        #expect(truth.perStep.count == 2)
        let other = try microscope(model: "softmax_regression", batch: 64).truth()
        #expect(other.perStep.allSatisfy { $0 < 0 }, "small steps down a bowl help")
    }

    @Test func `a round that diverges is told with its step`() throws {
        let wild = try microscope("sgd", model: "{ kind: mlp, hidden: [5] }", rate: 1e200)
        #expect(throws: ClientFailure.self) { try wild.truth() }
    }

    @Test func `agreement is a share of signs, a cosine and a relative error`() {
        let agreement = HypergradientAgreement([1, -2, 0, 4], with: [2, 2, 5, 0])
        #expect(agreement.signs == 0.5)
        // Products 2 − 4; norms √21 and √33; differences −1, −4, −5, 4.
        let expected = (cosine: -2 / 693.0.squareRoot(), error: (58.0 / 33).squareRoot())
        #expect(relativeDifference(agreement.cosine, expected.cosine) < 1e-14)
        #expect(relativeDifference(agreement.relativeError, expected.error) < 1e-14)
        let nothing = HypergradientAgreement([0, 0], with: [0, 0])
        #expect(nothing.signs == nil && nothing.cosine == nil && nothing.relativeError == nil)
        let huge = HypergradientAgreement([1e300, 1e300], with: [1e300, 1e300])
        #expect(huge.relativeError == 0)
        #expect(relativeDifference(huge.cosine, 1) < 1e-14)
    }

    private func relativeDifference(_ got: Double?, _ want: Double) -> Double {
        abs((got ?? .infinity) - want) / abs(want)
    }
}
