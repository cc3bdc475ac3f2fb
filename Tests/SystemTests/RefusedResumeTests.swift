import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Runs that `hyperfed resume` does not continue: one message, exit code 2, nothing changed.
    @Suite(.slow) struct `Runs that are not resumed` {
        private static func interrupted(after rounds: Int = 8) throws -> (
            TemporaryFolder, HyperfedProgram.Ending
        ) { try `Resumed runs`.interrupted(after: rounds) }

        private static func resume(_ folder: TemporaryFolder, _ words: [String] = []) throws
            -> HyperfedProgram.Ending
        { try `Resumed runs`.resume(folder, words) }

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
                                "result/checkpoints/\(name)",
                                `Runs that are not resumed`.withChecksum(bytes))
                        }
                    },
                    ["expected a checkpoint in format 5, found format 99"]
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
                                "result/checkpoints/\(name)",
                                `Runs that are not resumed`.withChecksum(bytes))
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
