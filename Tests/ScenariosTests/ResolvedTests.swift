import Scenarios
import Settings
import TestSupport
import Testing

@Suite struct `Resolved scenarios` {
    /// All scenarios that are shipped, with the paths from the root.
    static let shipped = SourceTree.files(in: "Scenarios", endings: ["yaml"])

    /// Checks that a run's resolved text is a scenario that resolves to itself, in another folder.
    private func check(_ run: ScenarioFile.ConfiguredRun, _ name: Comment) throws {
        let again = try ScenarioFile(
            text: run.resolved, file: "/elsewhere/resolved.yaml", workingFolder: "/other")
        #expect(!again.isComparison, name)
        let second = try again.baseRun()
        #expect(second.resolved == run.resolved, name)
        #expect(second.scenario.name == run.scenario.name, name)
        #expect(second.scenario.seed == run.scenario.seed, name)
        #expect(second.scenario.data.seed == run.scenario.data.seed, name)
        #expect(second.scenario.client.learningRate == run.scenario.client.learningRate, name)
    }

    @Test func `the shipped scenarios are found`() {
        #expect(Self.shipped.contains("Scenarios/quickstart.yaml"))
    }

    @Test(.slow, arguments: shipped)
    func `every shipped scenario validates without a warning and resolves to itself`(
        path: String
    ) throws {
        let text = try #require(SourceTree.text(of: path))
        let file = try file(text, name: path)
        let stem = path.split(separator: "/").last?.dropLast(5)
        for run in try [file.baseRun()] + file.comparison() {
            #expect(run.warnings.isEmpty)
            #expect(run.scenario.name == stem.map(String.init), "named after its file")
            try check(run, "\(run.variant)")
        }
        for run in try file.validate().quick.flatMap(\.runs) {
            #expect(run.warnings.isEmpty)
            #expect(run.scenario.name == stem.map { "\($0)-quick" }, "named after its file")
            try check(run, "\(run.variant)")
        }
    }

    // One of these each, or none; all combinations are legal.
    private static let choices: [(path: String, values: [String])] = [
        ("name", ["other", "'1e3'", "'true'", "'two words'", "'κ: \"x\" # y'"]),
        ("seed", ["0", "9223372036854775807"]),
        ("data.seed", ["0", "12"]),
        ("data.dataset", ["{ kind: gaussian_clusters, samples: 600 }", "fashion_mnist"]),
        (
            "data.skew",
            [
                "iid", "shards", "{ kind: dirichlet, alpha: 1e-3 }",
                "{ kind: dirichlet, alpha: 100 }",
            ]
        ),
        ("clients.count", ["10", "5000"]),
        ("clients.per_round", ["1", "10"]),
        ("clients.processes", ["1", "per_core"]),
        ("clients.transport", ["tcp", "ipc"]),
        ("model", ["mlp", "{ kind: mlp, hidden: [] }", "{ kind: mlp, hidden: [3, 17] }"]),
        ("training.local_steps", ["4"]),
        ("training.batch_size", ["1", "1000"]),
        ("client.learning_rate", ["1e-7", "0.30000000000000004", "12"]),
        ("client.optimizer", ["{ kind: sgd, momentum: 0.9 }"]),
        (
            "client.scheduler",
            [
                "{ kind: fedhyper_cl, form: paper, carry: lr_only }",
                "{ kind: fedhyper_cl, global_weight: 0.1, global_term: false }",
            ]
        ),
        (
            "server.scheduler",
            [
                "fedhyper_g", "{ kind: fedhyper_g, form: paper, bound: 5 }",
                "{ kind: fedhyper_sl, form: paper }", "{ kind: exponential, rate: both }", "step",
                "{ kind: cosine, warmup: 1, end: 0.1 }", "fedexp", "fathom",
                "{ kind: tower, tune: learning_rate }",
                "{ kind: hypergradient, scope: layer }", "{ kind: plateau, window: 5 }",
            ]
        ),
        ("server.optimizer", ["momentum", "adam", "{ kind: yogi, tau: 0.1 }", "adagrad"]),
        ("clients.sampling", ["with_replacement", "by_size", "round_robin"]),
        (
            "clients.devices",
            [
                "{ dropout: 0.25 }",
                "{ samples_per_second: 1e3, speed_spread: 0.5, bytes_per_second_up: 1e-3 }",
            ]
        ),
        ("training.on_divergence", ["drop_client", "stop"]),
        ("server.weighting", ["uniform", "importance"]),
        ("data.validation_fraction", ["0.1", "0.5"]),
        ("data.client_test_fraction", ["0", "0.25"]),
        ("evaluation.every", ["3", "7"]),
        ("evaluation.per_client", ["none", "cohort", "all"]),
        ("evaluation.per_class", ["true", "false"]),
        ("evaluation.target_accuracy", ["0.5", "null", "1"]),
        ("evaluation.target_rmse", ["3", "null"]),
    ]

    @Test(arguments: 0..<200)
    func `so does every combination of overrides`(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var overrides: [(path: String, value: String)] = []
        for (path, values) in Self.choices where below(2) == 0 {
            overrides.append((path, values[below(values.count)]))
        }
        let run = try file("", overrides).baseRun()
        try check(run, "seed \(seed): \(overrides)")
    }
}
