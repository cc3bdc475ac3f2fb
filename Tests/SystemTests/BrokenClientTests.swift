import Messaging
import TestSupport
import Testing

extension `The program` {
    /// A client process that can't do its tasks is no client that diverges: nobody's rate is named,
    /// nothing is dropped, and the tasks are given out again.
    @Suite(.slow, .enabled(if: hasPython(), "python3 is not installed"))
    struct `Broken client processes` {
        /// A coordinator that waits at a port.
        private static func coordinator(_ folder: TemporaryFolder) throws -> (
            run: RunningProgram, port: String
        ) {
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                [
                    "coordinator", "small.yaml", "--output", "result", "--insecure", "--bind",
                    "tcp://127.0.0.1:*", "--set", "training.on_divergence=drop_client",
                ], in: folder)
            return (run, try Way(to: run).port)
        }

        private static func breakTasks(
            _ port: String, _ folder: TemporaryFolder
        ) throws -> HyperfedProgram.Ending {
            try `The program`.python(
                ForeignPeer.broken,
                [
                    port, "\(MessageCodec.protocolVersion)",
                    try ForeignPeer.programVersion(folder),
                ])
        }

        private static func expectToBeSentAway(_ port: String, _ folder: TemporaryFolder) throws {
            let broken = try Self.breakTasks(port, folder)
            let expected =
                /expected usable reports, found 3 failed tasks in a row, the last one in round 0, client \d+: expected sense, found none\n/
            #expect(
                broken.output.wholeMatch(of: expected) != nil, "\(broken.output)\(broken.errors)")
        }

        @Test func `are sent away, and the others give the bits of run`() throws {
            let folder = try TemporaryFolder()
            let (run, port) = try Self.coordinator(folder)
            try Self.expectToBeSentAway(port, folder)
            let client = try HyperfedProgram.start(
                ["client", "--insecure", "--connect", "tcp://127.0.0.1:\(port)"], in: folder)
            #expect(try run.end(within: 60).exitCode == 0, "\(run.errors)")
            #expect(try client.end(within: 10).exitCode == 0)
            #expect(
                run.errors.contains(
                    ": expected sense, found none (process 0 (pid 1)); the task is sent again"),
                "\(run.errors)")
            #expect(!run.errors.contains("learning_rate"), "\(run.errors)")
            let files = try RunFiles(folder, "result")
            let words = ["--set", "training.on_divergence=drop_client"]
            let reference = try `The program`.files(`The program`.scenario, words)
            #expect(files.difference(from: reference) == nil)
        }

        @Test func `that are all there is end the run, which is a fault`() throws {
            let folder = try TemporaryFolder()
            let (run, port) = try Self.coordinator(folder)
            try Self.expectToBeSentAway(port, folder)
            // Each breaks on one or two clients; one of them is tried six times in the end.
            for _ in 0..<10 where run.isRunning {
                _ = try Self.breakTasks(port, folder)
            }
            let ending = try run.end(within: 20)
            #expect(ending.exitCode == 1)
            let expected =
                /error: round 0, client \d+: expected sense, found none \(in each of 6 attempts\); this is a fault in hyperfed or in the client's build, not in the scenario, please report it\n/
            #expect(ending.errors.contains(expected), "\(ending.errors)")
            #expect(folder.text("result/run.json").contains(#""failure": "fault""#))
            #expect(!folder.text("result/drops.csv").contains("diverged"))
        }
    }
}
