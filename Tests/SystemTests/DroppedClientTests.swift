import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Clients that drop out, come late or diverge follow from the seed; processes that are killed
    /// leave no trace, with them or without.
    @Suite(.slow) struct `Dropped clients give the same bits` {
        /// The scenario of all tests with these keys of `clients`.
        private static func scenario(_ clients: String) -> String {
            `The program`.scenario.replacing("processes: 3", with: "processes: 3, \(clients)")
        }

        private static let devices =
            "devices: { samples_per_second: 200, speed_spread: 1, bytes_per_second_up: 1e5, dropout: 0.2 }"

        static let cases: [(scenario: String, words: [String], reasons: Set<String>)] = [
            (scenario("devices: { dropout: 0.3 }"), [], ["dropped_out"]),
            (scenario("deadline: 1, \(devices)"), [], ["dropped_out", "late"]),
            (scenario("over_selection: 1.5, \(devices)"), [], ["dropped_out", "late"]),
            (
                scenario("sampling: with_replacement"), ["--set", "server.weighting=uniform"], []
            ),
            (
                scenario("sampling: by_size, over_selection: 1.3, deadline: 2, \(devices)"),
                ["--set", "server.weighting=importance"], ["dropped_out", "late"]
            ),
            (
                scenario("sampling: round_robin"),
                [
                    "--set", "training.on_divergence=drop_client", "--set",
                    "client.learning_rate=12", "--set", "client.scheduler=constant", "--set",
                    "server.scheduler=constant",
                ], ["diverged"]
            ),
        ]

        @Test(arguments: 0..<cases.count)
        func `with one, three and no client processes`(index: Int) throws {
            let (scenario, words, reasons) = Self.cases[index]
            let reference = try files(scenario, words + ["--in-process"])
            for processes in ["1", "3"] {
                let run = try files(scenario, words + ["--processes", processes])
                #expect(run.difference(from: reference) == nil, "\(processes) processes")
            }
            #expect(Set(reference.drops.dropFirst().map { $0[2] }) == reasons)
            let dropped = reference.rounds("dropped").compactMap { Int($0) }
            #expect(dropped.count == 8)
            #expect(dropped.reduce(0, +) == max(0, reference.drops.count - 1))
            let missing = scenario.contains("samples_per_second") ? 0 : 8
            #expect(reference.rounds("simulated_seconds").count { $0 == "NaN" } == missing)
        }

        private func files(_ scenario: String, _ words: [String]) throws -> RunFiles {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", scenario)
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--output", "result"] + words, in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.output.contains("warning: dropped") == folder.has("result/drops.csv"))
            return try RunFiles(folder, "result")
        }

        @Test func `with killed client processes`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario("deadline: 20, \(Self.devices)"))
            let words = ["--rounds", "60", "--set", "training.local_epochs=100"]
            let reference = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--output", "none", "--in-process"] + words,
                in: folder)
            try #require(reference.exitCode == 0, "\(reference.errors)")
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet"] + words, in: folder)
            try `The program`.killChildren(
                of: run, folder, times: 4, from: 3, every: 8)
            let ending = try run.end(within: 60)
            #expect(ending.exitCode == 0)
            #expect(ending.errors.contains("died; starting it again"))
            let files = try RunFiles(folder, "result")
            #expect(files.drops.count > 20)
            #expect(files.difference(from: try RunFiles(folder, "none")) == nil)
        }

        @Test func `an interruption in void rounds ends the run`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario("devices: { dropout: 0.99999999 }"))
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet", "--rounds", "1000000"],
                in: folder)
            try `The program`.waitForRounds(20, folder, run)
            run.signal(SIGINT)
            let ending = try run.end(within: 5)
            #expect(ending.exitCode == 130)
        }
    }
}
