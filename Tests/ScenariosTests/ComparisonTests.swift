import Datasets
import LearningRates
import Scenarios
import Settings
import Testing

@Suite struct `Comparisons` {
    private let text = """
        seed: 9
        client: { learning_rate: 0.5, scheduler: { kind: fedhyper_cl, hyper_rate: 0.3 } }
        compare:
          seeds: [3, 1, 2]
          variants:
            zeta: { client.scheduler: constant }
            alpha:
              client.learning_rate: 0.25
              client.scheduler.form: paper
              training: { rounds: 7 }
            base of all: {}
        """

    @Test func `run variants by seeds, both in file order`() throws {
        let file = try file(text)
        #expect(file.isComparison)
        let runs = try file.comparison()
        #expect(
            runs.map { "\($0.variant) \($0.scenario.seed)" } == [
                "zeta 3", "zeta 1", "zeta 2", "alpha 3", "alpha 1", "alpha 2", "base of all 3",
                "base of all 1", "base of all 2",
            ])
        #expect(try file.validate().studies.flatMap(\.runs).map(\.resolved) == runs.map(\.resolved))
        // Outside the comparison there are the base's own seed and settings.
        let base = try file.baseRun()
        #expect(base.variant == "base" && base.scenario.seed == 9)
        #expect(!base.resolved.contains("compare"))
    }

    @Test func `variants change dotted keys and whole sections, and nothing of each other`() throws
    {
        let runs = try file(text).comparison()
        let (zeta, alpha, base) = (runs[0].scenario, runs[3].scenario, runs[6].scenario)
        #expect(zeta.client.schedulerLabel == "constant" && zeta.client.learningRate == 0.5)
        #expect(alpha.client.schedulerLabel == "fedhyper_cl (paper)")
        #expect(alpha.client.learningRate == 0.25 && alpha.training.rounds == 7)
        #expect(runs[3].resolved.contains("hyper_rate: 0.3"))
        #expect(base.client.schedulerLabel == "fedhyper_cl (normalized)")
        #expect(base.client.learningRate == 0.5 && base.training.rounds == 50)
    }

    @Test func `each seed draws values of its own, the same for all variants`() throws {
        let runs = try file(
            """
            client: { optimizer: { kind: sgd, momentum: 0.5 } }
            compare:
              seeds: [1, 2]
              draw:
                client.learning_rate: { log_uniform: [1e-6, 1e-1] }
                client.weight_decay: { log_uniform: [1e-7, 1e-2] }
                client.optimizer.momentum: { uniform: [0, 1] }
              variants: { a: {}, b: { client.learning_rate: 0.25 } }
            """
        ).comparison()
        func isClose(_ got: Double, _ want: Double) -> Bool { abs(got - want) <= 1e-14 * want }
        // Computed by another program from Philox4x32-10.
        for (run, rate, decay, momentum) in [
            (runs[0], 0.09308649567167945, 0.0008634164495327, 0.6732076018144416),
            (runs[1], 3.0660537170498886e-05, 1.1895019016017338e-07, 0.665365318046751),
            (runs[2], 0.25, 0.0008634164495327, 0.6732076018144416),
            (runs[3], 0.25, 1.1895019016017338e-07, 0.665365318046751),
        ] {
            #expect(isClose(run.scenario.client.learningRate, rate))
            #expect(isClose(run.scenario.client.weightDecay, decay))
            let drawn = run.scenario.client.optimizer.hyperparameters.momentum
            #expect(isClose(drawn, momentum))
        }
    }

    @Test(arguments: [
        (
            "{ client.learning_rate: 3 }",
            "demo.yaml:1:57: error: compare.draw.client.learning_rate: expected a distribution such as"
                + " 'client.learning_rate: { log_uniform: [1e-4, 0.1] }', found 3"
        ),
        (
            "{ client.learning_rate: { uniform: [2, 1] } }",
            "demo.yaml:1:35: error: compare.draw.client.learning_rate: expected one distribution with a"
                + " lower and an upper bound, found { uniform: [2, 1] }; write { uniform: [0, 1] } or"
                + " { log_uniform: [1e-4, 0.1] }"
        ),
        (
            "3",
            "demo.yaml:1:33: error: compare.draw: expected a mapping of keys to distributions such as"
                + " 'client.learning_rate: { log_uniform: [1e-4, 0.1] }', found 3"
        ),
    ])
    func `what can't be drawn is told with its place`(draw: String, message: String) {
        #expect {
            _ = try file("compare: { seeds: [1, 2], draw: \(draw) }").comparison()
        } throws: { "\($0)" == message }
    }

    @Test func `draws need seeds`() {
        #expect(throws: SettingsError.self) {
            let draw = "{ client.learning_rate: { uniform: [0.1, 0.2] } }"
            _ = try file("compare: { draw: \(draw) }").comparison()
        }
    }

    @Test func `the partition follows the seed of each run unless it has its own`() throws {
        let following = try file("compare: { seeds: [1, 2] }").comparison()
        #expect(following[0].scenario.data.seed != following[1].scenario.data.seed)
        let fixed = try file("data: { seed: 4 }\ncompare: { seeds: [1, 2] }").comparison()
        #expect(fixed.map(\.scenario.data.seed) == [4, 4])
        #expect(fixed.map(\.scenario.seed) == [1, 2])
    }

    @Test func `seeds without variants, variants without seeds, neither`() throws {
        let seeds = try file("seed: 8\ncompare: { seeds: [5, 6] }").comparison()
        #expect(seeds.map { "\($0.variant) \($0.scenario.seed)" } == ["base 5", "base 6"])
        let variants = try file("seed: 8\ncompare: { variants: { b: {}, a: {} } }").comparison()
        #expect(variants.map { "\($0.variant) \($0.scenario.seed)" } == ["b 8", "a 8"])
        let neither = try file("seed: 8\ncompare: {}").comparison()
        #expect(neither.map { "\($0.variant) \($0.scenario.seed)" } == ["base 8"])
        let none = try file("seed: 8")
        #expect(!none.isComparison)
        #expect(try none.comparison().map(\.scenario.seed) == [8])
        #expect(try none.validate().studies.count == 1)
    }

    @Test func `options are applied in order, on top of variants`() throws {
        let changed = try file(
            text,
            name: "demo.yaml",
            [
                ("training.rounds", "3"), ("training.rounds", "4"),
                ("client.learning_rate", "0.125"), ("compare.seeds", "[7]"),
            ])
        let runs = try changed.comparison()
        #expect(runs.map(\.variant) == ["zeta", "alpha", "base of all"])
        #expect(runs.map(\.scenario.seed) == [7, 7, 7])
        #expect(runs.map(\.scenario.training.rounds) == [4, 4, 4])
        #expect(runs.map(\.scenario.client.learningRate) == [0.125, 0.125, 0.125])
        #expect(
            runs.map(\.scenario.client.schedulerKind) == ["constant", "fedhyper_cl", "fedhyper_cl"])
        #expect(try changed.baseRun().scenario.training.rounds == 4)
    }

    @Test func `an option opens a bare kind, and a kind replaces the old one's keys`() throws {
        let opened = try file(
            "client: { scheduler: fedhyper_cl }", [("client.scheduler.form", "paper")])
        #expect(try opened.baseRun().scenario.client.schedulerLabel == "fedhyper_cl (paper)")
        let replaced = try file(
            "server: { scheduler: { kind: fedhyper_g, hyper_rate: 2 } }",
            [("server.scheduler", "{ kind: exponential, rate: both }")])
        #expect(try replaced.baseRun().scenario.server.schedulerLabel == "exponential")
    }

    @Test func `places of keys are known for mistakes that the data show`() throws {
        let run = try file("data:\n  dataset: digits\n  skew:\n    kind: iid").baseRun()
        #expect(run.place(of: "data.skew.kind")?.text == "demo.yaml:4:11")
        #expect(run.place(of: "data.seed") == nil)
    }
}
