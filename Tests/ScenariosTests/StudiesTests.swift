import Scenarios
import Settings
import Testing

@Suite struct `Studies of a comparison` {
    private let text = """
        name: demo
        training: { rounds: 9 }
        compare:
          seeds: [1, 2]
          baseline: plain
          target: 0.97
          set: { training.batch_size: 7, clients.per_round: 3 }
          quick: { seeds: [5], set: { training.rounds: 2 }, studies: [speed] }
          variants: { plain: {}, fast: { training.local_epochs: 2 } }
          studies:
            robustness:
              set: { training.rounds: 20, training.batch_size: 8 }
              grid: { client.learning_rate: [0.25, 0.125], server.learning_rate: [1, 2] }
              seeds: [4]
              quick: { grid: { client.learning_rate: [0.25] }, set: { training.batch_size: 9 } }
            speed:
              variants: { fast: { training.rounds: 30 }, slow: {} }
              baseline: slow
              target: 0.5
        """

    private func names(_ study: ScenarioFile.Study?) -> [String] {
        (study?.runs ?? []).map { "\($0.name); \($0.scenario.seed)" }
    }

    @Test func `take from compare what they don't give themselves`() throws {
        let studies = try file(text).studies()
        #expect(studies.map(\.name) == ["robustness", "speed"])
        #expect(studies[0].runs.count == 8 && studies[0].runs.allSatisfy { $0.scenario.seed == 4 })
        #expect(studies[0].baseline?.variant == "plain" && studies[0].baseline?.target == 0.97)
        #expect(names(studies[1]) == ["fast; 1", "fast; 2", "slow; 1", "slow; 2"])
        #expect(studies[1].baseline?.variant == "slow" && studies[1].baseline?.target == 0.5)
        #expect(try file(text).comparison().count == 12)
    }

    @Test func `change the scenario below their variants and their grid`() throws {
        let studies = try file(text).studies()
        let (first, last) = (studies[0].runs[0].scenario, studies[0].runs[7].scenario)
        #expect(first.training.rounds == 20 && first.training.batchSize == 8)
        #expect(first.clients.perRound == 3 && first.client.learningRate == 0.25)
        #expect(last.client.learningRate == 0.125 && last.server.learningRate == 2)
        #expect(studies[1].runs.map(\.scenario.training.rounds) == [30, 30, 9, 9])
        #expect(studies[1].runs.allSatisfy { $0.scenario.training.batchSize == 7 })
        // The base scenario is nobody's study.
        let base = try file(text).baseRun().scenario
        #expect(base.training.batchSize == 32 && base.clients.perRound == 10)
        #expect(!studies[0].runs[0].resolved.contains("compare"))
    }

