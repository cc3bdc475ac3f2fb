import Datasets
import Federation
import Models
import Testing

@Suite struct `Evaluation` {
    private func evaluation(_ fixture: Fixture, _ flat: [Float]) -> Evaluator.Result? {
        var evaluator = Evaluator(network: fixture.network, dataset: fixture.dataset)
        return evaluator.evaluate(flat.span)
    }

    private func weights(_ fixture: Fixture) -> [Float] {
        Fixture.numbers(fixture.network.parameterCount, 1)
    }

    // One batch holds 256 samples.
    @Test(arguments: [1, 255, 256, 257, 513])
    func `equals a plain reference, whatever the number of samples`(count: Int) throws {
        let fixture = try Fixture(testCount: count)
        let flat = weights(fixture)
        let plain = PlainTraining(fixture, flat: flat)
        var (loss, hits) = (0.0, 0)
        for index in 0..<Int32(count) {
            let (x, label) = fixture.sample(index, of: .test)
            let (sampleLoss, _, best) = plain.probabilities(x, label: label)
            loss += sampleLoss
            if best == label { hits += 1 }
        }
        let result = try #require(evaluation(fixture, flat))
        #expect(abs(result.loss - loss / Double(count)) < 1e-6 * loss)
        #expect(result.accuracy == Double(hits) / Double(count))
        #expect(count == 1 || (result.accuracy > 0 && result.accuracy < 1))
    }

    @Test func `the same model gives the same bits, whatever was evaluated before`() throws {
        let fixture = try Fixture(testCount: 300, model: "{ kind: mlp, hidden: [9] }")
        var evaluator = Evaluator(network: fixture.network, dataset: fixture.dataset)
        let flat = weights(fixture)
        let first = evaluator.evaluate(flat.span)
        let other = [Float](repeating: .nan, count: flat.count)
        #expect(evaluator.evaluate(other.span)?.loss.isNaN == true)
        #expect(evaluator.evaluate(flat.span) == first)
        #expect(evaluation(fixture, flat) == first)
    }

    @Test func `without test samples there is no result`() throws {
        let fixture = try Fixture(testCount: 0)
        #expect(evaluation(fixture, weights(fixture)) == nil)
    }
}
