import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// `hyperfed resume`: what it does and says.
    @Suite(.slow) struct `Resumed runs` {
        private static let long = [
            "--rounds", "60", "--set", "training.local_epochs=60", "--set", "checkpoint.every=5",
        ]

        /// A folder with a run that a signal has interrupted.
        static func interrupted(
            _ signal: Int32 = SIGINT, after rounds: Int = 8, _ words: [String] = []
        ) throws -> (folder: TemporaryFolder, ending: HyperfedProgram.Ending) {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet"] + long + words, in: folder)
            try `The program`.waitForRounds(rounds, folder, run)
            let clients = run.children
            run.signal(signal)
            let ending = try run.end(within: 5)
            #expect(eventually(within: 2) { !clients.contains(where: ProcessTable.isAlive) })
            return (folder, ending)
        }

        static func resume(_ folder: TemporaryFolder, _ words: [String] = []) throws
            -> HyperfedProgram.Ending
        {
            try HyperfedProgram.run(["resume", "result"] + words, in: folder)
        }

        private static let reference = Result {
            try `The program`.files(`The program`.scenario, Array(long.prefix(4)))
        }

        @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
        func `go on from the round that a signal ended`(signal: Int32) throws {
            let (folder, ending) = try Self.interrupted(signal)
            #expect(ending.exitCode == 128 + signal)
            #expect(
                ending.errors.wholeMatch(
                    of:
                        /error: interrupted in round \d+; go on with 'hyperfed resume result'\n/
                ) != nil, "\(ending.errors)")
            let rounds = `The program`.rounds(folder, "result")
            // The checkpoint of the signal is that of the last round.
            let names = folder.names(in: "result/checkpoints")
            #expect(
                names.last == "round-\(String(repeating: "0", count: 8 - "\(rounds)".count))"
                    + "\(rounds).checkpoint")
            let resumed = try Self.resume(folder)
            #expect(resumed.exitCode == 0, "\(resumed.errors)")
            #expect(
                resumed.errors.contains("going on after round \(rounds - 1) from a checkpoint\n"))
            #expect(
                try RunFiles(folder, "result").difference(from: Self.reference.get()) == nil)
            let again = try Self.resume(folder)
            #expect(again.exitCode == 0 && again.errors == "")
            #expect(
                again.output
                    == "result: the run is finished after 60 rounds; there is nothing to do"
                    + " (--rounds makes it longer)\n")
        }

        @Test func `go on in this process, or with other client processes`() throws {
            for words in [["--in-process"], ["--processes", "1"], ["--processes", "per_core"]] {
                let (folder, _) = try Self.interrupted()
                #expect(try Self.resume(folder, words + ["--quiet"]).exitCode == 0)
                #expect(
                    try RunFiles(folder, "result").difference(from: Self.reference.get()) == nil)
            }
        }

        @Test func `can be made longer, with the bytes of a long run`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let first = try HyperfedProgram.run(
                ["run", "small.yaml", "--output", "result", "--quiet"], in: folder)
            #expect(first.exitCode == 0)
            let fewer = try Self.resume(folder, ["--rounds", "4"])
            #expect(fewer.exitCode == 2)
            #expect(
                fewer.errors
                    == "error: --rounds: expected at least the 8 rounds of the run, found 4; raise it,"
                    + " or leave it out\n")
            let more = try Self.resume(folder, ["--rounds", "14", "--quiet"])
            #expect(more.exitCode == 0, "\(more.errors)")
            let whole = try `The program`.files(`The program`.scenario, ["--rounds", "14"])
            #expect(try RunFiles(folder, "result").difference(from: whole) == nil)
            #expect(
                folder.text("result/scenario.yaml").contains("  rounds: 14  # resume --rounds\n"))
            #expect(folder.text("result/run.json").contains("\"rounds\": 14,"))
            // From here on it is a run of 14 rounds.
            #expect(try Self.resume(folder).output.contains("finished after 14 rounds"))
        }

        @Test(
            arguments: [
                "cosine", "step",
                "{ kind: combined, global: { kind: linear, rate: global }, local: constant }",
            ])
        func `whose rates depend on the number of rounds are made longer on demand only`(
            scheduler: String
        ) throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let first = try HyperfedProgram.run(
                [
                    "run", "small.yaml", "--output", "result", "--quiet", "--set",
                    "server.scheduler=\(scheduler)",
                ], in: folder)
            #expect(first.exitCode == 0, "\(first.errors)")
            let before = folder.text("result/rounds.csv")
            let refused = try Self.resume(folder, ["--rounds", "14", "--quiet"])
            #expect(refused.exitCode == 2)
            #expect(
                refused.errors.contains(
                    "; add --stretch-schedules to go on with the rates of a"
                        + " run of 14 rounds\n"), "\(refused.errors)")
            #expect(folder.text("result/rounds.csv") == before)
            let more = try Self.resume(
                folder, ["--rounds", "14", "--quiet", "--stretch-schedules"])
            #expect(more.exitCode == 0, "\(more.errors)")
            #expect(`The program`.rounds(folder, "result") == 14)
            #expect(folder.text("result/rounds.csv").hasPrefix(before))
        }

        @Test func `without a checkpoint begin again, and say so`() throws {
            let (folder, _) = try Self.interrupted(SIGKILL, ["--set", "checkpoint.every=off"])
            #expect(!folder.has("result/checkpoints"))
            let resumed = try Self.resume(folder)
            #expect(resumed.exitCode == 0, "\(resumed.errors)")
            #expect(
                resumed.errors.contains(
                    "no checkpoint that can be used in result; the run begins again\n"))
            #expect(
                try RunFiles(folder, "result").difference(from: Self.reference.get()) == nil)
            #expect(!folder.has("result/checkpoints"))
        }

        @Test func `fall back to the checkpoint before one that is damaged`() throws {
            let (folder, _) = try Self.interrupted(SIGKILL, after: 16)
            let names = folder.names(in: "result/checkpoints")
            try #require(names.count == 2, "\(names)")
            let path = "result/checkpoints/\(names[1])"
            var bytes = try folder.bytes(path)
            bytes[bytes.count / 2] ^= 1
            try folder.write(path, bytes)
            let resumed = try Self.resume(folder, ["--quiet"])
            #expect(resumed.exitCode == 0)
            #expect(
                resumed.errors
                    == "warning: \(path): expected a whole checkpoint, found a damaged one (expected"
                    + " its checksum, found another one); an earlier one is used\n")
            #expect(
                try RunFiles(folder, "result").difference(from: Self.reference.get()) == nil)
        }
    }
}
