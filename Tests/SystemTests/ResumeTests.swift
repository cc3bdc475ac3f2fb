import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// `hyperfed resume`: what it does, says and refuses.
    @Suite(.slow) struct `Resumed runs` {
        private static let long = [
            "--rounds", "60", "--set", "training.local_epochs=60", "--set", "checkpoint.every=5",
        ]

        /// A folder with a run that a signal has interrupted.
        private static func interrupted(
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

        private static func resume(_ folder: TemporaryFolder, _ words: [String] = []) throws
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

        /// What the folder has, with the contents of all files.
        private static func contents(_ folder: TemporaryFolder) throws -> [String: [UInt8]] {
            var found: [String: [UInt8]] = [:]
            for name in FileManager.default.subpaths(atPath: folder.path("result")) ?? [] {
                found[name] = (try? folder.bytes("result/\(name)")) ?? []
            }
            return found
        }

        /// Each case breaks something; the message must contain these words, nothing must change.
        private static let refusals:
            [(what: String, break: @Sendable (TemporaryFolder) throws -> Void, words: [String])] = [
                (
                    "a scenario that was edited",
                    { folder in
                        let text = folder.text("result/scenario.yaml")
                        try folder.write(
                            "result/scenario.yaml",
                            text.replacingOccurrences(
                                of: "batch_size: 16", with: "batch_size: 8"))
                    },
                    [
                        "expected the settings of the run as they were",
                        "training.batch_size: 16, not 8",
                    ]
                ),
                (
                    "a checkpoint of a newer format",
                    { folder in
                        for name in folder.names(in: "result/checkpoints")
                        where name.hasSuffix(".checkpoint") {
                            var bytes = try folder.bytes("result/checkpoints/\(name)")
                            bytes[8] = 99
                            try folder.write(
                                "result/checkpoints/\(name)", `Resumed runs`.withChecksum(bytes))
                        }
                    },
                    ["expected a checkpoint in format 2, found format 99"]
                ),
                (
                    "a checkpoint of another build",
                    { folder in
                        for name in folder.names(in: "result/checkpoints")
                        where name.hasSuffix(".checkpoint") {
                            var bytes = try folder.bytes("result/checkpoints/\(name)")
                            // The last digit of the program's build.
                            bytes[20 + 4 + Int(bytes[20]) - 1] ^= 1
                            try folder.write(
                                "result/checkpoints/\(name)", `Resumed runs`.withChecksum(bytes))
                        }
                    },
                    ["expected a checkpoint of hyperfed ", "go on with the program that wrote it"]
                ),
                (
                    "a table that is too short",
                    { folder in try folder.write("result/clients.csv", "round,client\n") },
                    ["result/clients.csv: expected at least", "put the file back"]
                ),
                (
                    "a table that is missing",
                    { folder in
                        try FileManager.default.removeItem(atPath: folder.path("result/rounds.csv"))
                    },
                    ["result/rounds.csv"]
                ),
                (
                    "no settings",
                    { folder in
                        try FileManager.default.removeItem(
                            atPath: folder.path("result/scenario.yaml"))
                    },
                    ["result/scenario.yaml: expected the settings of the run, found no such file"]
                ),
                (
                    "a folder that is no run",
                    { folder in
                        try FileManager.default.removeItem(atPath: folder.path("result/run.json"))
                    },
                    ["result: expected the folder of a run", "found no run.json"]
                ),
            ]

        /// The bytes with the checksum that they should have.
        private static func withChecksum(_ bytes: [UInt8]) -> [UInt8] {
            let content = bytes.dropLast(8)
            var value: UInt64 = 0xcbf2_9ce4_8422_2325
            func add(_ word: UInt64) {
                value = (value ^ word) &* 0x100_0000_01b3
                value ^= value >> 29
            }
            var index = 0
            while index + 8 <= content.count {
                var word: UInt64 = 0
                for offset in 0..<8 {
                    word |= UInt64(content[index + offset]) << UInt64(8 * offset)
                }
                add(word)
                index += 8
            }
            while index < content.count {
                add(UInt64(content[index]))
                index += 1
            }
            add(UInt64(content.count))
            return content + (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        }

        @Test(arguments: 0..<refusals.count) func `are refused with`(index: Int) throws {
            let (what, damage, words) = Self.refusals[index]
            let (folder, _) = try Self.interrupted()
            try damage(folder)
            let before = try Self.contents(folder)
            let ending = try Self.resume(folder)
            #expect(ending.exitCode == 2, "\(what): \(ending.errors)")
            for word in words { #expect(ending.errors.contains(word), "\(what): \(ending.errors)") }
            #expect(try Self.contents(folder) == before, "\(what)")
        }

        @Test func `are refused if their data have changed or are missing`() throws {
            let folder = try TemporaryFolder()
            func data(_ last: String) -> String {
                "x,y,label\n"
                    + (0..<200).map { "\(Double($0 % 7)),\(Double($0 % 5)),\($0 % 2)\n" }.joined()
                    + last
            }
            try folder.write("data.csv", data("1.0,2.0,1\n"))
            try folder.write(
                "small.yaml",
                """
                data: { dataset: { kind: csv, file: data.csv } }
                clients: { count: 4, per_round: 2 }
                training: { rounds: 100000 }
                checkpoint: { every: 5 }
                """)
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet", "--in-process"], in: folder)
            try `The program`.waitForRounds(8, folder, run)
            run.signal(SIGTERM)
            #expect(try run.end(within: 5).exitCode == 143)
            let before = try Self.contents(folder)
            try folder.write("data.csv", data("1.0,3.0,1\n"))
            let changed = try Self.resume(folder)
            #expect(changed.exitCode == 2)
            #expect(
                changed.errors.contains("; the data files have changed since; put them back, or"),
                "\(changed.errors)")
            try FileManager.default.removeItem(atPath: folder.path("data.csv"))
            let missing = try Self.resume(folder)
            #expect(missing.exitCode == 2)
            #expect(missing.errors.contains("data.csv"), "\(missing.errors)")
            #expect(try Self.contents(folder) == before)
        }

        @Test func `are refused while another program runs them`() throws {
            let (folder, _) = try Self.interrupted(after: 3)
            let first = try HyperfedProgram.start(
                ["resume", "result", "--quiet", "--rounds", "1000000"], in: folder)
            let rounds = `The program`.rounds(folder, "result")
            try `The program`.waitForRounds(rounds + 5, folder, first)
            let second = try Self.resume(folder)
            #expect(second.exitCode == 2)
            #expect(
                second.errors
                    == "error: result: expected a free folder, found it locked by another run; wait"
                    + " for its end\n")
            // A kill leaves the lock free.
            first.signal(SIGKILL)
            _ = try first.end(within: 5)
            let third = try HyperfedProgram.start(["resume", "result", "--quiet"], in: folder)
            let before = `The program`.rounds(folder, "result")
            try `The program`.waitForRounds(before + 5, folder, third)
            third.signal(SIGINT)
            #expect(try third.end(within: 5).exitCode == 130)
        }

        @Test func `are refused if they diverged`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.run(
                [
                    "run", "small.yaml", "--output", "result", "--quiet", "--set",
                    "client.learning_rate=1e30", "--set", "client.scheduler=constant",
                ], in: folder)
            #expect(run.exitCode == 1)
            let ending = try Self.resume(folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.hasPrefix(
                    "error: result: expected a run that can go on, found one that diverged (round"),
                "\(ending.errors)")
        }

        @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
        func `are refused to a user who may not write there`() throws {
            let (folder, _) = try Self.interrupted()
            chmod(folder.path, 0o755)
            let before = try Self.contents(folder)
            let ending = try RunningProgram(
                "/usr/bin/env",
                [
                    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                    try HyperfedProgram.path(), "resume", "result",
                ], in: folder
            ).end(within: 20)
            #expect(ending.exitCode == 2, "\(ending.errors)")
            #expect(
                ending.errors
                    == "error: result: expected permission to read and write, found none; ask its"
                    + " owner, or copy the folder\n")
            #expect(try Self.contents(folder) == before)
        }
    }
}
