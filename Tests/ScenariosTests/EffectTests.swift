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

    private static let every =
        "compare sets client.learning_rate, or what it belongs to, itself, so"
        + " this value has no effect; change it there"

    @Test(arguments: [
        ("client.learning_rate", "0.7", "every variant of \(every)"),
        ("client", "{ learning_rate: 0.7 }", "every variant of \(every)"),
        ("client.learning_rate", "0.1", ""), ("training.batch_size", "3", ""),
        ("training.rounds", "7", ""), ("name", "x", ""),
        (
            "training.rounds", "3",
            "variant b of compare sets training.rounds, or what it belongs to, itself; this value has"
                + " an effect on the other variants only"
        ),
        ("client.scheduler", "rtho", "variant b of compare sets client.scheduler, or what"),
        ("client.scheduler", "fedhyper_cl", ""),
        (
            "seed", "9",
            "the list of seeds of compare sets seed, in place of this value; use --seed"
        ),
    ])
    func `of the command line are told where a variant or a seed sets them`(
        path: String, value: String, message: String
    ) throws {
        let found = try warnings(variants, [(path, value)]).filter { $0.contains("command line") }
        if message.isEmpty {
            #expect(found == [])
        } else {
            #expect(found.count == 1)
            let start = "command line --set \(path): warning: "
            #expect(found.first?.hasPrefix(start) == true, "\(found)")
            #expect(found.first?.contains(message) == true, "\(found)")
        }
    }

    @Test func `of the command line are told where the command line sets them again`() throws {
        let text = "data: { dataset: digits }"
        let twice = [("training.rounds", "3"), ("training", "{ rounds: 4 }"), ("name", "x")]
        let again =
            "command line --set training.rounds: warning: the command line sets training.rounds again"
            + " later, so this value, 3, has no effect; leave one of them out"
        #expect(try warnings(text, twice) == [again])
        #expect(try file(text, twice).baseRun().warnings.map(\.description) == [again])
        #expect(
            try warnings(variants, [("compare.seeds", "[3]"), ("compare.seeds", "[4]")]) == [
                "command line --set compare.seeds: warning: the command line sets compare.seeds again"
                    + " later, so this value has no effect; leave one of them out"
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
        let itself = "itself, so this value has no effect; leave it out"
        #expect(
            try warnings(text) == [
                "demo.yaml:4:32: warning: every run of compare sets client.learning_rate \(itself)",
                "demo.yaml:4:63: warning: every run of compare sets seed \(itself)",
                "demo.yaml:5:11: warning: every variant of compare sets client.weight_decay itself, so"
                    + " the values that seeds draw have no effect; leave it out of the variants or of"
                    + " draw",
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
                "demo.yaml:3:3: warning: each study has seeds of its own, so this has no effect; leave it"
                    + " out"
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
                "demo.yaml:4:25: warning: 'a' and 'b' have the same settings, so their runs are equal;"
                    + " leave one of them out"
            ])
        let grid = "compare: { grid: { model: [mlp, lenet], model.kind: [cnn] } }"
        #expect(
            try warnings("data: { dataset: digits }\n" + grid) == [
                "demo.yaml:2:54: warning: 'base, model mlp, model.kind cnn' and 'base, model lenet,"
                    + " model.kind cnn' have the same settings, so their runs are equal; leave one of"
                    + " them out"
            ])
    }

    @Test(arguments: [
        (
            "{ client.learning_rate: 1, client: { learning_rate: 2 } }",
            "variant v sets client.learning_rate here and again below, to another value; leave one of"
                + " them out"
        ),
        (
            "{ server.scheduler.form: paper, server.scheduler: fedhyper_g }",
            "variant v sets server.scheduler.form here and again below, to another value; leave one of"
                + " them out"
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
                == "demo.yaml:1:19: error: seeds is a list of one seed or more; this is empty")
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
        #expect(found.count == 1 && found[0].hasPrefix("\(key) has no effect"), "\(found)")
        // What another run uses is no news; what `run` leaves to variants is none either.
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
