import Foundation
import TestSupport
import Testing

extension `The program` {
    /// Runs share folders, terminals and pipes with others.
    @Suite(.slow) struct `A run among others` {
        private static let long = ["--rounds", "100000", "--quiet", "--output", "result"]

        @Test func `keeps others out of its folder, also with --overwrite`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let first = try HyperfedProgram.start(["run", "small.yaml"] + Self.long, in: folder)
            try `The program`.waitForRounds(2, folder, first)
            let second = try HyperfedProgram.run(
                ["run", "small.yaml", "--overwrite", "--quiet", "--output", "result"], in: folder)
            #expect(second.exitCode == 2)
            #expect(
                second.errors
                    == "error: result: expected a free folder, found it locked by another run; wait for"
                    + " its end, or choose another --output\n")
            first.signal(SIGINT)
            #expect(try first.end(within: 2).exitCode == 130)
        }

        @Test func `goes on when nobody reads what it says`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let program = try HyperfedProgram.path()
            let ending = try RunningProgram(
                "/bin/sh",
                ["-c", "'\(program)' run small.yaml --output result 2>&1 | head -n 1"], in: folder
            ).end(within: 60)
            #expect(ending.exitCode == 0)
            #expect(
                eventually(within: 30) {
                    folder.text("result/run.json").contains(#""state": "finished""#)
                })
        }
    }
}
