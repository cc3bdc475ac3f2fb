import Federation
import Glibc
import Messaging
import TestSupport
import Testing

/// Sockets with CURVE keys: who may connect, what each side reads, and what is counted.
@Suite struct `Encryption` {
    private static func options(_ security: SocketSecurity) -> SocketOptions {
        SocketOptions(maximumFrameBytes: 1 << 20, security: security)
    }

    /// A router with keys that accepts one client.
    private struct Coordinator: ~Copyable {
        let context: ZeroMQContext
        let pair: KeyPair
        let authenticator: Authenticator
        let socket: ZeroMQSocket

        init(_ clients: [KeyPair], hasKeys: Bool = true, endpoint: String = "tcp://127.0.0.1:*")
            throws
        {
            let (context, pair) = (try ZeroMQContext(), try KeyPair.make())
            var names: [PublicKey: String] = [:]
            for (index, client) in clients.enumerated() {
                names[client.publicKey] = "client-\(index)"
            }
            let authenticator = try Authenticator(
                hasKeys ? AcceptedClients(AllowList(names)) : nil, in: context)
            let socket = try ZeroMQSocket(
                .router, .bind(endpoint), options: options(hasKeys ? .server(pair) : .none),
                authenticator: authenticator, in: context)
            (self.context, self.pair, self.authenticator) = (context, pair, authenticator)
            self.socket = socket
        }
    }

    private static func client(
        _ security: SocketSecurity, _ coordinator: borrowing Coordinator
    ) throws -> ZeroMQSocket {
        try ZeroMQSocket(
            .dealer, .connect(coordinator.socket.lastEndpoint), options: options(security),
            in: coordinator.context)
    }

