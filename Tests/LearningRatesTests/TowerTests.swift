import ClientRules
import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// Optimizers with each kind of hyperparameter, and the words of a tower that tunes them.
private let bottoms = [
    "sgd", "{ kind: sgd, momentum: 0.8 }", "{ kind: sgd, momentum: 0.8, nesterov: true }", "adam",
    "{ kind: adam, initial_square: 1e-8 }",
    "{ kind: adam, beta1: 0.7, beta2: 0.9, epsilon: 0.01, bias_correction: false }", "rmsprop",
    "{ kind: rmsprop, decay: 0.8, epsilon: 0.01, epsilon_inside_root: true }", "adagrad",
    "{ kind: adagrad, epsilon: 0.01, epsilon_inside_root: true, initial_accumulator: 0.1 }",
]

private let kinds = ["sgd", "adam", "adam_alpha", "rmsprop", "rmsprop_alpha", "adagrad"]

@Suite struct `Towers of optimizers` {
    private typealias Configuration = `Laws of client schedulers`.Configuration

    /// The tower has no one hyper-rate; its law is this.
    @Test(arguments: bottoms, ["", ", scope: layer", ", scope: tensor", ", carry: all"])
    func `upper rates of 0 leave the client's optimizer as it is, bit for bit`(
        bottom: String, words: String
    ) throws {
        var empty: Carried = []
        let constant = Configuration(scheduler: "constant", optimizer: bottom)
        // What is carried over are rates that did not move; buffers are cleared like the optimizer's.
        let expected = try constant.rounds(0..<1, state: &empty).map { $0.dropFirst() }
        for kind in kinds {
            let level = "{ kind: \(kind), learning_rate: 0 }"
            let scheduler = "{ kind: tower, levels: [\(level), \(level)]\(words) }"
            let tower = Configuration(scheduler: scheduler, optimizer: bottom)
            var state: Carried = []
            let got = try tower.rounds(0..<1, state: &state).map { $0.dropFirst() }
            #expect(got == expected, "\(kind)")
        }
    }

