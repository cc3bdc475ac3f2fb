import TestSupport
import Testing

extension `The program` {
    /// Promise 5: bad input is refused before the first process starts, in one clear message.
    @Suite struct `A bad scenario is refused` {
        /// Runs a command with the scenario in bad.yaml, and expects the message and nothing else.
        static func expectRefusal(
            _ words: [String], in folder: TemporaryFolder, _ message: String
        ) throws {
            let before = folder.names()
            let ending = try HyperfedProgram.run(words, in: folder, watchesChildren: true)
            #expect(ending.exitCode == 2)
            #expect(ending.errors == message + "\n")
            #expect(ending.output == "")
            #expect(ending.children == [], "client processes were started")
            #expect(folder.names() == before, "something was written")
        }

        static func expectRefusal(of scenario: String, _ message: String) throws {
            let folder = try TemporaryFolder()
            try folder.write("bad.yaml", scenario)
            try expectRefusal(["run", "bad.yaml"], in: folder, message)
        }

        @Test(arguments: [
            (
                "data: {\n  dataset: iid\n",
                "3:1: error: expected valid YAML, found an error (did not find expected ',' or '}',"
                    + " while parsing a flow mapping)"
            ),
            (
                "data:\n\tdataset: iid\n",
                "2:1: error: expected valid YAML, found an error; indent with spaces, not tabs (found"
                    + " character that cannot start any token, while scanning for the next token)"
            ),
            (
                "name: \"open\n",
                "2:1: error: expected valid YAML, found an error (found unexpected end of stream,"
                    + " while scanning a quoted scalar)"
            ),
            (
                "seed: 1\nseed: 2\n",
                "1:1: error: expected each key once in a mapping, found 'seed' more than once; leave"
                    + " one out"
            ),
            (
                "client: *gone\n",
                "1:9: error: expected values without anchors, aliases and tags, found an alias (*name);"
                    + " write the value out"
            ),
            ("- a\n- b\n", "1:1: error: expected a mapping of keys, found a list"),
            ("words\n", "1:1: error: expected a mapping of keys, found 'words'"),
        ])
        func `malformed YAML`(scenario: String, message: String) throws {
            try Self.expectRefusal(of: scenario, "bad.yaml:\(message)")
        }

        @Test(arguments: [
            (
                "trainig: { rounds: 3 }",
                "1:1: error: expected a known key, found 'trainig'; did you mean 'training'?"
            ),
            (
                "client:\n  lerning_rate: 0.1\n  sheduler: constant",
                "2:3: error: client: expected a key of client, found 'lerning_rate'; did you mean"
                    + " 'learning_rate'?\nbad.yaml:3:3: error: client: expected a key of client, found"
                    + " 'sheduler'; did you mean 'scheduler'?"
            ),
            (
                "client: { scheduler: { kind: fedhyper_cl, cary: true } }",
                "1:43: error: client.scheduler: expected a key of fedhyper_cl, found 'cary'; did you"
                    + " mean 'carry'?"
            ),
        ])
        func `unknown keys, with the nearest right ones`(scenario: String, message: String) throws {
            try Self.expectRefusal(of: scenario, "bad.yaml:\(message)")
        }

        @Test(arguments: [
            (
                "training: { rounds: many }",
                "1:21: error: training.rounds: expected a whole number such as 50, found 'many'"
            ),
            (
                "training: { batch_size: 1.5 }",
                "1:25: error: training.batch_size: expected a whole number such as 32, found 1.5"
            ),
            (
                "clients: [1, 2]",
                "1:10: error: clients: expected a mapping with keys of its own, found a list"
            ),
            (
                "server: { learning_rate: '1' }",
                "1:26: error: server.learning_rate: expected a number such as 1.0, found the text '1';"
                    + " write it without quotes"
            ),
        ])
        func `wrong types`(scenario: String, message: String) throws {
            try Self.expectRefusal(of: scenario, "bad.yaml:\(message)")
        }

        @Test(arguments: ["0", "-1"])
        func `an impossible alpha`(alpha: String) throws {
            try Self.expectRefusal(
                of: "data:\n  skew: { kind: dirichlet, alpha: \(alpha) }",
                "bad.yaml:2:35: error: data.skew.alpha: expected a number between 1e-06 and 1000000000, found"
                    + " \(alpha)"
            )
        }

        @Test(arguments: ["client", "server"], ["0", "-1"])
        func `an impossible rate`(side: String, rate: String) throws {
            try Self.expectRefusal(
                of: "\(side): { learning_rate: \(rate) }",
                "bad.yaml:1:26: error: \(side).learning_rate: expected a number greater than 0, found"
                    + " \(rate)")
        }

        @Test func `a cohort larger than the federation`() throws {
            try Self.expectRefusal(
                of: "clients: { count: 5, per_round: 6 }",
                "bad.yaml:1:33: error: clients.per_round: expected at most 5 (clients.count), found 6;"
                    + " lower per_round or raise count")
        }

        @Test func `more clients than samples`() throws {
            try Self.expectRefusal(
                of: "data: { dataset: { samples: 100 } }\nclients:\n  count: 101",
                "bad.yaml:3:10: error: expected at most 100 clients, as samples,"
                    + " found 101; use fewer clients, or a skew with procedure: with_replacement"
                    + " (iid, dirichlet, quantity, classes_per_client)")
        }

        @Test(arguments: [
            (
                "server: { scheduler: fedhyper }",
                "1:22: error: server.scheduler: expected one of ",
                "found 'fedhyper'; did you mean 'fedhyper_g'?"
            ),
            (
                "client: { scheduler: { kind: nonsense } }",
                "1:30: error: client.scheduler: expected one of ", "found 'nonsense'"
            ),
            (
                "data: { dataset: fashon_mnist }",
                "1:18: error: data.dataset: expected one of ",
                "found 'fashon_mnist'; did you mean 'fashion_mnist'?"
            ),
        ])
        func `unknown kinds`(scenario: String, start: String, end: String) throws {
            let folder = try TemporaryFolder()
            try folder.write("bad.yaml", scenario)
            let ending = try HyperfedProgram.run(["run", "bad.yaml"], in: folder)
            #expect(ending.exitCode == 2)
            // The list of kinds grows.
            #expect(ending.errors.hasPrefix("bad.yaml:\(start)"), "\(ending.errors)")
            #expect(ending.errors.hasSuffix(", \(end)\n"), "\(ending.errors)")
            #expect(ending.errors.count { $0 == "\n" } == 1)
            #expect(folder.names() == ["bad.yaml"])
        }

        @Test func `a variant of a comparison, at its own line`() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "bad.yaml",
                """
                data: { dataset: digits }
                compare:
                  seeds: [1, 2]
                  variants:
                    good: {}
                    bad: { client.learning_rate: -1 }
                """)
            for command in ["compare", "validate"] {
                try Self.expectRefusal(
                    [command, "bad.yaml"], in: folder,
                    "bad.yaml:6:34: error: client.learning_rate: expected a number greater than 0,"
                        + " found -1")
            }
        }
    }
}