    @Test func `a listed client exchanges messages, and its name comes with each`() throws {
        let pairs = [try KeyPair.make(), try KeyPair.make()]
        let coordinator = try Coordinator(pairs)
        let model = (0..<100_000).map { Float($0) }
        for (index, pair) in pairs.enumerated() {
            let dealer = try Self.client(
                .client(pair, serverKey: coordinator.pair.publicKey), coordinator)
            for number in 1...3 as ClosedRange<UInt8> {
                #expect(try dealer.send(header: [number]) == .sent)
                let hello = try coordinator.socket.arrival()
                let peer = try #require(hello.peer)
                #expect(hello.header == [number] && peer.user == "client-\(index)")
                #expect(
                    try coordinator.socket.send(
                        to: peer, header: [9], bodies: [.floats(frame(model))]) == .sent)
                #expect(try bits(dealer.arrival().floats) == bits(model))
            }
        }
        #expect(coordinator.authenticator.refused == RefusalCounts())
    }

    /// The events of the dealer until a handshake fails for the given number of times.
    private static func failures(
        _ dealer: borrowing ZeroMQSocket, _ count: Int
    ) throws -> [ConnectionEvent] {
        var events: [ConnectionEvent] = []
        while events.count < count {
            let event = try dealer.connectionEvent()
            if event != .disconnected { events.append(event) }
        }
        return events
    }

    /// Waits for the count of a reason, and returns the lines of the log.
    private static func lines(
        _ coordinator: borrowing Coordinator, _ reason: RefusalReason, atLeast count: Int
    ) throws -> [String] {
        let authenticator = coordinator.authenticator
        try #require(eventually(within: 30) { authenticator.refused[reason] >= count })
        for other in RefusalReason.allCases where other != reason {
            #expect(authenticator.refused[other] == 0, "\(other)")
        }
        return authenticator.takeLines()
    }

    @Test func `an unlisted client is refused for good`() throws {
        let coordinator = try Coordinator([try KeyPair.make()])
        let stranger = try KeyPair.make()
        let dealer = try Self.client(
            .client(stranger, serverKey: coordinator.pair.publicKey), coordinator)
        #expect(try Self.failures(dealer, 1) == [.refusedKey])
        let lines = try Self.lines(coordinator, .unlistedKey, atLeast: 1)
        #expect(lines.count == 1)
        #expect(
            lines.first?.hasPrefix(
                "refused a connection from 127.0.0.1: expected a client key of the list, found"
                    + " \(stranger.publicKey); ") ?? false, "\(lines)")
    }

    @Test func `a client that expects another coordinator tries again, with one line`() throws {
        let pair = try KeyPair.make()
        let coordinator = try Coordinator([pair])
        let dealer = try Self.client(
            .client(pair, serverKey: try KeyPair.make().publicKey), coordinator)
        for event in try Self.failures(dealer, 3) {
            guard case .handshakeBroken = event else {
                Issue.record("\(event)")
                continue
            }
        }
        let lines = try Self.lines(coordinator, .otherServerKey, atLeast: 3)
        // The address is unknown if the connection ended before it was read.
        #expect((1...2).contains(lines.count))
        #expect(
            lines.first?.contains(
                ": expected a client with this coordinator's public key, found another key; ")
                ?? false, "\(lines)")
    }

    @Test(arguments: [true, false])
    func `keys on one side only are refused for good`(isServer: Bool) throws {
        let pair = try KeyPair.make()
        let coordinator = try Coordinator([pair], hasKeys: isServer)
        let security = SocketSecurity.client(pair, serverKey: coordinator.pair.publicKey)
        let dealer = try Self.client(isServer ? .none : security, coordinator)
        #expect(try Self.failures(dealer, 1) == [.oneSideWithoutKeys])
        let lines = try Self.lines(coordinator, .oneSideWithoutKeys, atLeast: 1)
        #expect(lines.count == 1 && lines[0].contains(" found them on one; "), "\(lines)")
    }

    @Test func `another program is counted`() throws {
        let coordinator = try Coordinator([])
        let port = try #require(UInt16(coordinator.socket.lastEndpoint.split(separator: ":")[2]))
        let client = try #require(LoopbackClient(port: port))
        client.send("GET / HTTP/1.1\r\nHost: here\r\n\r\n" + String(repeating: "x", count: 100))
        _ = client.readAll()
        let lines = try Self.lines(coordinator, .brokenHandshake, atLeast: 1)
        #expect(
            lines.count == 1 && lines[0].contains(": expected a client of hyperfed, "), "\(lines)")
    }

    @Test func `without an authenticator a router with keys accepts no client`() throws {
        let context = try ZeroMQContext()
        let (server, pair) = (try KeyPair.make(), try KeyPair.make())
        let router = try ZeroMQSocket(
            .router, .bind("tcp://127.0.0.1:*"), options: Self.options(.server(server)),
            in: context)
        let dealer = try ZeroMQSocket(
            .dealer, .connect(router.lastEndpoint),
            options: Self.options(.client(pair, serverKey: server.publicKey)), in: context)
        let event = try Self.failures(dealer, 1)[0]
        #expect(event != .connected, "\(event)")
        #expect(try router.receive() == nil)
    }

    @Test func `routers with keys come and go, in several contexts at once`() throws {
        // Contexts end while others encrypt.
        for _ in 0..<5 {
            let pair = try KeyPair.make()
            let first = try Coordinator([pair])
            do {
                let second = try Coordinator([pair])
                let dealer = try Self.client(
                    .client(pair, serverKey: second.pair.publicKey), second)
                #expect(try dealer.send(header: [1]) == .sent)
                #expect(try second.socket.arrival().header == [1])
            }
            let dealer = try Self.client(.client(pair, serverKey: first.pair.publicKey), first)
            #expect(try dealer.send(header: [2]) == .sent)
            #expect(try first.socket.arrival().header == [2])
        }
    }

    @Test func `IPv6 works, where the machine has it`() throws {
        guard (try? TCPEndpoint("tcp://[::1]:*")?.resolved()) != nil else { return }
        let pair = try KeyPair.make()
        let coordinator = try Coordinator([pair], endpoint: "tcp://[::1]:*")
        #expect(coordinator.socket.lastEndpoint.hasPrefix("tcp://[::1]:"))
        let dealer = try Self.client(
            .client(pair, serverKey: coordinator.pair.publicKey), coordinator)
        #expect(try dealer.send(header: [1]) == .sent)
        #expect(try coordinator.socket.arrival().header == [1])
    }

    /// Kinds of events of ZeroMQ 4.3: accepted, disconnected, failed and succeeded handshakes.
    private static let events = (
        accepted: Int32(0x20), ended: Int32(0x200), broken: Int32(0x800), succeeded: Int32(0x1000),
        foreign: Int32(0x2000), refused: Int32(0x4000)
    )

    @Test func `each connection that fails counts once, and one that leaves does not`() {
        let kinds = Self.events
        var handshakes = Handshakes { "address \($0)" }
        var ends: [String] = []
        func read(_ kind: Int32, _ value: Int) {
            if let end = handshakes.read(MonitorEvent(kind, Int32(value))) {
                ends.append("\(end.reason.rawValue) \(end.address)")
            }
        }
        // A client joins and leaves.
        for (kind, value) in [(kinds.accepted, 7), (kinds.succeeded, 0), (kinds.ended, 7)] {
            read(kind, value)
        }
        #expect(ends == [])
        // Each of the four ways to fail, then a peer of another protocol.
        for (kind, value) in [
            (kinds.accepted, 8), (kinds.accepted, 9), (kinds.foreign, 0x1100_0002),
            (kinds.ended, 8), (kinds.foreign, 0x1100_0001), (kinds.ended, 9),
            (kinds.accepted, 8), (kinds.refused, 400), (kinds.ended, 8), (kinds.accepted, 8),
            (kinds.broken, 32), (kinds.ended, 8), (kinds.accepted, 8), (kinds.ended, 8),
        ] { read(kind, value) }
        #expect(
            ends == [
                "one_side_without_keys address 8", "other_server_key address 9",
                "broken_handshake address 8", "broken_handshake address 8",
            ])
    }

    @Test func `the log has one line for each address, reason and minute`() {
        var refused = RefusedConnectionLog()
        for second in 0..<90 { refused.add(.brokenHandshake, from: "10.0.0.1", at: Double(second)) }
        refused.add(.otherServerKey, from: "10.0.0.1", at: 0)
        #expect(refused.takeLines().count == 3 && refused.takeLines().isEmpty)
        #expect(refused.counts[.brokenHandshake] == 90 && refused.counts[.otherServerKey] == 1)
        // Many addresses: the lines are bounded, the count is not.
        for number in 0..<10_000 {
            refused.add(.brokenHandshake, from: "10.1.\(number)", at: 200)
        }
        #expect(refused.takeLines().count == 64)
        #expect(refused.counts[.brokenHandshake] == 10_090)
    }
}