    @Test(arguments: bottoms)
    func `without levels it is the client's optimizer`(bottom: String) throws {
        let tower = Configuration(scheduler: "{ kind: tower, levels: [] }", optimizer: bottom)
        let constant = Configuration(scheduler: "constant", optimizer: bottom)
        var (first, second): (Carried, Carried) = ([], [])
        #expect(
            try tower.rounds(0..<3, state: &first) == constant.rounds(0..<3, state: &second))
        #expect(first.isEmpty)
    }

    @Test(arguments: bottoms)
    func `a round is a function of its state, with every optimizer`(bottom: String) throws {
        for carry in ["all", "lr_only", "reset"] {
            let level = "{ kind: adam, learning_rate: 0.01 }"
            let tower = Configuration(
                scheduler: "{ kind: tower, levels: [\(level), \(level)], carry: \(carry) }",
                optimizer: bottom)
            var (one, other): (Carried, Carried) = ([], [])
            let expected = try tower.rounds(0..<3, state: &one)
            #expect(try tower.rounds(0..<3, isFresh: true, state: &other) == expected)
            #expect(one == other)
        }
    }

    /// SGD(rate, SGD(κ)) on given gradients: rate_k = rate_{k−1} + κ ⟨g_k, g_{k−1}⟩.
    @Test func `a level of gradient descent adds the product of successive gradients`() throws {
        // 0.5; then 0.5 + 0.1 (1·2 + 2·1) = 0.9; then 0.9 + 0.1 (2·(−1) + 1·1) = 0.8.
        let round = try LearningRatesTests.run(
            client(
                "{ kind: tower, levels: [{ kind: sgd, learning_rate: 0.1 }] }", localRate: 0.5),
            [[1, 2], [2, 1], [-1, 1]], rate: 0.5)
        let expected = [0.5, 0.9, 0.8]
        #expect(zip(round.rates, expected).allSatisfy { abs($0 - $1) < 1e-15 })
        // −0.5·1 − 0.9·2 + 0.8·1 and −0.5·2 − 0.9·1 − 0.8·1
        #expect(zip(round.weights, [-1.5, -2.7]).allSatisfy { abs($0 - $1) < 1e-14 })
    }

    /// Two levels above: the upper one moves κ by products of successive products.
    @Test func `a second level moves the first one's rate`() throws {
        // Products 4, −1; κ: 0.1, 0.1, 0.1 + 0.01 · 4 · (−1)·… : the second product is the first
        // that meets a recorded one: G1 = −p_k, ∂rate/∂κ = −G1_{k−1} = p_{k−1}, so
        // κ_3 = 0.1 + 0.01 · p_3 p_2 = 0.1 + 0.01 · (−1)(4) = 0.06; rate_3 = 0.9 + 0.06 · (−1).
        let levels =
            "[{ kind: sgd, learning_rate: 0.1 }, { kind: sgd, learning_rate: 0.01 }]"
        let round = try LearningRatesTests.run(
            client("{ kind: tower, levels: \(levels) }", localRate: 0.5),
            [[1, 2], [2, 1], [-1, 1]], rate: 0.5)
        #expect(zip(round.rates, [0.5, 0.9, 0.84]).allSatisfy { abs($0 - $1) < 1e-15 })
    }

    @Test(arguments: bottoms)
    func `gradients of zero change nothing`(bottom: String) throws {
        for kind in kinds {
            let levels = [kind, "adam"].map { "{ kind: \($0), learning_rate: 0.1 }" }
            let made = try optimizer(bottom)
            var scheduler = try component(
                "{ kind: tower, levels: [\(levels.joined(separator: ", "))] }",
                from: clientSchedulers)
            scheduler.start(localRate: 0.25, optimizer: made)
            var state: Carried = []
            let round = try LearningRatesTests.run(
                scheduler, [[Double]](repeating: [0, 0], count: 5), rate: 0.25, optimizer: made,
                state: &state)
            #expect(round.rates == [Double](repeating: 0.25, count: 5), "\(kind)")
            #expect(round.weights == [0, 0])
            #expect(round.events.undefined == 0)
        }
    }

    /// `carry: all` is the method as published, without rounds: gradients that depend on nothing give
    /// the same rates in one round or two.
    @Test(arguments: bottoms)
    func `all state carried over makes one round of two`(bottom: String) throws {
        var numbers = Numbers(state: 3)
        let gradients = numbers.vectors(9, of: 4)
        let levels = "[{ kind: adam, learning_rate: 0.01 }, { kind: sgd, learning_rate: 1e-4 }]"
        let made = try optimizer(bottom)
        var scheduler = try component(
            "{ kind: tower, levels: \(levels), carry: all }", from: clientSchedulers)
        scheduler.start(localRate: 0.1, optimizer: made)
        func rates(_ parts: [ArraySlice<[Double]>]) throws -> [Double] {
            var state: Carried = []
            return try parts.flatMap {
                try LearningRatesTests.run(
                    scheduler, Array($0), rate: 0.1, optimizer: made, state: &state
                ).rates
            }
        }
        let whole = try rates([gradients[...]])
        #expect(try rates([gradients[..<4], gradients[4...]]) == whole)
        #expect(Set(whole).count > 5)
    }

    @Test func `rates alone are carried over by default`() throws {
        let scheduler = try client(
            "{ kind: tower, levels: [{ kind: sgd, learning_rate: 0.1 }] }", localRate: 0.5)
        var state: Carried = []
        let sgd = try optimizer("sgd")
        _ = try LearningRatesTests.run(
            scheduler, [[1, 2], [2, 1]], rate: 0.5, optimizer: sgd, state: &state)
        let next = try LearningRatesTests.run(
            scheduler, [[5, 5], [1, 0]], rate: 0.5, optimizer: sgd, state: &state)
        // Its first step knows no gradient before it.
        #expect(next.rates[0] == 0.9)
        #expect(abs(next.rates[1] - 1.4) < 1e-15)
    }
}