    @Test func `are chosen by name, and run in file order`() throws {
        let file = try file(text)
        #expect(try file.studies(named: ["speed"]).map(\.name) == ["speed"])
        #expect(
            try file.studies(named: ["speed", "robustness"]).map(\.name) == ["robustness", "speed"])
        #expect(throws: SettingsError.self) { try file.studies(named: ["sped"]) }
    }

    @Test func `the command line has the last word, also over variants`() throws {
        let text = text.replacing(
            "{ training.rounds: 30 }", with: "{ training: { rounds: 30, batch_size: 5 } }")
        let studies = try file(
            text, [("training.rounds", "3"), ("compare.seeds", "[8]")]
        ).studies()
        #expect(studies[0].runs.allSatisfy { $0.scenario.training.rounds == 3 })
        #expect(studies[1].runs.map(\.scenario.training.rounds) == [3, 3])
        #expect(studies[1].runs.map(\.scenario.training.batchSize) == [5, 7])
        #expect(studies.flatMap(\.runs).allSatisfy { $0.scenario.seed == 8 })
        let quick = try file(text, [("compare.seeds", "[8]")]).studies(isQuick: true)
        #expect(quick[0].runs.map(\.scenario.seed) == [8, 8])
    }

    @Test func `are quick where quick says how, under another name`() throws {
        let file = try file(text)
        let speed = try file.studies(isQuick: true)
        #expect(speed.map(\.name) == ["speed"])
        #expect(names(speed[0]) == ["fast; 5", "slow; 5"])
        #expect(speed[0].runs.map(\.scenario.training.rounds) == [30, 2])
        #expect(speed[0].runs.allSatisfy { $0.scenario.name == "demo-quick" })
        let both = try file.studies(named: ["robustness", "speed"], isQuick: true)
        #expect(
            names(both[0]) == [
                "plain, client.learning_rate 0.25; 5", "fast, client.learning_rate 0.25; 5",
            ])
        let scenario = both[0].runs[0].scenario
        #expect(scenario.training.rounds == 2 && scenario.training.batchSize == 9)
        #expect(try file.validate().quick.map(\.name) == ["speed"])
        #expect(try file.studies()[0].runs[0].scenario.name == "demo")
    }

    @Test func `a comparison without studies can be quick too`() throws {
        let file = try file(
            "compare: { seeds: [1, 2], quick: { seeds: [3], set: { training.rounds: 4 } } }")
        let quick = try file.studies(isQuick: true)
        #expect(quick.count == 1 && names(quick[0]) == ["base; 3"])
        #expect(quick[0].runs[0].scenario.training.rounds == 4)
        #expect(quick[0].runs[0].scenario.name == "demo-quick")
        #expect(try file.comparison().map(\.scenario.training.rounds) == [50, 50])
    }

    @Test func `quick can't be had where nothing says how`() throws {
        let advice =
            "; add 'quick: { seeds: [1], set: { training.rounds: 10 } }' to compare"
        for (text, start) in [
            ("seed: 3", "error: --quick: expected compare.quick, found no section compare"),
            (
                "compare: { seeds: [1] }",
                "demo.yaml:1:10: error: --quick: expected compare.quick, found none"
            ),
            (
                "compare: { studies: { a: { quick: { seeds: [1] } }, b: { seeds: [1] } } }",
                "demo.yaml:1:56: error: --quick: expected compare.quick, found none, also not in study b"
            ),
        ] {
            #expect {
                try file(text).studies(isQuick: true)
            } throws: { "\($0)" == start + advice }
        }
        // What has a quick is checked, what has none is not missed.
        #expect(
            mistakes("compare: { studies: { a: { quick: { seeds: [1] } }, b: { seeds: [1] } } }")
                == "")
    }

    @Test(arguments: [
        (
            "{ studies: 3 }",
            "1:21: error: compare.studies: expected a mapping of names to comparisons such as"
                + " 'robustness: { grid: { client.learning_rate: [0.01, 0.1] } }', found 3"
        ),
        (
            "{ studies: { a/b: {} } }",
            "1:23: error: compare.studies: expected a name that can be a folder, found 'a/b' (a slash in"
                + " it); choose another name"
        ),
        (
            "{ studies: { a: 3 } }",
            "1:26: error: compare.studies.a: expected a mapping with keys of set, grid, seeds, draw,"
                + " variants, baseline, target, quick, found 3"
        ),
        (
            "{ studies: { a: { seed: [1] } } }",
            "1:28: error: compare.studies.a: expected a known key, found 'seed'; did you mean 'seeds'?"
        ),
        (
            "{ studies: { a: { studies: {} } } }",
            "1:28: error: compare.studies.a: expected one of set, grid, seeds, draw, variants, baseline,"
                + " target, quick, found 'studies'"
        ),
        (
            "{ varients: {} }",
            "1:12: error: compare: expected a known key, found 'varients'; did you mean 'variants'?"
        ),
        (
            "{ set: 3 }",
            "1:17: error: compare.set: expected a mapping of changed keys such as 'training.rounds: 50',"
                + " found 3"
        ),
        (
            "{ studies: { a: {}, b: { set: { training.rounds: 0 } } } }",
            "1:59: error: training.rounds: expected a whole number between 1 and 1000000, found 0"
        ),
        (
            "{ quick: {} }",
            "1:19: error: compare.quick: expected changes of the comparison such as"
                + " '{ seeds: [1], set: { training.rounds: 10 } }', found none"
        ),
        (
            "{ quick: { rounds: 3 } }",
            "1:21: error: compare.quick: expected one of seeds, set, grid, studies, found 'rounds'"
        ),
        (
            "{ quick: { studies: [b] }, studies: { a: {} } }",
            "1:31: error: compare.quick.studies: expected one of a, found 'b'"
        ),
        (
            "{ quick: { studies: [b] } }",
            "1:31: error: compare.quick.studies: expected a study of compare.studies, found 'b' (there"
                + " are none)"
        ),
        (
            "{ quick: { set: { training.rounds: 0 } } }",
            "1:45: error: training.rounds: expected a whole number between 1 and 1000000, found 0"
        ),
    ])
    func `are refused with their place`(compare: String, message: String) {
        #expect(mistakes("compare: \(compare)") == "demo.yaml:\(message)")
    }

    @Test(arguments: [
        (
            "{ baseline: fedagv, variants: { fedavg: {}, b: {} } }",
            "1:22: error: compare.baseline: expected a variant, found 'fedagv'; did you mean 'fedavg'?"
        ),
        (
            "{ baseline: b, variants: { b: {} }, studies: { s: { variants: { c: {}, d: {} } } } }",
            "1:22: error: compare.studies.s.baseline: expected one of c, d, found 'b'"
        ),
        (
            "{ baseline: b, variants: { b: {} } }",
            "1:22: error: compare.baseline: expected other variants to compare with it, found none; add"
                + " variants"
        ),
        (
            "{ target: 0.9, variants: { b: {}, c: {} } }",
            "1:20: error: compare.target: expected a baseline, to whose best value target refers, found"
                + " no value; add 'baseline: b'"
        ),
        (
            "{ target: 1.5, baseline: b, variants: { b: {}, c: {} } }",
            "1:20: error: compare.target: expected a number greater than 0 and at most 1, found 1.5"
        ),
        (
            "{ baseline: b, variants: { b: {}, c: { evaluation.every: 0 } } }",
            "1:22: error: compare.baseline: expected evaluations in all runs, found none in c"
                + " (evaluation.every is 0); set evaluation.every to 1, or remove baseline"
        ),
    ])
    func `a baseline is a variant that others can be compared with`(
        compare: String, message: String
    ) {
        #expect(mistakes("compare: \(compare)") == "demo.yaml:\(message)")
    }

    @Test(arguments: [
        (
            "{ seeds: [1], draw: { client.learning_rate: { uniform: [0.1, 1] } },"
                + " grid: { client.learning_rate: [1, 2] } }",
            "1:32: error: compare.draw: expected one source for client.learning_rate, found compare.draw"
                + " and compare.grid; remove one"
        ),
        (
            "{ seeds: [1], draw: { client.scheduler.hyper_rate: { uniform: [0.1, 1] } },"
                + " grid: { client.scheduler: [rtho] } }",
            "1:32: error: compare.draw: expected one source for client.scheduler.hyper_rate, found"
                + " compare.draw and compare.grid, which replaces all of client.scheduler; remove one"
        ),
        (
            "{ seeds: [1], draw: { seed: { uniform: [0, 9] } } }",
            "1:32: error: compare.draw: expected keys other than seed, found seed; list seeds in"
                + " compare.seeds"
        ),
        (
            "{ grid: { client.learning_rate: [0.1, 0.10] } }",
            "1:48: error: compare.grid.client.learning_rate: expected different values, found 0.1 and"
                + " 0.10, the same number; remove one"
        ),
        (
            "{ grid: { client.learning_rate: [0.1, 1e-1] } }",
            "1:48: error: compare.grid.client.learning_rate: expected different values, found 0.1 and"
                + " 1e-1, the same number; remove one"
        ),
    ])
    func `no value is lost or counted twice`(compare: String, message: String) {
        #expect(mistakes("compare: \(compare)") == "demo.yaml:\(message)")
    }

    @Test func `tell the mistakes of all their runs, each once`() {
        let text = """
            compare:
              seeds: [1, 2]
              studies:
                one: { variants: { a: { client.learning_rate: -1 }, b: { training.rounds: 0 } } }
                two: { variants: { a: {}, b: { client.learning_rate: -2 } } }
            """
        #expect(
            mistakes(text).split(separator: "\n").map { $0.prefix(24) } == [
                "demo.yaml:4:51: error: c", "demo.yaml:4:79: error: t", "demo.yaml:5:58: error: c",
            ])
    }
}
