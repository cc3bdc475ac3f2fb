import Glibc
import TestSupport
import Testing

extension `The program` {
    /// `hyperfed coordinator` and `hyperfed client`, each started by itself.
    @Suite(.slow) struct `Coordinator and clients by hand` {
        // About a second of work, so that both clients have joined long before the end.
        private static let words = ["--rounds", "60", "--set", "training.local_epochs=100"]
        private static let reference = Result {
            try `The program`.files(`The program`.scenario, words)
        }

        /// A coordinator that waits, and where.
        private struct Waiting {
            let folder: TemporaryFolder
            let coordinator: RunningProgram
            let way: Way
            var endpoint: String { way.endpoint }

            init(_ transport: String, _ words: [String] = []) throws {
                folder = try TemporaryFolder()
                try folder.write("small.yaml", `The program`.scenario)
                let bind = transport == "ipc" ? "ipc://\(folder.path)/s" : "tcp://127.0.0.1:*"
                coordinator = try HyperfedProgram.start(
                    ["coordinator", "small.yaml", "--output", "result", "--bind", bind] + words,
                    in: folder)
                way = try Way(to: coordinator)
            }

            func client(_ words: [String] = []) throws -> RunningProgram {
                try HyperfedProgram.start(["client"] + way.words + words, in: folder)
            }
        }

        @Test(arguments: ["ipc", "tcp"])
        func `two clients give the bits of run`(transport: String) throws {
            let waiting = try Waiting(transport, Self.words)
            let clients = [try waiting.client(), try waiting.client()]
            let ending = try waiting.coordinator.end(within: 60)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            for client in clients {
                let ending = try client.end(within: 10)
                #expect(ending.exitCode == 0)
                #expect(ending.output + ending.errors == "")
            }
            let files = try RunFiles(waiting.folder, "result")
            #expect(files.difference(from: try Self.reference.get()) == nil)
            // The socket of a local endpoint is gone.
            #expect(waiting.folder.names() == ["result", "small.yaml"])
        }

        @Test(arguments: ["ipc", "tcp"])
        func `the other one finishes when one is killed`(transport: String) throws {
            let waiting = try Waiting(transport, Self.words)
            let clients = [try waiting.client(), try waiting.client()]
            try `The program`.waitForRounds(5, waiting.folder, waiting.coordinator)
            clients[0].signal(SIGKILL)
            let ending = try waiting.coordinator.end(within: 60)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(try clients[1].end(within: 10).exitCode == 0)
            let files = try RunFiles(waiting.folder, "result")
            #expect(files.difference(from: try Self.reference.get()) == nil)
        }

        @Test(arguments: ["ipc:///proc/nowhere/socket", "tcp://127.0.0.1:1"])
        func `a client that finds no coordinator gives up and says so`(endpoint: String) throws {
            let ending = try HyperfedProgram.run(
                ["client", "--connect", endpoint, "--patience", "1"]
                    + (endpoint.hasPrefix("tcp") ? ["--insecure"] : []), in: TemporaryFolder())
            #expect(ending.exitCode == 1)
            #expect(
                ending.errors
                    == "client process: \(endpoint): expected a coordinator, found none for 1 s; check"
                    + " --connect or raise --patience\n")
            #expect(ending.output == "")
        }

        @Test(arguments: ["ipc", "tcp"])
        func `a client whose coordinator is killed gives up by itself`(transport: String) throws {
            let waiting = try Waiting(transport, ["--rounds", "1000000"])
            let client = try waiting.client(["--patience", "1"])
            try `The program`.waitForRounds(3, waiting.folder, waiting.coordinator)
            waiting.coordinator.signal(SIGKILL)
            let ending = try client.end(within: 15)
            #expect(ending.exitCode == 1)
            #expect(
                ending.errors.contains(
                    ": \(waiting.endpoint): expected a coordinator, found none for 1 s; "),
                "\(ending.errors)")
        }

        @Test func `a port in use is refused before anything is written`() throws {
            let waiting = try Waiting("tcp")
            let ending = try HyperfedProgram.run(
                [
                    "coordinator", "small.yaml", "--output", "other", "--bind", waiting.endpoint,
                ], in: waiting.folder)
            #expect(ending.exitCode == 2)
            // No header, and no folder.
            #expect(
                ending.errors
                    == "error: --bind: expected an endpoint that is free, found"
                    + " \(waiting.endpoint); choose another"
                    + " (\(waiting.endpoint): Address already in use, errno 98)\n")
            #expect(!waiting.folder.has("other"))
            waiting.coordinator.signal(SIGINT)
            #expect(try waiting.coordinator.end(within: 2).exitCode == 130)
        }

        @Test(.enabled(if: `The program`.hasPython(), "python3 is not installed"))
        func `a client of another protocol version is refused in words`() throws {
            let waiting = try Waiting("tcp", ["--insecure"])
            let stranger = try `The program`.python(ForeignPeer.client, [waiting.way.port])
            #expect(
                stranger.output
                    == "expected protocol version 6, found 1; use the same hyperfed on both sides\n",
                "\(stranger.errors)")
            #expect(
                waiting.coordinator.errors.contains(
                    "refused a message: expected protocol version 6, found 1\n"))
            // The stranger did no harm.
            let client = try waiting.client()
            #expect(try waiting.coordinator.end(within: 30).exitCode == 0)
            #expect(try client.end(within: 10).exitCode == 0)
            let files = try RunFiles(waiting.folder, "result")
            #expect(files.difference(from: try `The program`.files()) == nil)
        }

        @Test(.enabled(if: `The program`.hasPython(), "python3 is not installed"))
        func `a client that is refused says why`() throws {
            let folder = try TemporaryFolder()
            let coordinator = try RunningProgram(
                "/usr/bin/env", ["python3", "-c", ForeignPeer.coordinator], in: folder)
            #expect(eventually(within: 20) { coordinator.output.hasSuffix("\n") })
            let port = coordinator.output.dropLast()
            let ending = try HyperfedProgram.run(
                ["client", "--insecure", "--connect", "tcp://127.0.0.1:\(port)"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(ending.errors == "client process: refused by the coordinator: use hyperfed 9\n")
        }
    }
}
