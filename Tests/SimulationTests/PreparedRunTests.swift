import Datasets
import Scenarios
import Settings
import Simulation
import TestSupport
import Testing

@Suite struct `Preparing a run` {
    private func problem(_ text: String) throws -> String {
        do {
            _ = try prepare(text)
            return "prepared"
        } catch let error as SettingsError {
            return error.diagnostics.map { "\($0)" }.joined(separator: "\n")
        }
    }

    @Test func `more clients than samples are refused where the count stands`() throws {
        let text = scenario().replacing("samples: 240,", with: "samples: 11,")
            .replacing("alpha: 0.5, min_samples: 3", with: "alpha: 0.5")
        #expect(
            try problem(text)
                == "small.yaml:7:19: error: expected at most 11 clients, as samples,"
                + " found 12; use fewer clients, or a skew with procedure: with_replacement (iid,"
                + " dirichlet, quantity, classes_per_client)")
    }

    @Test func `a minimum that can't be met is refused where the skew stands`() throws {
        let text = scenario().replacing("min_samples: 3", with: "min_samples: 21")
        #expect(
            try problem(text)
                == "small.yaml:5:9: error: expected 252 samples for 12 clients with"
                + " min_samples 21, found 240; use at most 11 clients, or min_samples of at most 20"
        )
    }

    @Test func `a baseline needs a test part to be compared on`() throws {
        let comparison = "compare: { baseline: b, variants: { a: {}, b: {} } }"
        for (samples, message) in [
            (100, "prepared"),
            (
                0,
                "small.yaml:13:22: error: compare.baseline: expected test samples in all runs, found"
                    + " none in the data set of a; use other data, or leave the baseline out"
            ),
        ] {
            let file = try ScenarioFile(
                text: scenario(testSamples: samples) + comparison, file: "small.yaml",
                workingFolder: "/tmp")
            let study = try file.studies()[0]
            var supply = DataSupply(try testCache())
            do {
                _ = try PreparedStudy(study, &supply)
                #expect(message == "prepared")
            } catch {
                #expect("\(error)" == message)
            }
        }
    }

    @Test func `a study has one metric, and a warning about more than one vocabulary`() throws {
        let folder = try TemporaryFolder()
        let words = (0..<200).map { "w\($0 % 7)" }.joined(separator: " ")
        try folder.write("text.txt", words)
        func study(_ first: String, _ second: String) throws -> (
            PreparedStudy, ScenarioFile.Study
        ) {
            let text = """
                name: words
                data: { dataset: { kind: text, train: \(folder.path)/text.txt, length: 4 } }
                clients: { count: 1 }
                model: { kind: word_lstm, embedding: 2, hidden: 3 }
                compare: { variants: { a: \(first), b: \(second) } }
                """
            let file = try ScenarioFile(text: text, file: "words.yaml", workingFolder: "/tmp")
            let study = try file.studies()[0]
            var supply = DataSupply(try testCache())
            return (try PreparedStudy(study, &supply), study)
        }
        let (same, sameRuns) = try study("{}", "{ client.learning_rate: 2 }")
        #expect(same.vocabularyWarning(sameRuns.runs) == nil)
        let (other, otherRuns) = try study("{}", "{ data.dataset.vocabulary: 5 }")
        #expect(
            other.vocabularyWarning(otherRuns.runs).map { "\($0)" }?.contains(
                "warning: data.dataset: expected one vocabulary for all runs of a study, found"
                    + " 8 symbols of a and 5 symbols of b, which differ") ?? false)
        let mixed = #expect(throws: SettingsError.self) {
            try study("{}", "{ evaluation.metric: accuracy }")
        }
        #expect(
            mixed.map { "\($0)" }?.contains(
                "expected one metric for all variants of a study, found perplexity of a and"
                    + " accuracy of b; set evaluation.metric") ?? false)
    }

    @Test func `a target that the data can't have is refused where it stands`() throws {
        #expect(
            try problem(scenario(evaluation: "target_rmse: 2"))
                == "small.yaml:12:28: error: evaluation.target_rmse: expected numbers to predict, found"
                + " the classes of gaussian_clusters; use evaluation.target_accuracy")
        #expect(try problem(scenario(evaluation: "target_accuracy: 0.5")) == "prepared")
    }

    @Test func `a target that is never waited for is refused`() throws {
        #expect(
            try problem(scenario(evaluation: "target_accuracy: 0.5, every: 0"))
                == "small.yaml:12:32: error: evaluation.target_accuracy: expected evaluations on test"
                + " samples, found none (evaluation.every is 0); set it to 1")
    }

    @Test func `what this machine can't hold is refused where it stands`() throws {
        let wide = try problem(scenario(model: "{ kind: mlp, hidden: [1000000, 1000000] }"))
        #expect(wide.hasPrefix("small.yaml:8:8: error: model: expected at most "), "\(wide)")
        #expect(wide.contains(", found about 40000 GB for 1000012000004 parameters; "), "\(wide)")
        // Few parameters, but two million activations a sample, and as many gradients.
        let deep = try problem(
            """
            data: { dataset: { kind: gaussian_clusters, samples: 100000, features: 2 } }
            clients: { count: 1 }
            model: { kind: mlp, hidden: [1000000] }
            training: { batch_size: 200000 }

            """)
        #expect(
            deep.contains(", found about 1601 GB for the activations of a batch of 100000; "),
            "\(deep)")
    }

    @Test func `the partition is the same with and without held-out samples`() throws {
        let one = try prepare(scenario())
        let other = try prepare(scenario(holdout: "validation_fraction: 0.5"))
        #expect(one.partitionKey == other.partitionKey)
        #expect(parts(one.partition) == parts(other.partition))
        #expect(parts(one.holdout.training) == parts(one.partition))
        #expect(other.holdout.training.totalSize < one.partition.totalSize)
        // Of the data's seed, not of the run's.
        let text = scenario(holdout: "validation_fraction: 0.5")
        let seeded = try prepare(text.replacing("seed: 7", with: "seed: 8"))
        #expect(parts(seeded.holdout.training) == parts(other.holdout.training))
        #expect(parts(seeded.holdout.validation) == parts(other.holdout.validation))
    }

    /// The samples of each client.
    private func parts(_ population: any Population) -> [[Int32]] {
        (0..<population.count).map { population.samples(of: $0) }
    }

    private func keys(seed: Int, dataSeed: Int?) throws -> PreparedRun {
        try prepare(
            scenario().replacing("seed: 7", with: "seed: \(seed)")
                .replacing("  seed: 5\n", with: dataSeed.map { "  seed: \($0)\n" } ?? ""))
    }

    @Test func `two seeds with one data seed share data and partition`() throws {
        let one = try keys(seed: 1, dataSeed: 5)
        let other = try keys(seed: 2, dataSeed: 5)
        #expect(one.partitionKey == other.partitionKey && one.dataKey == other.dataKey)
        #expect(parts(one.partition) == parts(other.partition))
        #expect(one.scenario.seed != other.scenario.seed)
    }

    @Test(
        arguments: [
            "kind: iid", "kind: dirichlet, procedure: per_client, min_samples: 3",
            "kind: dirichlet, procedure: with_replacement", "kind: shards",
            "kind: dirichlet, procedure: per_class_normalized, min_samples: 3",
            "kind: classes_per_client", "kind: percentage",
            "kind: quantity, min_samples: 1, alpha: 2",
            "kind: lognormal", "kind: continuous", "kind: feature_bins, min_samples: 1",
        ])
    func `no skew follows the seed of training`(skew: String) throws {
        func run(_ seed: Int, _ dataSeed: Int) throws -> PreparedRun {
            try prepare(
                scenario().replacing("kind: dirichlet, alpha: 0.5, min_samples: 3", with: skew)
                    .replacing("seed: 7", with: "seed: \(seed)")
                    .replacing("  seed: 5\n", with: "  seed: \(dataSeed)\n"))
        }
        let one = try run(1, 5)
        #expect(parts(one.partition) == parts(try run(2, 5).partition))
        #expect(parts(one.partition) != parts(try run(1, 6).partition))
    }

    @Test func `another data seed gives other data and another partition`() throws {
        let one = try keys(seed: 1, dataSeed: 5)
        let other = try keys(seed: 1, dataSeed: 6)
        #expect(one.partitionKey != other.partitionKey && one.dataKey != other.dataKey)
        #expect(parts(one.partition) != parts(other.partition))
    }

    @Test func `without a data seed it follows from the run's seed`() throws {
        let keys = try [1, 2, 1].map { try self.keys(seed: $0, dataSeed: nil).partitionKey }
        #expect(keys[0] != keys[1] && keys[0] == keys[2])
    }

    @Test(arguments: ["min_samples: 4", "alpha: 0.6", "count: 11", "kind: iid"])
    func `whatever the partition depends on changes its key`(change: String) throws {
        let key = try prepare(scenario()).partitionKey
        let old = [
            "min_samples: 3", "alpha: 0.5", "count: 12",
            "kind: dirichlet, alpha: 0.5, min_samples: 3",
        ]
        let name = change.prefix { $0 != ":" }
        let before = try #require(old.first { $0.hasPrefix(name) })
        #expect(try prepare(scenario().replacing(before, with: change)).partitionKey != key)
    }

    @Test func `the resolved scenario prepares the same run`() throws {
        let one = try prepare(scenario())
        let other = try prepare(one.resolved)
        #expect(one.resolved == other.resolved)
        #expect(one.partitionKey == other.partitionKey)
        #expect(try runInMemory(other).difference(from: try runInMemory(one)) == nil)
    }

    @Test func `runs that share data are those that were prepared alone`() throws {
        var supply = DataSupply(try testCache())
        let held = "validation_fraction: 0.2"
        for text in [
            scenario(), scenario(server: "constant"), scenario(holdout: held),
            scenario().replacing("alpha: 0.5", with: "alpha: 5"),
            scenario().replacing("  seed: 5", with: "  seed: 6"),
            scenario().replacing("samples: 240", with: "samples: 360"),
            scenario().replacing("count: 12", with: "count: 10"), scenario(),
        ] {
            let file = try ScenarioFile(text: text, file: "small.yaml", workingFolder: "/tmp")
            let shared = try PreparedRun(try file.baseRun(), &supply)
            let alone = try prepare(text)
            #expect(shared.dataKey == alone.dataKey && shared.partitionKey == alone.partitionKey)
            #expect(parts(shared.partition) == parts(alone.partition))
            #expect(parts(shared.holdout.training) == parts(alone.holdout.training))
            #expect(parts(shared.holdout.validation) == parts(alone.holdout.validation))
            #expect(shared.dataset.count(of: .train) == alone.dataset.count(of: .train))
        }
    }
}
