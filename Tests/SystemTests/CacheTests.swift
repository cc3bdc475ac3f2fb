import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Cache folders that can't be used, and files in them that come to harm.
    @Suite(.slow) struct `The cache` {
        private static let words = ["run", "small.yaml", "--quiet", "--output", "result"]

        private static func start(
            _ words: [String], in folder: TemporaryFolder, _ environment: [String: String]
        ) throws -> RunningProgram {
            try folder.write("small.yaml", `The program`.scenario)
            return try RunningProgram(
                try HyperfedProgram.path(), words, in: folder, environment: environment)
        }

        /// The run, with everything that the program was given in its environment.
        private static func expectSameBits(_ folder: TemporaryFolder, _ run: RunningProgram) throws
            -> String
        {
            let ending = try run.end(within: 60)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: try `The program`.files()) == nil)
            return ending.errors
        }

        @Test(arguments: [
            ["HYPERFED_CACHE": "/proc/none"], ["HYPERFED_CACHE": "/dev/null"],
            ["HYPERFED_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "/proc/none"],
            ["HYPERFED_CACHE": "", "XDG_CACHE_HOME": "/proc/none"],
        ])
        func `a folder that can't be used costs one warning`(environment: [String: String]) throws {
            let folder = try TemporaryFolder()
            let temporary = try TemporaryFolder()
            let environment = environment.merging(["TMPDIR": temporary.path]) { $1 }
            let errors = try Self.expectSameBits(
                folder, try Self.start(Self.words, in: folder, environment))
            #expect(errors.count { $0 == "\n" } == 1)
            #expect(errors.contains(": expected a cache folder that can be written to, found "))
            #expect(errors.hasSuffix("; name a folder of your own in HYPERFED_CACHE\n"))
            // Nothing stays, and the next one removes nothing that is not its own.
            #expect(temporary.names() == [])
        }

        @Test func `in one process there is one warning, too`() throws {
            let folder = try TemporaryFolder()
            let errors = try Self.expectSameBits(
                folder,
                try Self.start(
                    Self.words + ["--in-process"], in: folder, ["HYPERFED_CACHE": "/proc/none"]))
            #expect(errors.components(separatedBy: "HYPERFED_CACHE").count == 2, "\(errors)")
        }

        @Test(arguments: ["validate", "hypergradient"])
        func `other commands go on as well`(command: String) throws {
            let folder = try TemporaryFolder()
            let output = command == "validate" ? [] : ["--output", "result"]
            let ending = try Self.start(
                [command, "small.yaml"] + output, in: folder, ["HYPERFED_CACHE": "/proc/none"]
            ).end(within: 60)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.errors.components(separatedBy: "HYPERFED_CACHE").count == 2)
        }

        @Test func `what is there is used where nothing can be written`() throws {
            let folder = try TemporaryFolder()
            // Whatever is in a folder of this kind can be read, by root too, but not written.
            let cache = folder.path("cache")
            _ = try Self.expectSameBits(
                folder, try Self.start(Self.words, in: folder, ["HYPERFED_CACHE": cache]))
            let script = """
                mount -t tmpfs tmpfs shut && cp cache/* shut/ && mount -o remount,ro shut || exit 77
                HYPERFED_CACHE=shut exec "$0" "$@"
                """
            try FileManager.default.createDirectory(
                atPath: folder.path("shut"), withIntermediateDirectories: true)
            let run = try RunningProgram(
                "/usr/bin/env",
                ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script]
                    + [try HyperfedProgram.path()] + Self.words + ["--overwrite"], in: folder)
            let ending = try run.end(within: 60)
            guard ending.exitCode != 77, !ending.errors.contains("unshare:") else {
                return print("skipped: this user may not mount a folder: \(ending.errors)")
            }
            #expect(ending.exitCode == 0 && ending.errors == "", "\(ending.errors)")
        }

        @Test func `a full disk costs one warning`() throws {
            let folder = try TemporaryFolder()
            try FileManager.default.createDirectory(
                atPath: folder.path("small"), withIntermediateDirectories: true)
            let script = """
                mount -t tmpfs -o size=64k tmpfs small || exit 77
                HYPERFED_CACHE=small exec "$0" "$@"
                """
            try folder.write("small.yaml", `The program`.scenario)
            let ending = try RunningProgram(
                "/usr/bin/env",
                ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script]
                    + [try HyperfedProgram.path()] + Self.words, in: folder
            ).end(within: 60)
            guard ending.exitCode != 77, !ending.errors.contains("unshare:") else {
                return print("skipped: this user may not mount a folder: \(ending.errors)")
            }
            #expect(ending.exitCode == 0)
            #expect(ending.errors.contains(": No space left on device, errno 28); each command"))
            #expect(ending.errors.count { $0 == "\n" } == 1, "\(ending.errors)")
        }

        @Test func `a damaged file is made again with a warning`() throws {
            let folder = try TemporaryFolder()
            let cache = folder.path("cache")
            let environment = ["HYPERFED_CACHE": cache]
            _ = try Self.expectSameBits(
                folder, try Self.start(Self.words, in: folder, environment))
            for name in try nonEmpty(folder.names(in: "cache")) {
                #expect(truncate("\(cache)/\(name)", 100) == 0)
            }
            let errors = try Self.expectSameBits(
                folder, try Self.start(Self.words + ["--overwrite"], in: folder, environment))
            let lines = errors.split(separator: "\n")
            #expect(lines.count == 2, "\(errors)")
            for line in lines {
                #expect(line.hasPrefix("warning: \(cache)/"))
                #expect(
                    line.hasSuffix(
                        "; hyperfed does not use this cache file and makes it again"))
            }
            // And nothing is said the next time.
            #expect(
                try Self.expectSameBits(
                    folder, try Self.start(Self.words + ["--overwrite"], in: folder, environment))
                    == "")
        }

        @Test(arguments: [["--in-process"], []])
        func `a file that is cut off during a run ends it with a sentence`(words: [String]) throws {
            let folder = try TemporaryFolder()
            let cache = folder.path("cache")
            let run = try Self.start(
                Self.words + ["--rounds", "1000000"] + words, in: folder,
                ["HYPERFED_CACHE": cache])
            try `The program`.waitForRounds(3, folder, run)
            let names = folder.names(in: "cache").filter { $0.hasSuffix(".data") }
            try #require(names.count == 1)
            let file = "\(cache)/\(names[0])"
            #expect(truncate(file, 0) == 0)
            let ending = try run.end(within: 30)
            #expect(ending.exitCode == 1)
            let sentence =
                "error: \(file): another program cut this file off, or its disk failed, while"
                + " hyperfed was reading it; start the command again\n"
            #expect(ending.errors.contains(sentence))
            for word in ["Fatal", "Registers", "Backtrace", "Crash"] {
                #expect(!ending.errors.contains(word), "\(ending.errors)")
            }
        }

        @Test func `data that change between two commands are told of`() throws {
            let folder = try TemporaryFolder()
            let rows = (0..<40).map { "\($0 * 7 % 11),\($0 * 5 % 13),\($0 % 2)\n" }.joined()
            try folder.write("t.csv", rows)
            try folder.write(
                "t.yaml",
                """
                data: { dataset: { kind: csv, file: t.csv } }
                clients: { count: 2, per_round: 2 }
                training: { rounds: 2 }
                """)
            #expect(try HyperfedProgram.run(["validate", "t.yaml"], in: folder).errors == "")
            try folder.write("t.csv", rows + "1,1,1\n")
            let run = ["run", "t.yaml", "--quiet", "--output", "result"]
            #expect(
                try HyperfedProgram.run(run, in: folder).errors
                    == "warning: \"\(folder.path)/t.csv\": expected the content that was last read with"
                    + " these settings, found other content; earlier runs have other data\n")
            #expect(try HyperfedProgram.run(run + ["--overwrite"], in: folder).errors == "")
        }
    }
}
