import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Client processes that `mpirun` starts.
    @Suite(.slow) struct `A run by mpirun` {
        private static let words = ["--rounds", "400", "--set", "training.local_epochs=100"]
        private static let hasMPI =
            (try? RunningProgram("/usr/bin/env", ["mpirun", "--version"], in: TemporaryFolder())
                .end(within: 30).exitCode) == 0

        @Test(.enabled(if: hasMPI, "needs mpirun (openmpi-bin)"))
        func `has the same bits, also if one of its processes is killed`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                [
                    "run", "small.yaml", "--quiet", "--output", "result", "--launcher", "mpirun",
                    "--mpirun", "--oversubscribe",
                ] + Self.words, in: folder,
                environment: [
                    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                ])
            try `The program`.waitForRounds(20, folder, run)
            let mpirun = try #require(run.children.first)
            let clients = ProcessTable.children(of: mpirun)
            #expect(clients.count == 3)
            kill(clients[1], SIGKILL)
            let ending = try run.end(within: 120)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.errors.contains("client process"), "\(ending.errors)")
            #expect(clients.allSatisfy { !ProcessTable.isAlive($0) })
            let files = try RunFiles(folder, "result")
            let reference = try `The program`.files(`The program`.scenario, Self.words)
            #expect(files.difference(from: reference) == nil)
        }
    }
}
