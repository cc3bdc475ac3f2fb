import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Nobody outlives the coordinator, and what is written stays readable.
    @Suite(.slow) struct `Interrupted runs` {
        /// A run without an end in its third round or later, and the processes that belong to it.
        private struct Endless {
            let folder: TemporaryFolder
            let run: RunningProgram
            let clients: [Int32]
            /// The folder of sockets and shared memory.
            let privateFolder: String

            init(_ command: String = "run", transport: String = "ipc") throws {
                folder = try TemporaryFolder()
                try folder.write("small.yaml", `The program`.scenario)
                run = try HyperfedProgram.start(
                    [
                        command, "small.yaml", "--output",
                        command == "compare" ? "all" : "all/base/seed-7", "--quiet", "--rounds",
                        "1000000", "--set", "clients.transport=\(transport)",
                    ], in: folder)
                let (folder, run) = (folder, run)
                let runs = eventually(within: 30) {
                    !run.isRunning || `The program`.rounds(folder, "all/base/seed-7") >= 3
                }
                try #require(runs && run.isRunning, "\(run.errors)")
                clients = run.children
                try #require(clients.count == 3)
                let endpoint = ProcessTable.arguments(of: clients[0])[3]
                privateFolder =
                    transport == "ipc"
                    ? String(endpoint.dropFirst("ipc://".count).dropLast("/coordinator".count))
                    : ""
            }

            /// Whether none of the clients runs any more.
            var isDeserted: Bool { !clients.contains(where: ProcessTable.isAlive) }

            /// Expects whole lines with the columns of the header.
            func expectWholeLines() {
                for name in ["rounds.csv", "clients.csv"] {
                    let text = folder.text("all/base/seed-7/\(name)")
                    #expect(text.hasSuffix("\n"), "\(name)")
                    let columns = text.split(separator: "\n").map { line in
                        line.count { $0 == "," }
                    }
                    #expect(columns.count > 3 && Set(columns).count == 1, "\(name)")
                }
            }
        }

        @Test(arguments: [SIGINT, SIGTERM, SIGHUP], ["ipc", "tcp"])
        func `a signal ends everything within two seconds`(signal: Int32, transport: String) throws
        {
            let endless = try Endless(transport: transport)
            endless.run.signal(signal)
            let ending = try endless.run.end(within: 2)
            #expect(ending.exitCode == 128 + signal)
            #expect(endless.isDeserted)
            if transport == "ipc" { #expect(access(endless.privateFolder, F_OK) != 0) }
            #expect(
                ending.errors.wholeMatch(
                    of:
                        /error: interrupted in round \d+; go on with 'hyperfed resume all.base.seed-7'\n/
                )
                    != nil, "\(ending.errors)")
            #expect(ending.output == "")
            endless.expectWholeLines()
            let state = endless.folder.text("all/base/seed-7/run.json")
            #expect(state.contains(#""state": "interrupted""#))
            #expect(!endless.folder.has("all/base/seed-7/model.safetensors"))
        }

        @Test(arguments: ["run", "compare"])
        func `Ctrl-C in a terminal reaches the whole group and ends it`(command: String) throws {
            let endless = try Endless(command)
            try endless.run.signalGroup(SIGINT)
            #expect(try endless.run.end(within: 2).exitCode == 130)
            #expect(endless.isDeserted)
            #expect(access(endless.privateFolder, F_OK) != 0)
            endless.expectWholeLines()
        }

        @Test func `Ctrl-C ends a run without client processes too`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                [
                    "run", "small.yaml", "--in-process", "--output", "result", "--rounds", "100000",
                ], in: folder)
            try `The program`.waitForRounds(3, folder, run)
            run.signal(SIGINT)
            #expect(try run.end(within: 2).exitCode == 130)
        }

        @Test(arguments: ["ipc", "tcp"])
        func `clients die with a coordinator that is killed`(transport: String) throws {
            let endless = try Endless(transport: transport)
            endless.run.signal(SIGKILL)
            #expect(try endless.run.end(within: 2).exitCode == 128 + SIGKILL)
            #expect(eventually(within: 2) { endless.isDeserted })
            endless.expectWholeLines()
            // Nobody was left to remove its folder; the next run does.
            guard transport == "ipc" else { return }
            #expect(access(endless.privateFolder, F_OK) == 0)
            let next = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--output", "next"], in: endless.folder)
            #expect(next.exitCode == 0)
            #expect(access(endless.privateFolder, F_OK) != 0)
        }
    }
}
