import Scenarios
import Settings
import Testing

@Suite struct `Settings without an effect` {
    private func warnings(_ text: String, _ overrides: [(path: String, value: String)] = [])
        throws -> [String]
    {
        var found: [String] = []
        for run in try file(text, overrides).comparison() {
            for warning in run.warnings.map(\.description) where !found.contains(warning) {
                found.append(warning)
            }
        }
        return found
    }

    private let variants = """
        data: { dataset: digits }
        compare:
          seeds: [1, 2]
          variants:
            a: { client.learning_rate: 0.1 }
            b: { client: { learning_rate: 0.1, scheduler: fedhyper_cl }, training.rounds: 7 }
        """

    private static let wins =
        "; the command line wins there, too; leave it out to keep the variants' own values"

    @Test(arguments: [
        (
            "client.learning_rate", "0.7",
            "warning: client.learning_rate: expected a key that no variant sets, found"
                + " client.learning_rate in variants a and b\(wins)"
        ),
        (
            "client", "{ learning_rate: 0.7 }",
            "warning: client.learning_rate: expected a key that no variant sets, found"
                + " client.learning_rate in variants a and b\(wins)"
        ),
        ("client.learning_rate", "0.1", ""), ("training.batch_size", "3", ""),
        ("training.rounds", "7", ""), ("name", "x", ""),
        (
            "training.rounds", "3",
            "warning: training.rounds: expected a key that no variant sets, found training.rounds in"
                + " variant b\(wins)"
        ),
        (
            "client.scheduler", "rtho",
            "warning: client.scheduler: expected a key that no variant sets, found client.scheduler in"
                + " variant b\(wins)"
        ),
        ("client.scheduler", "fedhyper_cl", ""),
        (
            "seed", "9",
            "error: seed: expected a key that compare.seeds does not give, found the seed of each run;"
                + " use --seed 9"
        ),
    ])
    func `of the variants are lost to the command line, which is said once`(
        path: String, value: String, message: String
    ) throws {
        if message.hasPrefix("error") {
            #expect(mistakes(variants, [(path, value)]) == "command line --set \(path): \(message)")
            return
        }
        let found = try warnings(variants, [(path, value)]).filter { $0.contains("command line") }
        #expect(found == (message.isEmpty ? [] : ["command line --set \(path): \(message)"]))
        let runs = try file(variants, [(path, value)]).comparison()
        #expect(
            runs.allSatisfy {
                path == "client"
                    ? $0.value(of: "client.learning_rate") == "0.7" : $0.value(of: path) == value
            }, "the command line wins in every run")
    }

    @Test(arguments: [
        ("client.learning_rate", "3", "variants a and b"),
        ("client", "{ learning_rate: 3 }", "variants a and b"),
    ])
    func `of the command line that make all variants equal are refused`(
        path: String, value: String, names: String
    ) {
        let text = """
            data: { dataset: digits }
            compare:
              seeds: [1, 2]
              variants: { a: { client.learning_rate: 1 }, b: { client.learning_rate: 2 } }
            """
        #expect(
            mistakes(text, [(path, value)])
                == "command line --set \(path): error: client.learning_rate: expected a key that leaves"
                + " the variants different, found the one in which \(names) differ; change the"
                + " variants in the file, or leave this key out")
        #expect(mistakes(text, [("training.rounds", "3")]) == "")
    }

    @Test func `of a component count where the variant's kind has the key`() throws {
        let text = """
            data: { dataset: digits }
            client: { scheduler: fedhyper_cl }
            compare:
              seeds: [1, 2]
              variants: { a: { client.scheduler: constant }, b: {}, c: { client.scheduler: rtho } }
            """
        let key = "client.scheduler.global_weight"
        let runs = try file(text, [(key, "0.25")]).comparison()
        #expect(runs.map { $0.value(of: key) } == [nil, nil, "0.25", "0.25", nil, nil])
        #expect(
            try warnings(text, [(key, "0.25")]).first
                == "command line --set \(key): warning: \(key): expected kinds with this key, found others"
                + " in variants a and c; the value counts for the other runs only")
        // Where no run has it, it is the error that it is without a comparison.
        let none = text.replacing("b: {}", with: "b: { client.scheduler: fedsps }")
        #expect(
            mistakes(none, [("client.scheduler.levels", "[]")]).contains(
                "expected a key of constant"))
    }

    @Test func `of the command line are told where the command line sets them again`() throws {
        let text = "data: { dataset: digits }"
        let twice = [("training.rounds", "3"), ("training", "{ rounds: 4 }"), ("name", "x")]
        let again =
            "command line --set training.rounds: warning: training.rounds: expected one value on the"
            + " command line, found a later one; this value, 3, has no effect; leave one of them out"
        #expect(try warnings(text, twice) == [again])
        #expect(try file(text, twice).baseRun().warnings.map(\.description) == [again])
        #expect(
            try warnings(variants, [("compare.seeds", "[3]"), ("compare.seeds", "[4]")]) == [
                "command line --set compare.seeds: warning: compare.seeds: expected one value on the"
                    + " command line, found a later one; this value has no effect; leave one of them"
                    + " out"
            ])
    }

    @Test func `of set and draw are told where every run sets them itself`() throws {
        let text = """
            data: { dataset: digits }
            compare:
              seeds: [1]
              set: { client.learning_rate: 0.5, training.rounds: 3, seed: 4 }
              draw: { client.weight_decay: { uniform: [0, 1] } }
              variants:
                a: { client.learning_rate: 0.1, client.weight_decay: 0 }
                b: { client.learning_rate: 0.2, client.weight_decay: 0.5, training.rounds: 2 }
            """
        let other = "found another value in each; the value has no effect; leave it out"
        #expect(
            try warnings(text) == [
                "demo.yaml:5:11: warning: compare.draw: expected a variant that uses the drawn"
                    + " client.weight_decay, found another value in each; the drawn values have no"
                    + " effect; remove client.weight_decay from compare.draw or from the variants",
                "demo.yaml:4:32: warning: compare.set: expected a run that uses this"
                    + " client.learning_rate, \(other)",
                "demo.yaml:4:63: warning: compare.set: expected a run that uses this seed, \(other)",
            ])
    }

    @Test func `for all studies are told where each study has its own`() throws {
        let text = """
            data: { dataset: digits }
            compare:
              seeds: [1]
              variants: { a: {}, b: { training.rounds: 2 } }
              studies: { x: { seeds: [2] }, y: { seeds: [3], variants: { c: {} } } }
            """
        #expect(
            try warnings(text) == [
                "demo.yaml:3:3: warning: compare.seeds: expected a study that uses it, found seeds in each"
                    + " study; it has no effect; leave it out"
            ])
        #expect(try warnings(text, [("compare.seeds", "[5]")]) == [])
    }

    @Test func `equal runs under two names are told`() throws {
        let text = """
            data: { dataset: digits }
            compare:
              seeds: [1, 2]
              variants: { a: {}, b: { training.rounds: 50 }, c: { training.rounds: 9 } }
            """
        #expect(
            try warnings(text) == [
                "demo.yaml:4:25: warning: compare: expected runs with different settings, found the same"
                    + " in 'a' and 'b'; their results are equal; leave one of them out"
            ])
        let grid = "compare: { grid: { model: [mlp, lenet], model.kind: [cnn] } }"
        #expect(
            try warnings("data: { dataset: digits }\n" + grid) == [
                "demo.yaml:2:54: warning: compare: expected runs with different settings, found the same"
                    + " in 'base, model mlp, model.kind cnn' and 'base, model lenet, model.kind cnn';"
                    + " their results are equal; leave one of them out"
            ])
    }

    @Test(arguments: [
        (
            "{ client.learning_rate: 1, client: { learning_rate: 2 } }",
            "compare.variants.v: expected client.learning_rate once, found it here and again below"
                + " with another value; leave one of them out"
        ),
        (
            "{ server.scheduler.form: paper, server.scheduler: fedhyper_g }",
            "compare.variants.v: expected server.scheduler.form once, found it here and again below"
                + " with another value; leave one of them out"
        ),
        ("{ server.scheduler: fedhyper_g, server.scheduler.form: paper }", ""),
        ("{ client.learning_rate: 1, client: { learning_rate: 1 } }", ""),
    ])
    func `a variant that sets a key twice is refused`(variant: String, message: String) {
        let found = mistakes("compare: { variants: { v: \(variant) } }")
        #expect(message.isEmpty ? found == "" : found.hasSuffix("error: \(message)"), "\(found)")
    }

    @Test func `a list of no seeds is refused`() {
        #expect(
            mistakes("compare: { seeds: [] }")
                == "demo.yaml:1:19: error: compare.seeds: expected one seed or more, found none")
    }

    private static let unused: [(text: String, key: String)] = [
        ("training: { validation_batch_size: 3 }", "validation_batch_size"),
        ("client: { rate_points: 3 }", "rate_points"), ("data: { holdout: last }", "holdout"),
        (
            "client: { learning_rate: 1, scheduler: { kind: fedsps, largest_rate: 2 } }",
            "learning_rate"
        ),
        ("client: { scheduler: { kind: rtho, kappa_step: 1 } }", "kappa_step"),
        (
            "client: { scheduler: { kind: fedhyper_cl, global_term: false, global_weight: 1 } }",
            "global_weight"
        ),
        (
            "client: { scheduler: { kind: implicit, meta_optimizer: sgd, meta_beta2: 0.9 } }",
            "meta_beta2"
        ),
        ("client: { scheduler: { kind: implicit, lowest_momentum: 0.1 } }", "lowest_momentum"),
    ]

    @Test(arguments: unused)
    func `keys that have no effect beside others are told`(text: String, key: String) throws {
        let found = try file(text).baseRun().warnings.map(\.message)
        #expect(found.count == 1, "\(found)")
        #expect(found[0].contains("\(key)") && found[0].contains("has no effect"), "\(found)")
        // Another run can use the key: a comparison's base run does not warn.
        #expect(try file("\(text)\ncompare: {}").baseRun().warnings.isEmpty)
    }

    @Test(arguments: [
        "training: { validation_batch_size: 3 }\nclient: { scheduler: rtho }",
        "client: { rate_points: 3, scheduler: fedhyper_cl }",
        "data: { holdout: last, client_test_fraction: 0.1 }",
        "data: { holdout: last }\nclient: { scheduler: rtho }",
        "client: { scheduler: { kind: implicit, tune: [momentum], lowest_momentum: 0.1 },"
            + " optimizer: { kind: sgd, momentum: 0.5 } }",
        "data: { validation_fraction: 0.2 }",
    ])
    func `keys that have one are not`(text: String) throws {
        #expect(try file(text).baseRun().warnings.isEmpty)
    }

    @Test func `a key that one run of a comparison uses is not told for the others`() throws {
        let text = """
            data: { dataset: digits }
            training: { validation_batch_size: 3 }
            compare: { variants: { a: {}, b: { client.scheduler: SCHEDULER } } }
            """
        #expect(try warnings(text.replacing("SCHEDULER", with: "rtho")) == [])
        let found = try warnings(text.replacing("SCHEDULER", with: "fedhyper_cl"))
        #expect(found.count == 2 && found.allSatisfy { $0.hasPrefix("demo.yaml:2:36: warning: ") })
    }
}
