import TestSupport
import Testing

extension `The program` {
    @Suite struct `What was probably meant is suggested` {
        private static func firstLines(_ words: [String], _ count: Int = 2) throws -> [String] {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let ending = try HyperfedProgram.run(words, in: folder)
            #expect(ending.exitCode == 2 && ending.output == "")
            return ending.errors.split(separator: "\n").prefix(count).map(String.init)
        }

        @Test(arguments: [
            ("rnu", "run"), ("validte", "validate"), ("comapre", "compare"), ("ls", "list"),
            ("RUN", "run"), ("train", "run"), ("small.yaml", "run small.yaml"),
        ])
        func `for a command`(word: String, meant: String) throws {
            #expect(
                try Self.firstLines([word])
                    == [
                        "Error: Unexpected argument '\(word)'", "Did you mean 'hyperfed \(meant)'?",
                    ])
        }

        @Test func `for a command that is like none, all are named`() throws {
            #expect(
                try Self.firstLines(["xyzzy"])[1]
                    == "The commands are run, compare, resume, runs, report, figures, watch, validate,"
                    + " data, partition, list, coordinator, client, keys, bench, hypergradient, help."
            )
        }

        @Test(
            arguments: [
                ("--sede", "Error: Unknown option '--sede'. Did you mean '--seed'?", nil),
                (
                    "--lr", "Error: Unknown option '--lr'",
                    "Did you mean '--set client.learning_rate=VALUE' or"
                        + " '--set server.learning_rate=VALUE'?"
                ),
                (
                    "--epochs", "Error: Unknown option '--epochs'",
                    "Did you mean '--set training.local_epochs=VALUE'?"
                ),
                (
                    "--batch-size", "Error: Unknown option '--batch-size'",
                    "Did you mean '--set training.batch_size=VALUE'?"
                ),
            ] as [(String, String, String?)])
        func `for an option`(option: String, error: String, advice: String?) throws {
            let lines = try Self.firstLines(["run", "small.yaml", option, "3"])
            #expect(lines[0] == error)
            #expect(advice == nil ? lines[1].hasPrefix("Usage: ") : lines[1] == advice)
        }

        @Test(arguments: [
            ("scafold", "did you mean 'scaffold'?"), ("SCAFFOLD", "did you mean 'scaffold'?"),
            ("FedHyper-CL", "did you mean 'fedhyper_cl'?"), ("key", "did you mean 'keys'?"),
            ("Models", "did you mean 'models'?"), ("fedavgm", "did you mean 'momentum'?"),
        ])
        func `for a kind`(word: String, advice: String) throws {
            #expect(
                try Self.firstLines(["list", word]) == [
                    "error: list: expected a kind or a group of kinds, found '\(word)'; \(advice)"
                ])
        }

        @Test func `for a file of training samples`() throws {
            let lines = try Self.firstLines(
                ["validate", "small.yaml", "--set", "data.dataset={ kind: csv, train: t.csv }"], 9)
            let line = lines.first { $0.contains("train") }
            #expect(line?.contains("'file'") == true, "\(lines)")
        }

        @Test func `for what is a key, and for what is nothing`() throws {
            #expect(
                try Self.firstLines(["list", "lr"]) == [
                    "error: list: expected a kind or a group of kinds, found the key"
                        + " 'client.learning_rate' and 'server.learning_rate'; see 'hyperfed list keys'"
                ])
            let nothing = try Self.firstLines(["list", "xyzzy"], 9)
            #expect(nothing.count == 1)
            #expect(
                nothing[0].hasPrefix(
                    "error: list: expected a kind or a group of kinds, found 'xyzzy'; see 'hyperfed"
                        + " list' for all kinds; the groups are models, "))
        }
    }

    @Suite struct `Options without an effect are told` {
        private static func warnings(_ words: [String]) throws -> String {
            let folder = try TemporaryFolder()
            try folder.write(
                "small.yaml",
                `The program`.scenario + """

                    compare:
                      seeds: [1]
                      variants:
                        a: { client.learning_rate: 0.1 }
                        b: { client.learning_rate: 0.1, training.batch_size: 8 }
                    """)
            let ending = try HyperfedProgram.run(words, in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            return ending.errors
        }

        @Test(arguments: ["compare", "validate"])
        func `a value that wins over those of the variants`(command: String) throws {
            let words = command == "compare" ? ["--quiet", "--rounds", "1"] : []
            #expect(
                try Self.warnings(
                    [command, "small.yaml", "--set", "client.learning_rate=0.7"] + words)
                    == "command line --set client.learning_rate: warning: client.learning_rate: expected"
                    + " a key that no variant sets, found client.learning_rate in variants a and b;"
                    + " the command line wins there, too; leave it out to keep the variants' own"
                    + " values\n")
        }

        @Test func `keys of the comparison in a run, processes where there are none`() throws {
            let quiet = ["run", "small.yaml", "--quiet", "--rounds", "1"]
            #expect(
                try Self.warnings(quiet + ["--set", "compare.seeds=[3]"])
                    == "command line --set compare.seeds: warning: compare.seeds: expected the command"
                    + " 'hyperfed compare', found another one; the value has no effect; leave it"
                    + " out\n")
            #expect(try Self.warnings(quiet + ["--set", "compare=null"]) == "")
            #expect(
                try Self.warnings(quiet + ["--processes", "2", "--in-process"])
                    == "command line --processes: warning: clients.processes: expected client processes"
                    + " that this command starts, found none (--in-process needs no client processes);"
                    + " the value has no effect; leave --processes out\n")
        }

        @Test func `validate says what run says`() throws {
            let change = ["--set", "server.scheduler={ kind: fedhyper_g, form: paper }"]
            let rate = ["--set", "server.learning_rate=9"]
            let words = ["small.yaml"] + change + rate
            let run = try Self.warnings(["run", "--quiet", "--rounds", "1"] + words)
            #expect(run.contains("expected server.learning_rate between the bounds"))
            let validate = try Self.warnings(["validate"] + words)
            for line in run.split(separator: "\n") where line.contains("command line") {
                #expect(validate.contains(line))
            }
        }
    }
}
