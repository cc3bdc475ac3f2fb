import Scenarios
import Settings
import TestSupport
import Testing

@Suite struct `Grids of comparisons` {
    private let text = """
        seed: 9
        compare:
          seeds: [1, 2]
          grid:
            client.learning_rate: [0.5, 0.25]
            server.learning_rate: [1, 2]
          variants:
            a: { training.batch_size: 7 }
            b: { client.scheduler: fedhyper_cl }
        """

    @Test func `cross variants with all values, the last key's first`() throws {
        let runs = try file(text).comparison()
        #expect(runs.count == 2 * 4 * 2)
        #expect(
            runs.prefix(8).map { "\($0.name); \($0.scenario.seed)" } == [
                "a, client.learning_rate 0.5, server.learning_rate 1; 1",
                "a, client.learning_rate 0.5, server.learning_rate 1; 2",
                "a, client.learning_rate 0.5, server.learning_rate 2; 1",
                "a, client.learning_rate 0.5, server.learning_rate 2; 2",
                "a, client.learning_rate 0.25, server.learning_rate 1; 1",
                "a, client.learning_rate 0.25, server.learning_rate 1; 2",
                "a, client.learning_rate 0.25, server.learning_rate 2; 1",
                "a, client.learning_rate 0.25, server.learning_rate 2; 2",
            ])
        #expect(Set(runs.map(\.variant)) == ["a", "b"])
        #expect(runs[0].scenario.training.batchSize == 7)
        #expect(runs[0].scenario.client.learningRate == 0.5)
        #expect(runs[15].scenario.client.learningRate == 0.25)
        #expect(runs[15].scenario.server.learningRate == 2)
        #expect(runs[15].cell.map(\.value) == ["0.25", "2"])
        #expect(Set(runs.map { "\($0.name) \($0.scenario.seed)" }).count == runs.count)
    }

    @Test func `are enough without variants`() throws {
        let runs = try file("compare: { grid: { model: [softmax_regression, mlp] } }").comparison()
        #expect(runs.map(\.name) == ["base, model softmax_regression", "base, model mlp"])
    }

    @Test(arguments: [
        ("client.learning_rate", "3"), ("client", "{ learning_rate: 3, weight_decay: 0.1 }"),
    ])
    func `refuse a value of the command line that would make their cells equal`(
        key: String, value: String
    ) throws {
        #expect(
            mistakes(text, [(key, value)])
                == "command line --set \(key): error: client.learning_rate: expected a key that"
                + " compare.grid does not vary, found client.learning_rate in the grid; use --set"
                + " 'compare.grid={ client.learning_rate: [3] }'")
        let advised = [("compare.grid", "{ client.learning_rate: [3] }")]
        let runs = try file(text, advised).comparison()
        #expect(runs.count == 2 * 2 * 2)
        #expect(runs.allSatisfy { $0.scenario.client.learningRate == 3 && $0.warnings.isEmpty })
    }

    @Test(arguments: [
        ("client.learning_rate", "3"), ("client", "{ learning_rate: 3, weight_decay: 0.1 }"),
    ])
    func `draws give way to the command line, with a warning`(key: String, value: String) throws {
        let drawn =
            "compare: { draw: { client.learning_rate: { uniform: [0.1, 1] } }, seeds: [1, 2] }"
        let runs = try file(drawn, [(key, value), ("training.rounds", "4")]).comparison()
        for run in runs {
            #expect(
                run.warnings.map(\.message) == [
                    "client.learning_rate: expected a key that compare.draw does not draw, found"
                        + " client.learning_rate there; all seeds use this value; leave it out to draw"
                        + " the key"
                ])
            #expect(run.scenario.client.learningRate == 3 && run.scenario.training.rounds == 4)
        }
    }

    @Test func `a draw that a variant replaces is a mistake`() {
        let text = """
            client: { scheduler: fedhyper_cl }
            compare:
              seeds: [1, 2]
              draw: { client.scheduler.hyper_rate: { uniform: [0, 1] } }
              variants: { a: { client.scheduler: rtho }, b: { server: {} } }
            """
        #expect(
            mistakes(text)
                == "demo.yaml:5:38: error: compare.variants.a: expected one source for"
                + " client.scheduler.hyper_rate, found compare.draw and this variant, which replaces all"
                + " of client.scheduler; remove one")
    }

    @Test(arguments: [
        (
            "compare: { grid: 3 }",
            "demo.yaml:1:18: error: compare.grid: expected a mapping of keys to lists of values such as"
                + " 'client.learning_rate: [0.01, 0.1]', found 3"
        ),
        (
            "compare: { grid: { client.learning_rate: 0.1 } }",
            "demo.yaml:1:42: error: compare.grid.client.learning_rate: expected a list of one value or"
                + " more, found 0.1"
        ),
        (
            "compare: { grid: { seed: [1, 2] } }",
            "demo.yaml:1:20: error: compare.grid: expected keys other than seed, found seed; list seeds"
                + " in compare.seeds"
        ),
        (
            "compare: { grid: { client.learning_rate: [0.1, {}] } }",
            "demo.yaml:1:48: error: compare.grid.client.learning_rate: expected a number or a word, found"
                + " an empty mapping"
        ),
        (
            "compare: { grid: { client.learning_rate: [0.1, 0.1] } }",
            "demo.yaml:1:48: error: compare.grid.client.learning_rate: expected different values, found"
                + " 0.1 twice; remove one"
        ),
        (
            "compare: { grid: { client.learning_rate: [0.1, -1] } }",
            "demo.yaml:1:48: error: client.learning_rate: expected a number greater than 0, found -1"
        ),
        (
            "compare: { grid: { client.learning_rate: [1, 2] }, variants: { a: { client: {"
                + " learning_rate: 3 } } } }",
            "demo.yaml:1:94: error: compare.variants.a: expected one source for client.learning_rate,"
                + " found this variant and compare.grid; remove one"
        ),
        (
            "compare: { grid: { data.skew: [iid, dirichlet] }, variants: { a: { data.skew.alpha: 3 } } }",
            "demo.yaml:1:85: error: compare.variants.a: expected one source for data.skew, found this"
                + " variant and compare.grid; remove one"
        ),
        (
            "compare: { grid: { client.scheduler.kind: [constant] }, variants: {"
                + " a: { client.scheduler: fedhyper_cl } } }",
            "demo.yaml:1:92: error: compare.variants.a: expected one source for client.scheduler.kind,"
                + " found this variant and compare.grid; remove one"
        ),
        (
            "compare: { grid: { data.skew.alpha: [1, 2], data.skew: [dirichlet] } }",
            "demo.yaml:1:45: error: compare.grid: expected data.skew before data.skew.alpha, found it"
                + " after; move it up, since it replaces the other"
        ),
        (
            "compare: { seeds: [1], variants: { a: { seed: 5 } } }",
            "demo.yaml:1:47: error: compare.variants.a: expected seeds in compare.seeds only, found a"
                + " seed of this variant; move it to compare.seeds"
        ),
    ])
    func `are refused with their place`(text: String, message: String) {
        #expect(mistakes(text) == message)
    }

    @Test func `with too many cells are refused before they are made`() {
        let values = (1...200).map { "0.1\($0)1" }.joined(separator: ", ")
        let keys = [
            "client.learning_rate", "server.learning_rate", "client.weight_decay", "a", "b",
        ]
        let grid = keys.map { "\($0): [\(values)]" }.joined(separator: ", ")
        let found = mistakes("data: { dataset: digits }\ncompare: { grid: { \(grid) } }", [])
        #expect(
            found.contains(
                "compare.grid: expected at most 10000 combinations of values, found 40000 up to"
                    + " server.learning_rate; leave out values, or make several scenario files"),
            "\(found)")
    }
}
