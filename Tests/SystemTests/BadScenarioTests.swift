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
                "3:1: error: could not be read as YAML: did not find expected ',' or '}', while"
                    + " parsing a flow mapping"
            ),
            (
                "data:\n\tdataset: iid\n",
                "2:1: error: could not be read as YAML: found character that cannot start any"
                    + " token, while scanning for the next token; indent with spaces, not tabs"
            ),
            (
                "name: \"open\n",
                "2:1: error: could not be read as YAML: found unexpected end of stream, while"
                    + " scanning a quoted scalar"
            ),
            (
                "seed: 1\nseed: 2\n",
                "1:1: error: key 'seed' is written more than once in this mapping"
            ),
            (
                "client: *gone\n",
                "1:9: error: aliases (*name) are not read here; write the value out"
            ),
            ("- a\n- b\n", "1:1: error: a settings file is a mapping of keys; this is a list"),
            ("words\n", "1:1: error: a settings file is a mapping of keys; this is 'words'"),
        ])
        func `malformed YAML`(scenario: String, message: String) throws {
            try Self.expectRefusal(of: scenario, "bad.yaml:\(message)")
        }

        @Test(arguments: [
            (
                "trainig: { rounds: 3 }",
                "1:1: error: unknown key 'trainig'; did you mean 'training'?"
            ),
            (
                "client:\n  lerning_rate: 0.1\n  sheduler: constant",
                "2:3: error: unknown key 'lerning_rate'; did you mean 'learning_rate'?\n"
                    + "bad.yaml:3:3: error: unknown key 'sheduler'; did you mean 'scheduler'?"
            ),
            (
                "client: { scheduler: { kind: fedhyper_cl, cary: true } }",
                "1:43: error: unknown key 'cary'; did you mean 'carry'?"
            ),
        ])
        func `unknown keys, with the nearest right ones`(scenario: String, message: String) throws {
            try Self.expectRefusal(of: scenario, "bad.yaml:\(message)")
        }

        @Test(arguments: [
            (
                "training: { rounds: many }",
                "1:21: error: rounds is a whole number, such as 50; this is 'many'"
            ),
            (
                "training: { batch_size: 1.5 }",
                "1:25: error: batch_size is a whole number, such as 32; this is 1.5"
            ),
            (
                "clients: [1, 2]",
                "1:10: error: clients is a mapping with keys of its own; this is a list"
            ),
            (
                "server: { learning_rate: '1' }",
                "1:26: error: learning_rate is a number, such as 1.0; this is the text '1'; write it"
                    + " without quotes"
            ),
        ])
        func `wrong types`(scenario: String, message: String) throws {
            try Self.expectRefusal(of: scenario, "bad.yaml:\(message)")
        }

        @Test(arguments: ["0", "-1"])
        func `an impossible alpha`(alpha: String) throws {
            try Self.expectRefusal(
                of: "data:\n  skew: { kind: dirichlet, alpha: \(alpha) }",
                "bad.yaml:2:35: error: alpha must be between 1e-06 and 1000000000; this is \(alpha)"
            )
        }

        @Test(arguments: ["client", "server"], ["0", "-1"])
        func `an impossible rate`(side: String, rate: String) throws {
            try Self.expectRefusal(
                of: "\(side): { learning_rate: \(rate) }",
                "bad.yaml:1:26: error: learning_rate must be greater than 0; this is \(rate)")
        }

        @Test func `a cohort larger than the federation`() throws {
            try Self.expectRefusal(
                of: "clients: { count: 5, per_round: 6 }",
                "bad.yaml:1:33: error: per_round must be at most count (5); this is 6")
        }

        @Test func `more clients than samples`() throws {
            try Self.expectRefusal(
                of: "data: { dataset: { samples: 100 } }\nclients:\n  count: 101",
                "bad.yaml:3:10: error: expected at most 100 clients, as samples,"
                    + " found 101; use fewer clients")
        }

        @Test(arguments: [
            (
                "server: { scheduler: fedhyper }",
                "1:22: error: unknown kind 'fedhyper' for server.scheduler; did you mean"
                    + " 'fedhyper_g'? known: "
            ),
            (
                "client: { scheduler: { kind: nonsense } }",
                "1:30: error: unknown kind 'nonsense' for client.scheduler; known: "
            ),
            (
                "data: { dataset: fashon_mnist }",
                "1:18: error: unknown kind 'fashon_mnist' for data.dataset; did you mean"
                    + " 'fashion_mnist'? known: "
            ),
        ])
        func `unknown kinds`(scenario: String, message: String) throws {
            let folder = try TemporaryFolder()
            try folder.write("bad.yaml", scenario)
            let ending = try HyperfedProgram.run(["run", "bad.yaml"], in: folder)
            #expect(ending.exitCode == 2)
            // The list of kinds grows.
            #expect(ending.errors.hasPrefix("bad.yaml:\(message)"), "\(ending.errors)")
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
                    "bad.yaml:6:34: error: learning_rate must be greater than 0; this is -1")
            }
        }
    }
}
