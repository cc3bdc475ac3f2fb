import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Coordinator and clients of other builds, scenarios or data refuse each other in words.
    @Suite(.slow) struct `Who fits together` {
        /// A coordinator that waits at a tcp port.
        private struct Waiting {
            let folder: TemporaryFolder
            let coordinator: RunningProgram
            let way: Way
            var endpoint: String { way.endpoint }

            var port: String { way.port }

            init(
                _ scenario: String = `The program`.scenario, in folder: TemporaryFolder,
                program: String? = nil, bind: String = "tcp://127.0.0.1:*",
                _ words: [String] = []
            ) throws {
                self.folder = folder
                try folder.write("small.yaml", scenario)
                let arguments =
                    [
                        "coordinator", "small.yaml", "--output", "result", "--insecure", "--bind",
                        bind,
                    ] + words
                coordinator = try RunningProgram(
                    try program ?? HyperfedProgram.path(), arguments, in: folder,
                    environment: ["HYPERFED_CACHE": folder.path("cache")])
                way = try Way(to: coordinator)
            }

            /// Has an honest client finish the run, which no stranger has harmed.
            func expectToFinish() throws {
                let client = try HyperfedProgram.start(
                    ["client"] + way.words, in: folder)
                #expect(try coordinator.end(within: 30).exitCode == 0)
                #expect(try client.end(within: 10).exitCode == 0)
                let files = try RunFiles(folder, "result")
                #expect(files.difference(from: try `The program`.files()) == nil)
            }
        }

        /// A copy of the program whose build id has another last byte, as another build would.
        private static func otherBuild(in folder: TemporaryFolder) throws -> String {
            var program = try Data(contentsOf: URL(fileURLWithPath: HyperfedProgram.path()))
            // A note: the sizes of its name and its value, the kind of a build id, the name.
            let note = Data([4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0] + Array("GNU\0".utf8))
            let found = try #require(program.range(of: note), "the program has no build id")
            program[found.upperBound + 19] ^= 1
            let path = try folder.write("other-hyperfed", Array(program))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: path)
            return path
        }

        @Test func `a client of another build is refused, and told both builds`() throws {
            let folder = try TemporaryFolder()
            let waiting = try Waiting(in: folder)
            let stranger = try RunningProgram(
                try Self.otherBuild(in: folder), ["client"] + waiting.way.words,
                in: folder
            ).end(within: 20)
            #expect(stranger.exitCode == 2)
            let said = stranger.errors.matches(of: /0\.1\.0 build ([0-9a-f]{16})/)
            try #require(said.count == 2 && said[0].1 != said[1].1, "\(stranger.errors)")
            let reason = """
                hyperfed: expected 0.1.0 build \(said[0].1) (coordinator), found 0.1.0 build \
                \(said[1].1) (client process); start both from the same program file with the same \
                libraries, since another build may give other numbers
                """
            #expect(stranger.errors == "client process: refused by the coordinator: \(reason)\n")
            #expect(waiting.coordinator.errors.contains("): \(reason)\n"))
            try waiting.expectToFinish()
            let builds = folder.text("result/run.json").matches(of: /"build": "([0-9a-f]{16})"/)
            #expect(builds.map(\.1) == [said[0].1])
        }

        @Test(
            .enabled(if: `The program`.hasPython(), "python3 is not installed"),
            arguments: [
                (
                    "9.9", "", UInt32.max, "hyperfed: expected 0.1.0 build ",
                    " (coordinator), found 9.9 (client process); start both from the same program file"
                        + " with the same libraries, since another build may give other numbers"
                ),
                (
                    "", "", 0, "hyperfed: expected 0.1.0 build ",
                    " (coordinator), found (no version) (client process); start both from the same"
                        + " program file with the same libraries, since another build may give"
                        + " other numbers"
                ),
                (
                    "BUILD", "", UInt32.max - 1,
                    "expected a process number from 0 to 1023, found 4294967294;",
                    " leave --process out"
                ),
                (
                    "BUILD", "", 1024, "expected a process number from 0 to 1023, found 1024;",
                    " leave --process out"
                ),
                (
                    "BUILD", "0123abcd", UInt32.max,
                    "scenario: expected the digest ",
                    " (coordinator), found 0123abcd (client process); start the client again"
                ),
            ] as [(String, String, UInt32, String, String)])
        func `a hello that does not fit is refused in words`(
            version: String, digest: String, process: UInt32, start: String, end: String
        ) throws {
            let folder = try TemporaryFolder()
            let waiting = try Waiting(in: folder)
            let about = folder.text("result/run.json")
            let build = try #require(about.firstMatch(of: /"build": "([0-9a-f]+)"/)).1
            let version = version.replacing("BUILD", with: "0.1.0 build \(build)")
            let wire = try #require(about.firstMatch(of: /"protocol": ([0-9]+)/)).1
            let stranger = try `The program`.python(
                ForeignPeer.greeting,
                [waiting.port, String(wire), version, digest, "\(process)"])
            #expect(stranger.output.hasPrefix(start), "\(stranger)")
            #expect(stranger.output.hasSuffix("\(end)\n"), "\(stranger)")
            #expect(waiting.coordinator.errors.contains(/refused client process \d+ \(pid 1\):/))
            try waiting.expectToFinish()
        }

        @Test func `a client that served one scenario serves no other`() throws {
            let folder = try TemporaryFolder()
            let first = try Waiting(in: folder, ["--rounds", "1000000"])
            let client = try HyperfedProgram.start(
                ["client"] + first.way.words + ["--patience", "20"], in: folder)
            try `The program`.waitForRounds(3, folder, first.coordinator)
            first.coordinator.signal(SIGKILL)
            _ = try first.coordinator.end(within: 5)
            // The endpoint's next coordinator has another seed.
            let second = try Waiting(
                in: folder, bind: first.endpoint, ["--seed", "8", "--overwrite"])
            let ending = try client.end(within: 20)
            #expect(ending.exitCode == 2)
            #expect(ending.errors.hasSuffix("; start the client again\n"), "\(ending.errors)")
            second.coordinator.signal(SIGINT)
            #expect(try second.coordinator.end(within: 5).exitCode == 130)
        }

        @Test func `a client goes on with the next coordinator of the same scenario`() throws {
            let folder = try TemporaryFolder()
            let words = ["--rounds", "60", "--set", "training.local_epochs=100"]
            let first = try Waiting(in: folder, words)
            let client = try HyperfedProgram.start(
                ["client"] + first.way.words + ["--patience", "20"], in: folder)
            try `The program`.waitForRounds(3, folder, first.coordinator)
            first.coordinator.signal(SIGKILL)
            _ = try first.coordinator.end(within: 5)
            let second = try Waiting(in: folder, bind: first.endpoint, words + ["--overwrite"])
            #expect(try second.coordinator.end(within: 60).exitCode == 0)
            #expect(try client.end(within: 10).exitCode == 0)
        }

        @Test func `a client whose data differ is told, and the coordinator too`() throws {
            let folder = try TemporaryFolder()
            let rows = (0..<40).map { "\($0 * 7 % 11),\($0 * 5 % 13),\($0 % 2)\n" }.joined()
            try folder.write("t.csv", rows)
            let waiting = try Waiting(
                """
                data: { dataset: { kind: csv, file: t.csv } }
                clients: { count: 2, per_round: 2 }
                training: { rounds: 2 }
                """, in: folder)
            try folder.write("t.csv", rows + "1,1,1\n")
            // With a cache of its own, as on another machine.
            let ending = try RunningProgram(
                try HyperfedProgram.path(), ["client"] + waiting.way.words, in: folder,
                environment: ["HYPERFED_CACHE": folder.path("other")]
            ).end(within: 20)
            #expect(ending.exitCode == 2)
            let keys = ending.errors.matches(of: /csv-[0-9a-f]{32}/).map { String($0.0) }
            try #require(keys.count == 2 && keys[0] != keys[1], "\(ending.errors)")
            let reason = """
                data.dataset: expected data with the key \(keys[0]) (coordinator), found the key \
                \(keys[1]) (this machine); use the same data files on both sides
                """
            #expect(ending.errors == "client process: \(reason)\n")
            let coordinator = waiting.coordinator
            #expect(
                eventually(within: 10) {
                    coordinator.errors.contains("client process 0 left: \(reason)\n")
                })
            coordinator.signal(SIGINT)
            #expect(try coordinator.end(within: 5).exitCode == 130)
        }
    }
}
