import Datasets
import Federation
import LinearAlgebra
import Models
import Testing

@Suite struct `Evaluation` {
    private func evaluator(_ fixture: Fixture, validation: Double = 0, test: Double = 0)
        -> Evaluator
    {
        Evaluator(
            network: fixture.network, dataset: fixture.dataset,
            holdout: Holdout(fixture.partition, validation: validation, test: test, seed: 3))
    }

    private func metrics(
        _ fixture: Fixture, _ flat: [Float], _ evaluator: inout Evaluator
    ) -> Metrics? {
        evaluator.load(flat.span)
        var total = LossSums()
        for sums in evaluator.chunkSums() { total.add(sums) }
        return Metrics(total, of: fixture.network, on: fixture.dataset)
    }

    private func metrics(_ fixture: Fixture, _ flat: [Float]) -> Metrics? {
        var evaluator = evaluator(fixture)
        return metrics(fixture, flat, &evaluator)
    }

    private func weights(_ fixture: Fixture) -> [Float] {
        Fixture.numbers(fixture.network.parameterCount, 1)
    }

    /// Loss and hits of samples, one after the other.
    private func plain(
        _ fixture: Fixture, _ flat: [Float], _ samples: some Sequence<Int32>, _ part: Dataset.Part
    ) -> (loss: Double, hits: Int) {
        let plain = PlainTraining(fixture, flat: flat)
        var (loss, hits) = (0.0, 0)
        for index in samples {
            let (x, label) = fixture.sample(index, of: part)
            let (sampleLoss, _, best) = plain.probabilities(x, label: label)
            loss += sampleLoss
            if best == label { hits += 1 }
        }
        return (loss, hits)
    }

    // One batch holds 256 samples, a chunk 512.
    @Test(arguments: [1, 255, 256, 257, 512, 513, 1300])
    func `equals a plain reference, whatever the number of samples`(count: Int) throws {
        let fixture = try Fixture(testCount: count)
        let flat = weights(fixture)
        let (loss, hits) = plain(fixture, flat, 0..<Int32(count), .test)
        let result = try #require(metrics(fixture, flat))
        // Rounding is that of the outputs, which are about 1, also where a loss is near 0.
        #expect(abs(result.loss - loss / Double(count)) < 1e-6 * max(loss / Double(count), 1))
        #expect(result.accuracy == Double(hits) / Double(count) && result.rmse == nil)
        #expect(count == 1 || (hits > 0 && hits < count))
    }

    @Test(arguments: [257, 1300])
    func `counts the hits of each class`(count: Int) throws {
        let fixture = try Fixture(testCount: count)
        let flat = weights(fixture)
        let reference = PlainTraining(fixture, flat: flat)
        var expected = [UInt32](repeating: 0, count: fixture.dataset.classes)
        for index in 0..<Int32(count) {
            let (x, label) = fixture.sample(index, of: .test)
            if reference.probabilities(x, label: label).best == label { expected[label] += 1 }
        }
        #expect(expected.count { $0 > 0 } > 1)
        var evaluator = Evaluator(
            network: fixture.network, dataset: fixture.dataset,
            holdout: Holdout(fixture.partition, validation: 0, test: 0, seed: 3),
            countsClasses: true)
        evaluator.load(flat.span)
        let chunks = evaluator.chunkSums()
        #expect(evaluator.classHits == expected)
        // The hits of chunks add up to those of the whole.
        var total = [UInt32](repeating: 0, count: expected.count)
        for chunk in chunks.indices {
            let sums = evaluator.sums(of: .test(chunk: UInt32(chunk)))
            #expect(sums == [chunks[chunk]])
            #expect(UInt64(evaluator.classHits.reduce(0, +)) == sums[0].hits)
            total = zip(total, evaluator.classHits).map { $0 + $1 }
        }
        #expect(total == expected)
        #expect(self.evaluator(fixture).classHits == [])
    }

