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
