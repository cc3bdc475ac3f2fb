import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// The page of runs that go on, as a browser gets it.
    @Suite struct `Watched folders` {
        /// A server that was started by the command.
        private struct Server {
            let program: RunningProgram
            let port: UInt16
            /// The path of the page, with the token.
            let path: String

            init(_ words: [String], in folder: TemporaryFolder) throws {
                let program = try HyperfedProgram.start(["watch"] + words, in: folder)
                let came = eventually(within: 30) {
                    !program.isRunning || program.output.count { $0 == "\n" } == 2
                }
                try #require(came && program.isRunning, "\(program.errors)")
                let address = try #require(
                    program.output.firstMatch(
                        of: #/\nhttp://127\.0\.0\.1:(\d+)(/[0-9a-f]{32}/)\n$/#))
                (self.program, port) = (program, try #require(UInt16(address.1)))
                path = String(address.2)
            }

            func get(_ name: String) -> String { LoopbackClient.ask(port, path + name) }

            /// The version of the report and the sentence about the runs.
            func state() throws -> (report: String, note: String) {
                let body = get("state").split(separator: "\r\n\r\n").last ?? ""
                let json = try #require(
                    try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
                return (
                    try #require(json["report"] as? String), try #require(json["note"] as? String)
                )
            }

            func waits(for words: String) throws -> Bool {
                try eventually(within: 30) { try state().note.contains(words) }
            }
        }

        /// Starts a run without an end.
        private static func start(in folder: TemporaryFolder) throws -> RunningProgram {
            try folder.write("small.yaml", `The program`.scenario)
            return try HyperfedProgram.start(
                ["run", "small.yaml", "--quiet", "--output", "result", "--rounds", "1000000"],
                in: folder)
        }

        @Test func `are shown before, during and after a run`() throws {
            let folder = try TemporaryFolder()
            let server = try Server(["result"], in: folder)
            #expect(
                server.program.output.hasPrefix("result is not there yet; waiting for it\nhttp://"))
            #expect(try server.state().note.contains("result is not there yet"))
            #expect(server.get("").contains("result is not there yet"))
            #expect(server.get("report.html").hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(!folder.has("result"))

            let run = try Self.start(in: folder)
            try `The program`.waitForRounds(3, folder, run)
            #expect(try server.waits(for: "/1000000 rounds, under way"))
            let first = try server.state()
            #expect(first.report != "none")
            #expect(server.get("").contains("/1000000 rounds  accuracy "))
            #expect(server.get("report.html").contains("<svg"))
            let hasNew = try eventually(within: 30) {
                let next = try server.state()
                return next.report != first.report && next.note != first.note
            }
            #expect(hasNew, "\(first)")
            // Nothing stands in the way of the run, and nothing is written beside its files.
            run.signal(SIGINT)
            #expect(try run.end(within: 10).exitCode == 130)
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            #expect(try server.waits(for: "rounds, interrupted"))
            #expect(server.get("report.html").hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path) == names)

            server.program.signal(SIGINT)
            #expect(try server.program.end(within: 2).exitCode == 130)
        }

        @Test func `are shown to a hundred readers while runs go on`() throws {
            let folder = try TemporaryFolder()
            let server = try Server(["."], in: folder)
            let run = try Self.start(in: folder)
            try `The program`.waitForRounds(3, folder, run)
            #expect(try server.waits(for: "under way"))
            let rounds = `The program`.rounds(folder, "result")
            let clients = (0..<100).map { _ in LoopbackClient(port: server.port) }
            for client in clients {
                client?.send("GET \(server.path)report.html HTTP/1.1\r\nHost: localhost\r\n\r\n")
            }
            let answers = clients.map { $0?.readAll() ?? "" }
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 200 OK\r\n") })
            #expect(Set(answers).count <= 2)
            try `The program`.waitForRounds(rounds + 3, folder, run)
        }

        @Test func `are shown to nobody else`() throws {
            let folder = try TemporaryFolder()
            let server = try Server(["result", "--port", "0"], in: folder)
            func status(_ path: String, _ method: String = "GET", host: String = "localhost")
                -> Substring
            {
                LoopbackClient.ask(server.port, path, method: method, host: host).prefix {
                    $0 != "\r\n"
                }
            }
            #expect(status(server.path) == "HTTP/1.1 200 OK")
            #expect(status("/") == "HTTP/1.1 404 Not Found")
            #expect(status("/\(String(repeating: "0", count: 32))/") == "HTTP/1.1 404 Not Found")
            #expect(status(server.path, host: "evil.example") == "HTTP/1.1 403 Forbidden")
            #expect(status(server.path, "DELETE") == "HTTP/1.1 405 Method Not Allowed")
            #expect(status(server.path + "../../small.yaml") == "HTTP/1.1 404 Not Found")
            // Each server has a word of its own.
            #expect(try Server(["result"], in: folder).path != server.path)
        }

        @Test func `need a free port and a folder`() throws {
            let folder = try TemporaryFolder()
            let server = try Server(["result"], in: folder)
            let second = try HyperfedProgram.run(
                ["watch", "result", "--port", "\(server.port)"], in: folder)
            #expect(second.exitCode == 2 && second.output == "")
            #expect(
                second.errors == "error: --port: expected a free port, found \(server.port) in use"
                    + " by another program; choose another one, or 0 for any\n")
            try folder.write("file", "")
            let file = try HyperfedProgram.run(["watch", "file"], in: folder)
            #expect(file.exitCode == 2)
            #expect(
                file.errors == "error: file: expected a folder, found a file; name the folder of a"
                    + " run\n")
        }

        @Test func `of a comparison say how many runs are done and failed`() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "small.yaml",
                `The program`.scenario + """

                    compare: { variants: { a: {}, b: { client.learning_rate: 1e30 } } }
                    """)
            let words = ["small.yaml", "--quiet", "--output", "o", "--rounds", "3", "--in-process"]
            #expect(try HyperfedProgram.run(["compare"] + words, in: folder).exitCode == 1)
            let server = try Server(["o"], in: folder)
            #expect(server.program.output.hasPrefix("2 runs: 1 done, 1 failed; 3 rounds done\n"))
            let before = try server.state()
            #expect(before.note == "2 runs: 1 done, 1 failed; 3 rounds done")
            // A file that is half written leaves the report as it was.
            try folder.write("o/a/seed-7/run.json", "{")
            #expect(try server.waits(for: "1 damaged"))
        }
    }
}