    @Test func `the chunks cover the test part, and each is what it is alone`() throws {
        let fixture = try Fixture(testCount: 1300, model: "{ kind: mlp, hidden: [9] }")
        let flat = weights(fixture)
        var whole = evaluator(fixture)
        whole.load(flat.span)
        let chunks = whole.chunkSums()
        #expect(chunks.map(\.samples) == [512, 512, 276])
        #expect(Evaluator.chunks(of: 1300) == 3 && Evaluator.chunks(of: 0) == 0)
        #expect(
            (0..<4).map { Evaluator.samples(inChunk: $0, of: 1300).count } == [512, 512, 276, 0])
        // In another order, in another process.
        var other = evaluator(fixture)
        other.load(flat.span)
        for chunk in [2, 0, 1] {
            #expect(other.sums(of: .test(chunk: UInt32(chunk))) == [chunks[chunk]])
        }
        #expect(other.sums(of: .test(chunk: 3)) == [])
        #expect(other.sums(of: .client(5)) == [])
    }

    @Test func `a client's parts equal a plain reference`() throws {
        let fixture = try Fixture()
        let flat = weights(fixture)
        let holdout = Holdout(fixture.partition, validation: 0.2, test: 0.3, seed: 3)
        var evaluator = evaluator(fixture, validation: 0.2, test: 0.3)
        evaluator.load(flat.span)
        for client in 0..<5 {
            let sums = evaluator.sums(of: .client(UInt32(client)))
            let parts = [holdout.training, holdout.validation, holdout.test]
            #expect(sums.count == 3)
            for (sums, part) in zip(sums, parts) {
                let samples = part.samples(of: client)
                let (loss, hits) = plain(fixture, flat, samples, .train)
                #expect(Int(sums.samples) == samples.count && Int(sums.hits) == hits)
                // Rounding is that of the outputs, which are about 1, also where a loss is near 0.
                #expect(abs(sums.loss - loss) <= 1e-6 * max(loss, Double(samples.count)))
            }
            #expect(sums.reduce(0) { $0 + Int($1.samples) } == Fixture.sizes[client])
        }
    }

    @Test func `the same model gives the same bits, whatever was evaluated before`() throws {
        let fixture = try Fixture(testCount: 300, model: "{ kind: mlp, hidden: [9] }")
        var evaluator = evaluator(fixture)
        let flat = weights(fixture)
        let first = metrics(fixture, flat, &evaluator)
        let other = [Float](repeating: .nan, count: flat.count)
        #expect(metrics(fixture, other, &evaluator)?.loss.isNaN == true)
        _ = evaluator.sums(of: .client(4))
        #expect(metrics(fixture, flat, &evaluator) == first)
        #expect(metrics(fixture, flat) == first)
    }

    @Test func `equals a plain reference where numbers are predicted`() throws {
        // The labels as numbers: y = w·x + b, squared.
        let fixture = try Fixture(testCount: 700)
        let form = SampleForm(shape: [6], target: .numbers(1))
        let network = try component("linear_regression", from: models).network(for: form)
        let flat = Fixture.numbers(network.parameterCount, 2)
        let views = network.layout.views
        let weights = network.layout.tensor(views[0], of: flat).map(Double.init)
        let bias = Double(network.layout.tensor(views[1], of: flat)[0])
        var loss = 0.0
        for index in 0..<700 as Range<Int32> {
            let (x, label) = fixture.sample(index, of: .test)
            let error = zip(weights, x).reduce(bias) { $0 + $1.0 * $1.1 } - Double(label)
            loss += error * error
        }
        var evaluator = Evaluator(
            network: network, dataset: fixture.dataset,
            holdout: Holdout(fixture.partition, validation: 0, test: 0, seed: 3))
        evaluator.load(flat.span)
        let sums = evaluator.chunkSums()
        #expect(sums.map(\.samples) == [512, 188] && sums.allSatisfy { $0.hits == 0 })
        #expect(abs(sums.reduce(0) { $0 + $1.loss } - loss) < 1e-5 * loss)
    }

    @Test(arguments: ["softmax_regression", "{ kind: mlp, hidden: [200] }", "cnn", "lenet"])
    func `batches keep activations small and divide a chunk`(model: String) throws {
        let form = SampleForm(shape: [28, 28, 1], target: .classes(10, positions: 1))
        let network = try component(model, from: models).network(for: form)
        func numbers(_ batch: Int) -> Int {
            var layout = BlockLayout()
            _ = network.places(in: &layout, batch: batch, for: .evaluation)
            return layout.count
        }
        let batch = Evaluator.batch(of: network)
        #expect(Evaluator.chunkSamples % batch == 0)
        #expect(numbers(batch) <= Evaluator.batchNumbers)
        // As large as that allows.
        #expect(batch == 256 || numbers(2 * batch) > Evaluator.batchNumbers)
        #expect((batch == 256) == (model != "cnn" && model != "lenet"))
    }

    @Test func `without test samples there is no result`() throws {
        let fixture = try Fixture(testCount: 0)
        #expect(metrics(fixture, weights(fixture)) == nil)
    }
}

@Suite struct `Metrics of sums` {
    @Test func `classes have an accuracy, positions count each`() {
        // 4 sequences of 5 positions: 20 predictions.
        let sums = LossSums(samples: 4, loss: 10, hits: 15)
        let metrics = Metrics(sums, targets: 5, target: .classes(3), scale: 7)
        #expect(metrics == Metrics(loss: 0.5, accuracy: 0.75))
    }

    @Test func `numbers have an error in their own units`() {
        // 4 samples of 2 numbers: mean squared error 18 / 8 = 2.25, root 1.5, in units of 10.
        let sums = LossSums(samples: 4, loss: 18)
        let metrics = Metrics(sums, targets: 2, target: .numbers, scale: 10)
        #expect(metrics == Metrics(loss: 2.25, rmse: 15))
    }

    // The data set says what its targets were divided by.
    @Test func `the scale of the data set's targets is the unit`() throws {
        let samples = DecodedDataset.Samples(
            features: .floats([1, 2, 3, 4]), targets: .numbers([0, 1]))
        let dataset = try Dataset(
            DecodedDataset(
                sampleShape: [2], target: .numbers, targetScale: 10.7, train: samples, test: samples
            ))
        let network = try component("linear_regression", from: models).network(
            for: dataset.sampleForm)
        let metrics = Metrics(LossSums(samples: 2, loss: 4.5), of: network, on: dataset)
        #expect(metrics == Metrics(loss: 2.25, rmse: 1.5 * 10.7))
    }

    @Test func `of no samples there are none`() {
        #expect(Metrics(LossSums(), targets: 1, target: .classes(2), scale: 1) == nil)
        #expect(Metrics(LossSums(), targets: 1, target: .numbers, scale: 1) == nil)
    }
}
