import Foundation
import Synchronization
import TestSupport
import Testing
import Watch

extension `The program` {
    // Here tests run one at a time. Beside all others, a server gets its turn too late.
    /// Over real sockets of the loopback interface.
    @Suite struct `The server of a watched folder` {
        /// Runs a server while something is done with it.
        private static func serving(
            _ desk: Desk = Desk(), _ limits: WatchServer.Limits = WatchServer.Limits(),
            _ body: @escaping @Sendable (WatchServer, _ path: String) async throws -> Void
        ) async throws {
            let server = try WatchServer(port: 0, limits)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await server.run(desk.folder) { desk.state.withLock(\.seconds) }
                }
                let path = String(server.address.dropFirst("http://127.0.0.1:\(server.port)".count))
                defer { group.cancelAll() }
                try await body(server, path)
            }
        }

        /// Asks from a thread that may wait.
        private static func ask(_ port: UInt16, _ text: String) async -> String {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    let client = LoopbackClient(port: port)
                    client?.send(text)
                    continuation.resume(returning: client?.readAll() ?? "no connection")
                }
            }
        }

        private static func get(_ port: UInt16, _ path: String, _ method: String = "GET") async
            -> String
        {
            await ask(port, "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        }

        @Test func `gives out a large report whole, and its head alone for HEAD`() async throws {
            let desk = Desk()
            let html = String(repeating: "0123456789", count: 500_000)
            desk.change { $0.html = html }
            try await Self.serving(desk) { server, path in
                let answer = await Self.get(server.port, path + "report.html")
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(answer.hasSuffix("\r\n\r\n\(html)"))
                let head = await Self.get(server.port, path + "report.html", "HEAD")
                #expect(head == String(answer.dropLast(html.count)))
            }
        }

        @Test func `a hundred readers at once all get it, from one report`() async throws {
            let desk = Desk()
            try await Self.serving(desk) { server, path in
                let answers = await withTaskGroup(of: String.self) { group in
                    for _ in 0..<100 {
                        group.addTask { await Self.get(server.port, path + "report.html") }
                    }
                    return await group.reduce(into: [String]()) { $0.append($1) }
                }
                #expect(answers.count == 100 && answers.allSatisfy { $0.hasSuffix("\r\n\r\none") })
            }
            #expect(desk.made == 1)
        }

        @Test func `requests have limits`() async throws {
            var limits = WatchServer.Limits()
            limits.headSeconds = 0.2
            try await Self.serving(Desk(), limits) { server, path in
                func status(_ text: String) async -> Substring {
                    await Self.ask(server.port, text).prefix { $0 != "\r\n" }
                }
                let long = String(repeating: "a", count: 100_000)
                #expect(
                    await status("GET /\(long)") == "HTTP/1.1 431 Request Header Fields Too Large")
                #expect(await status("hello\r\n\r\n") == "HTTP/1.1 400 Bad Request")
                #expect(await status("GET \(path) HTTP/1.1\r\n") == "HTTP/1.1 408 Request Timeout")
                #expect(
                    await status(
                        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
                    )
                        == "HTTP/1.1 405 Method Not Allowed")
                // It goes on.
                #expect(await Self.get(server.port, path).hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }

        /// Silent connections wait for their end, and those after them for a free one.
        @Test func `more connections than it serves wait for their turn`() async throws {
            var limits = WatchServer.Limits()
            (limits.connections, limits.headSeconds) = (4, 0.2)
            try await Self.serving(Desk(), limits) { server, path in
                let silent = (0..<10).map { _ in LoopbackClient(port: server.port) }
                #expect(silent.allSatisfy { $0 != nil })
                #expect(await Self.get(server.port, path).hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }

        @Test func `a port in use is an error`() throws {
            let server = try WatchServer(port: 0)
            let problem = #expect(throws: PortProblem.self) { try WatchServer(port: server.port) }
            guard case .inUse = problem else {
                Issue.record("\(String(describing: problem))")
                return
            }
        }
    }
}
