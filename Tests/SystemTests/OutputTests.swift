import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// What can't be written is told; what nobody reads is no reason to end a run.
    @Suite struct `Standard output and error` {
        private static let scenario =
            `The program`.scenario + """

                compare: { variants: { a: {}, b: { client.learning_rate: 0.1 } } }
                """

        /// Every command that ends by itself, and whether it has a run's result to keep.
        private static let commands: [[String]] = [
            ["list"], ["list", "keys"], ["list", "columns"], ["list", "mlp"], ["--help"],
            ["--version"], ["help", "run"], ["run", "--help"], ["validate", "small.yaml"],
            ["run", "small.yaml", "--quiet", "--output", "o"],
            ["compare", "small.yaml", "--quiet", "--output", "o"],
            ["hypergradient", "small.yaml", "--output", "o"],
        ]

        /// Runs a command of the shell in which "$0" and "$@" are the program with its words.
        private static func shell(_ command: String, _ words: [String], in folder: TemporaryFolder)
            throws -> HyperfedProgram.Ending
        {
            try folder.write("small.yaml", scenario)
            return try RunningProgram(
                "/bin/bash", ["-c", command, try HyperfedProgram.path()] + words, in: folder
            ).end(within: 60)
        }

        private static func expectResults(_ words: [String], _ folder: TemporaryFolder) {
            switch words.contains("--help") ? "" : words[0] {
            case "run": #expect(folder.text("o/run.json").contains(#""state": "finished""#))
            case "compare":
                #expect(folder.text("o/comparison.csv").count { $0 == "\n" } == 3)
                #expect(folder.text("o/b/seed-7/run.json").contains(#""state": "finished""#))
            case "hypergradient": #expect(folder.has("o/hypergradients.svg"))
            default: break
            }
        }

        @Test(arguments: commands, ["full", "closed"])
        func `a full or closed output is an error, once all is done`(words: [String], kind: String)
            throws
        {
            let folder = try TemporaryFolder()
            let target = kind == "full" ? ">/dev/full" : ">&-"
            let ending = try Self.shell("exec \"$0\" \"$@\" \(target)", words, in: folder)
            #expect(ending.exitCode == 1)
            let reason =
                kind == "full" ? "No space left on device, errno 28" : "Bad file descriptor"
            #expect(
                ending.errors.hasPrefix(
                    "error: standard output: expected hyperfed to write to it, found an error (\(reason)"
                ))
            Self.expectResults(words, folder)
        }

        @Test(arguments: commands)
        func `a reader that has gone ends it without a word`(words: [String]) throws {
            let folder = try TemporaryFolder()
            let ending = try Self.shell(
                "exec 3> >(exec true); wait $!; exec \"$0\" \"$@\" >&3", words, in: folder)
            #expect(ending.exitCode == 128 + SIGPIPE)
            #expect(ending.errors == "")
            Self.expectResults(words, folder)
        }

        @Test(arguments: ["2>/dev/full", "2>&-", "2>&- >out", "<&- 2>&-"])
        func `an error output that can't be written changes nothing`(target: String) throws {
            let folder = try TemporaryFolder()
            let words = ["run", "small.yaml", "--output", "o"]
            let ending = try Self.shell("exec \"$0\" \"$@\" \(target)", words, in: folder)
            #expect(ending.exitCode == 0)
            Self.expectResults(words, folder)
            // No file of the run took the number of a closed stream.
            #expect(folder.text("o/rounds.csv").split(separator: "\n").count == 9)
            #expect((ending.output + folder.text("out")).contains("8 rounds in "))
        }

        @Test func `with all three closed the files are those of any other run`() throws {
            let folder = try TemporaryFolder()
            let words = ["run", "small.yaml", "--output", "o"]
            let ending = try Self.shell("exec \"$0\" \"$@\" <&- >&- 2>&-", words, in: folder)
            #expect(ending.exitCode == 1)
            let other = try `The program`.files(Self.scenario)
            #expect(try RunFiles(folder, "o").difference(from: other) == nil)
        }

        @Test func `a killed run can be told from one that goes on`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--quiet", "--output", "result", "--rounds", "1000000"],
                in: folder)
            try `The program`.waitForRounds(2, folder, run)
            func state() throws -> [String: Any] {
                try #require(
                    try JSONSerialization.jsonObject(
                        with: Data(try folder.bytes("result/run.json")))
                        as? [String: Any])
            }
            /// What a reader does: the same process, started at the same time, on the same boot.
            func isAlive() throws -> Bool {
                let state = try state()
                let pid = try #require(state["pid"] as? Int)
                let boot = try String(
                    contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
                return state["boot_id"] as? String == boot.trimmingCharacters(in: .newlines)
                    && state["start_ticks"] as? Int == ProcessTable.ticks(of: Int32(pid))?.start
            }
            /// Or by the lock.
            func isLocked() -> Bool {
                let descriptor = open(folder.path("result"), O_RDONLY)
                defer { close(descriptor) }
                return flock(descriptor, LOCK_EX | LOCK_NB) != 0
            }
            #expect(try state()["pid"] as? Int == Int(run.pid))
            #expect(try isAlive() && isLocked())
            run.signal(SIGKILL)
            #expect(try run.end(within: 5).exitCode == 128 + SIGKILL)
            #expect(try state()["state"] as? String == "running")
            #expect(try !isAlive() && !isLocked())
        }

        @Test func `a run in which no update was used has failed`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let words = [
                "--quiet", "--output", "o", "--rounds", "3", "--set",
                "training.on_divergence=drop_client", "--set", "client.learning_rate=1e30",
            ]
            let ending = try HyperfedProgram.run(["run", "small.yaml"] + words, in: folder)
            #expect(ending.exitCode == 1 && ending.output == "")
            #expect(
                ending.errors.hasSuffix(
                    "error: training: expected the update of 1 client or more, found none in all"
                        + " rounds (18 diverged); the model did not change; lower"
                        + " client.learning_rate or bound the scheduler more tightly\n"),
                "\(ending.errors)")
            let state = folder.text("o/run.json")
            #expect(state.contains(#""state": "failed""#) && state.contains(#""void_rounds": 3,"#))
            #expect(state.contains(#""final_accuracy": null"#))
            #expect(state.contains(#""clients_diverged": 18,"#))
            #expect(!folder.has("o/model.safetensors"))

            let compare = try HyperfedProgram.run(
                [
                    "compare", "small.yaml", "--quiet", "--output", "c", "--rounds", "3", "--set",
                    "clients.devices={ dropout: 0.999999 }",
                ], in: folder)
            #expect(compare.exitCode == 1)
            #expect(compare.output.contains("0 of 1"))
            #expect(compare.errors.contains("lower clients.devices.dropout"))
            #expect(
                compare.errors.contains(
                    "warning: [1/2] a, seed 7: round 0: expected 1 update or more, found 0 ("))
        }

        /// Rounds have numbers from 0, in every table and message; what is done is counted.
        @Test func `rounds are counted one way`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let ending = try HyperfedProgram.run(
                [
                    "run", "small.yaml", "--output", "o", "--rounds", "60", "--set",
                    "server.learning_rate=1000", "--set", "server.scheduler=constant", "--set",
                    "client.scheduler=constant",
                ], in: folder)
            #expect(ending.exitCode == 1)
            let match = try #require(ending.errors.firstMatch(of: /error: round (\d+), client/))
            #expect(Int(match.1) == `The program`.rounds(folder, "o"))
            #expect(!ending.errors.contains(/round \d+\//))
            #expect(folder.text("o/run.json").contains("\"rounds_done\": \(match.1),"))
        }
    }
}
