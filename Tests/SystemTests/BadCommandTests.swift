import TestSupport
import Testing

extension `The program` {
    @Suite struct `A bad command line is refused` {
        private static let refusal = `A bad scenario is refused`.self

        private static func folder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            return folder
        }

        @Test func `a scenario file that is not there`() throws {
            let folder = try Self.folder()
            for command in ["run", "compare", "validate"] {
                try Self.refusal.expectRefusal(
                    [command, "none.yaml"], in: folder,
                    "error: none.yaml: expected a scenario file, found no such file; check the path"
                )
            }
        }

        @Test(arguments: ["foo", "=3", ""])
        func `a change without a key or a value`(change: String) throws {
            try Self.refusal.expectRefusal(
                ["run", "small.yaml", "--set", change], in: try Self.folder(),
                "error: --set: expected key.path=value such as client.learning_rate=0.1, found"
                    + " '\(change)'")
        }

        @Test(arguments: [
            (
                "client.lerning_rate=1",
                "client.lerning_rate: error: client: expected a key of client, found 'lerning_rate';"
                    + " did you mean 'learning_rate'?"
            ),
            (
                "trainig.rounds=1",
                "trainig.rounds: error: expected a known key, found 'trainig'; did you mean"
                    + " 'training'?"
            ),
            (
                "training.rounds=0",
                "training.rounds: error: training.rounds: expected a whole number between 1 and"
                    + " 1000000, found 0"
            ),
        ])
        func `a change of a key that is not there, or to what it can't be`(
            change: String, message: String
        ) throws {
            try Self.refusal.expectRefusal(
                ["run", "small.yaml", "--set", change], in: try Self.folder(),
                "command line --set \(message)")
        }

        @Test(arguments: [
            ("0", "found 0"), ("10001", "found 10001"), ("many", "found 'many'"),
            ("2.0", "found 2.0; write 2"),
        ])
        func `an impossible number of processes`(processes: String, message: String) throws {
            try Self.refusal.expectRefusal(
                ["run", "small.yaml", "--processes", processes], in: try Self.folder(),
                "command line --processes: error: clients.processes: expected auto,"
                    + " per_client, per_core or a whole number between 1 and 10000, \(message)")
        }

        @Test(arguments: [
            (["rum"], "Error: Unexpected argument 'rum'"),
            (["run"], "Error: Missing expected argument '<scenarios> ...'"),
            (
                ["run", "small.yaml", "--sede", "3"],
                "Error: Unknown option '--sede'. Did you mean '--seed'?"
            ),
            (["coordinator", "small.yaml"], "Error: Missing expected argument '--bind <bind>'"),
            (
                ["client", "--connect", "here"],
                "Error: --connect: expected ipc://PATH or tcp://HOST:PORT, found 'here'"
            ),
            (
                ["client", "--connect", "ipc:///x", "--patience", "0"],
                "Error: --patience: expected a number of seconds greater than 0, found 0.0"
            ),
        ])
        func `unknown commands and options`(words: [String], message: String) throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(words, in: folder, watchesChildren: true)
            #expect(ending.exitCode == 2)
            #expect(ending.errors.split(separator: "\n").first.map(String.init) == message)
            #expect(ending.errors.contains("--help' for more information."))
            #expect(ending.output == "")
            #expect(ending.children == [])
            #expect(folder.names() == ["small.yaml"])
        }

        @Test(arguments: [
            "tcp://127.0.0.1:99999", "tcp://127.0.0.1:22x", "tcp://127.0.0.1:0", "tcp://127.0.0.1",
            "ipc://", "inproc://here", "tcp://::1:5555",
        ])
        func `texts that are no endpoints`(endpoint: String) throws {
            try Self.refusal.expectRefusal(
                ["coordinator", "small.yaml", "--bind", endpoint], in: try Self.folder(),
                "error: --bind: expected ipc://PATH or tcp://HOST:PORT with a PORT from 1 to 65535"
                    + " or '*', found '\(endpoint)'; IPv6 addresses have brackets, as in"
                    + " tcp://[::1]:5555")
        }

        @Test func `a model that no machine holds`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--set", "model.hidden=[1000000, 1000000]"], in: folder,
                watchesChildren: true)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.hasPrefix("small.yaml:7:8: error: model: expected at most "),
                "\(ending.errors)")
            #expect(
                ending.errors.hasSuffix(
                    ", found about 40001 GB for 1000032000010 parameters; use a smaller model\n"))
            #expect(ending.children == [])
            #expect(folder.names() == ["small.yaml"])
        }

        @Test(arguments: ["x", "-1", "1e3", "1.5", "[1, 2]", "18446744073709551616"])
        func `a seed that is none`(seed: String) throws {
            for command in ["run", "compare", "validate"] {
                try Self.refusal.expectRefusal(
                    [command, "small.yaml", "--seed=\(seed)"], in: try Self.folder(),
                    "error: --seed: expected a whole number between 0 and 18446744073709551615, found"
                        + " '\(seed)'")
            }
        }

        @Test func `a change to nothing`() throws {
            try Self.refusal.expectRefusal(
                ["run", "small.yaml", "--set", "client.learning_rate="], in: try Self.folder(),
                "command line --set client.learning_rate: error: client.learning_rate: expected a value,"
                    + " found none; write null to take the key away")
        }

        @Test(arguments: [
            ("file", "file: expected a folder, found a file"),
            ("file/inside", "file/inside: Not a directory, errno 20"),
            // Nobody can make a folder there, not even root.
            (
                "/proc/nope",
                "/proc/nope: No such file or directory, errno 2"
            ),
        ])
        func `an output folder that can't be`(output: String, reason: String) throws {
            let folder = try Self.folder()
            try folder.write("file", "")
            for command in ["run", "compare"] {
                let ending = try HyperfedProgram.run(
                    [command, "small.yaml", "--quiet", "--output", output], in: folder,
                    watchesChildren: true)
                #expect(ending.exitCode == 2)
                #expect(
                    ending.errors.hasPrefix(
                        "error: \(output): expected a folder that can be made, found an error; choose"
                            + " another --output ("),
                    "\(ending.errors)")
                if command == "run" { #expect(ending.errors.hasSuffix("(\(reason))\n")) }
                #expect(ending.output == "")
                #expect(ending.children == [])
            }
            #expect(folder.names() == ["file", "small.yaml"])
        }

        @Test func `an output folder that holds a run, unless it is to be replaced`() throws {
            let folder = try Self.folder()
            let words = ["run", "small.yaml", "--output", "result"]
            #expect(try HyperfedProgram.run(words, in: folder).exitCode == 0)
            let before = folder.text("result/run.json")
            try Self.refusal.expectRefusal(
                words, in: folder,
                "error: result: expected a folder without a run, found a run; choose another"
                    + " --output or add --overwrite")
            #expect(folder.text("result/run.json") == before)
            let again = try HyperfedProgram.run(words + ["--overwrite"], in: folder)
            #expect(again.exitCode == 0)
            #expect(again.output.contains("8 rounds in "))
        }
    }
}
