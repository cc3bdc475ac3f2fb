import ClientRules
import LearningRates
import LinearAlgebra
import RandomStreams
import Settings
import TestSupport
import Testing

/// What a tower's hyperparameters do at their limits, and what its settings refuse.
@Suite struct `Bounds and settings of towers` {
    private func rounds(_ scheduler: String, _ gradients: [[Double]], optimizer words: String)
        throws -> (rates: [Double], events: RateEvents, readings: [String: Double])
    {
        let made = try optimizer(words)
        var scheduler = try component(scheduler, from: clientSchedulers)
        scheduler.start(localRate: 0.5, optimizer: made)
        var layout = BlockLayout()
        let places = StepContext<Double>.Vectors(
            in: &layout, ParameterGroups(count: gradients[0].count), scheduler.needs, made)
        var steps = LocalOptimization(layout, places, scheduler: scheduler, optimizer: made)
        var problem = GivenGradients(gradients)
        try steps.begin(
            rate: 0.5, count: gradients.count, key: .init(seed: 1, .scheduler), state: [],
            &problem)
        var rates: [Double] = []
        for _ in gradients {
            _ = steps.takeStep(&problem)
            rates.append(steps.step.rate)
        }
        let readings = Dictionary(
            uniqueKeysWithValues: steps.readings.map { ($0.name, $0.value) })
        return (rates, steps.step.events, readings)
    }

    private func tower(_ level: String, _ words: String = "") -> String {
        "{ kind: tower, levels: [\(level)]\(words) }"
    }

    @Test func `the bottom rate stops at its floor and leaves it again`() throws {
        let level = "{ kind: sgd, learning_rate: 1 }"
        let gradients = [[1.0], [-1], [-1]]
        let held = try rounds(tower(level), gradients, optimizer: "sgd")
        #expect(held.rates == [0.5, 0, 1])
        #expect(held.events.lowerBoundHits == 1)
        let free = try rounds(tower(level, ", floor: none"), gradients, optimizer: "sgd")
        #expect(free.rates == [0.5, -0.5, 0.5])
        #expect(free.events.lowerBoundHits == 0)
    }

    @Test func `a momentum stays between 0 and its ceiling`() throws {
        let level = "{ kind: sgd, learning_rate: 100 }"
        let gradients = [[1.0], [1], [1], [1]]
        let words = "{ kind: sgd, momentum: 0.5 }"
        let bounded = try rounds(tower(level), gradients, optimizer: words)
        #expect(bounded.readings["level0.momentum"] == 0.999)
        let free = try rounds(
            tower(level, ", momentum_ceiling: none, ceiling: none"), gradients, optimizer: words)
        #expect((free.readings["level0.momentum"] ?? 0) > 1)
    }

    @Test(arguments: ["adam", "rmsprop"])
    func `decays stay below 1 however far their raw numbers go`(kind: String) throws {
        var numbers = Numbers(state: 1)
        let result = try rounds(
            tower("{ kind: sgd, learning_rate: 1e6 }"), numbers.vectors(30, of: 3),
            optimizer: kind)
        let decays = result.readings.filter {
            $0.key.hasPrefix("level0.") && !$0.key.hasSuffix("hypergradient")
        }
        #expect(!decays.isEmpty)
        for (name, value) in decays { #expect(value > 0 && value < 1, "\(name): \(value)") }
        #expect(result.rates.allSatisfy { $0.isFinite })
    }

    @Test func `what is not finite moves nothing and is counted`() throws {
        let huge = 1e200
        let result = try rounds(
            tower("{ kind: adam, learning_rate: 0.1 }"), [[huge], [huge], [1], [1]],
            optimizer: "sgd")
        // The product of the first two overflows, and so does the square of the next product; what
        // comes after them is as if they had not been.
        #expect(result.rates.prefix(3) == [0.5, 0.5, 0.5] && result.rates[3] > 0.5)
        #expect(result.events.undefined == 2)
        #expect(result.rates.allSatisfy { $0.isFinite })
    }

    @Test func `tensors that are not named stay as they are`() throws {
        let oracle = try Oracle(path: "\(SourceTree.root)/Tests/Oracles/gdtuo-softmax.json")
        let scheduler =
            "{ kind: tower, scope: tensor, tensors: { \"0.weight\": 2 },"
            + " levels: [{ kind: sgd, learning_rate: 0.01 }] }"
        var replay = try Replay<Double>(oracle, scheduler: scheduler, rate: 0.05)
        try replay.restart(at: oracle.start, rate: 0.05, count: 5, batches: nil)
        for _ in 0..<5 { _ = replay.take() }
        let (start, end) = (oracle.start, replay.values(.weights))
        #expect(end.suffix(3) == start.suffix(3))
        #expect(zip(end, start).prefix(15).allSatisfy { $0 != $1 })
        #expect(replay.steps.step.rates[0] > 0.1 && replay.steps.step.rates[1] == 0)
    }

    @Test func `unknown tensors are refused with the model's own`() throws {
        let scheduler = try component(
            "{ kind: tower, scope: tensor, tensors: { W1: 1 } }", from: clientSchedulers)
        let groups = ParameterGroups(count: 4, tensorNames: ["0.weight", "0.bias"])
        #expect(
            scheduler.incompatibility(with: groups)
                == "expected names of the model's tensors in tensors, found 'W1'; choose from 0.weight,"
                + " 0.bias")
    }

    @Test(arguments: [
        (
            "{ kind: tower, tensors: { W1: 1 } }",
            "demo.yaml:1:20: error: it.tensors: expected scope: tensor with tensors, found another"
                + " scope; set scope: tensor, or remove tensors"
        ),
        (
            "{ kind: tower, levels: [adm] }",
            "demo.yaml:1:29: error: it.levels[0]: expected one of sgd, adam, adam_alpha, rmsprop,"
                + " rmsprop_alpha, adagrad, found 'adm'; did you mean 'adam'?"
        ),
        (
            "{ kind: tower, levels: [sgd, { kind: adam, beta1: 1 }] }",
            "demo.yaml:1:55: error: it.levels[1].beta1: expected a number of at least 0 and less than 1,"
                + " found 1"
        ),
    ])
    func `mistakes have their place`(yaml: String, message: String) {
        let error = #expect(throws: SettingsError.self) {
            try component(yaml, from: clientSchedulers)
        }
        #expect(error.map { "\($0)" } == message)
    }
}
