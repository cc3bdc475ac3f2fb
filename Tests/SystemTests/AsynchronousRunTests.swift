import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Promises 1 and 2 with several model versions at once: real processes only compute.
    @Suite(.slow) struct `Asynchronous runs with real processes` {
        private static let scenario = `The program`.scenario.replacing(
            "per_round: 6,",
            with: "per_round: 6, devices: { samples_per_second: 100, speed_spread: 1 },")
        private static let modes = [
            "{ kind: async, buffer: 3, largest_staleness: 6 }",
            "{ kind: async, method: fedasync }", "{ kind: semi_sync, count: 4 }",
        ]

        private static func words(_ mode: String, _ more: [String] = []) -> [String] {
            ["--rounds", "24", "--set", "training.mode=\(mode)"] + more
        }

        @Test(arguments: modes, ["ipc", "tcp"])
        func `any number of client processes gives the bits of one process without any`(
            mode: String, transport: String
        ) throws {
            let reference = try `The program`.files(
                Self.scenario, Self.words(mode, ["--in-process"]))
            #expect(Set(reference.rounds("staleness_max")).count > 1)
            #expect(Set(reference.rounds("oldest_version")).count > 4)
            try Self.expectStaleness(of: reference)
            #expect(reference.rounds("simulated_seconds").allSatisfy { Double($0) ?? -1 >= 0 })
            for processes in ["1", "3"] {
                let run = try `The program`.files(
                    Self.scenario,
                    Self.words(
                        mode, ["--processes", processes, "--set", "clients.transport=\(transport)"])
                )
                #expect(run.difference(from: reference) == nil, "\(processes)")
            }
        }

        /// The staleness of clients gives the figures of each round.
        private static func expectStaleness(of run: RunFiles) throws {
            #expect(run.clients.first?.last == "staleness")
            let rows = Dictionary(grouping: run.clients.dropFirst()) { $0[0] }
            let rounds = zip(run.rounds("round"), run.rounds("staleness_mean"))
            for ((round, mean), largest) in zip(rounds, run.rounds("staleness_max")) {
                let values = try #require(rows[round]).compactMap { $0.last.flatMap { Int($0) } }
                #expect(values.count == rows[round]?.count && values.max() == Int(largest))
                #expect(Double(values.reduce(0, +)) / Double(values.count) == Double(mean))
            }
        }

        @Test(arguments: ["ipc", "tcp"])
        func `killed processes and an interrupted run cost no bit`(transport: String) throws {
            let words = [
                "--rounds", "60", "--set", "training.local_epochs=60", "--set",
                "training.mode=\(Self.modes[0])", "--set", "clients.transport=\(transport)",
            ]
            let reference = try `The program`.files(Self.scenario, words + ["--in-process"])
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet"] + words, in: folder)
            try `The program`.killChildren(of: run, folder, times: 3, from: 4, every: 8)
            try `The program`.waitForRounds(26, folder, run)
            run.signal(SIGINT)
            #expect(try run.end(within: 10).exitCode == 130)
            let resumed = try HyperfedProgram.run(["resume", "result"], in: folder)
            #expect(resumed.exitCode == 0, "\(resumed.errors)")
            #expect(try RunFiles(folder, "result").difference(from: reference) == nil)
        }
    }
}

extension `The program` {
    @Suite struct `Traces of availability in a scenario` {
        private static let scenario = `The program`.scenario.replacing(
            "per_round: 6,",
            with: "per_round: 6, devices: { samples_per_second: 100 },"
                + " availability: { kind: trace, file: trace.csv, period: 100 },")

        private static func folder(_ rows: String) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", scenario)
            try folder.write("trace.csv", "client,from,to\n" + rows)
            return folder
        }

        @Test func `decide who takes part`() throws {
            // Even clients first, odd ones later.
            let rows = (0..<20).map { "\($0),\($0 % 2 * 50),\($0 % 2 * 50 + 49)\n" }
            let folder = try Self.folder(rows.joined())
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--output", "result", "--quiet"], in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            let files = try RunFiles(folder, "result")
            let clients = files.clients.dropFirst().compactMap { Int($0[1]) }
            #expect(clients.count > 20 && clients.prefix(6).allSatisfy { $0 % 2 == 0 })
            let resumed = try HyperfedProgram.run(
                ["run", "small.yaml", "--output", "other", "--quiet", "--in-process"], in: folder)
            #expect(resumed.exitCode == 0)
            #expect(try RunFiles(folder, "other").difference(from: files) == nil)
        }

        @Test func `that changed are named when a run goes on`() throws {
            let rows = (0..<20).map { "\($0),0,50\n" }.joined()
            let folder = try Self.folder(rows)
            func run(_ words: [String]) throws -> HyperfedProgram.Ending {
                try HyperfedProgram.run(words + ["--quiet", "--in-process"], in: folder)
            }
            #expect(try run(["run", "small.yaml", "--output", "result"]).exitCode == 0)
            try folder.write("trace.csv", "client,from,to\n" + rows + "3,60,70\n")
            let refused = try run(["resume", "result", "--rounds", "90"])
            #expect(refused.exitCode == 2)
            #expect(
                refused.errors.contains(
                    "clients.availability.file: expected the file that the run began with, found one"
                        + " that has changed since; put it back"), "\(refused.errors)")
            try folder.write("trace.csv", "client,from,to\n" + rows)
            #expect(try run(["resume", "result", "--rounds", "90"]).exitCode == 0)
        }

        @Test(arguments: [
            (
                "0,0,9\n33,0,9\n",
                "/trace.csv: line 3, column 0 ('client'): expected a client from 0 to 19, found '33';"
                    + " remove the row or raise clients.count\n"
            ),
            (
                "0,0,9\n",
                "/trace.csv: expected a window of each of 20 clients (clients.count), found none of"
                    + " client 1 and 18 others; add rows or lower clients.count\n"
            ),
        ])
        func `with faults end a run with one message and exit code 2`(rows: String, message: String)
            throws
        {
            let folder = try Self.folder(rows)
            for words in [["run", "small.yaml"], ["validate", "small.yaml"]] {
                let ending = try HyperfedProgram.run(words, in: folder)
                #expect(ending.exitCode == 2)
                #expect(ending.errors.hasSuffix(message), "\(ending.errors)")
                #expect(ending.errors.split(separator: "\n").count == 1)
            }
        }
    }
}
