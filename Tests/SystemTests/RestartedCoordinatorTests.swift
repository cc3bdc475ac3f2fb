import Glibc
import TestSupport
import Testing

extension `The program` {
    /// A coordinator that is killed and resumed at the same address keeps the client processes that
    /// others have started.
    @Suite(.slow) struct `A coordinator that goes on at its address` {
        @Test(arguments: ["ipc", "tcp"])
        func `keeps its client processes, and the bits`(transport: String) throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let words = [
                "--rounds", "60", "--set", "training.local_epochs=100",
                "--set", "checkpoint.every=5",
            ]
            let bind = transport == "ipc" ? "ipc://\(folder.path)/s" : "tcp://127.0.0.1:*"
            let run = try HyperfedProgram.start(
                ["coordinator", "small.yaml", "--output", "result", "--bind", bind] + words,
                in: folder)
            let endpoint = try `The program`.endpoint(of: run)
            let clients = try (0..<2).map { _ in
                try HyperfedProgram.start(["client", "--connect", endpoint], in: folder)
            }
            try `The program`.waitForRounds(12, folder, run)
            run.signal(SIGKILL)
            #expect(try run.end(within: 10).exitCode != 0)
            let resumed = try HyperfedProgram.run(
                ["resume", "result", "--bind", endpoint], in: folder)
            #expect(resumed.exitCode == 0, "\(resumed.errors)")
            for client in clients {
                let ending = try client.end(within: 20)
                #expect(ending.exitCode == 0, "\(ending.errors)")
            }
            let reference = try `The program`.files(
                `The program`.scenario, words + ["--in-process"])
            #expect(try RunFiles(folder, "result").difference(from: reference) == nil)
        }

        @Test func `is for runs, at an address of this machine`() throws {
            let folder = try TemporaryFolder()
            let far = try HyperfedProgram.run(
                ["resume", "result", "--bind", "udp://192.0.2.1:5555"], in: folder)
            #expect(far.exitCode == 2)
            #expect(far.errors.contains("--bind: expected ipc://PATH or "), "\(far.errors)")
        }
    }
}
