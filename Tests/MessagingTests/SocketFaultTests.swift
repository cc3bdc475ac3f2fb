import Glibc
import Messaging
import Testing

@Suite struct `Sockets in trouble` {
    private let options = SocketOptions(maximumFrameBytes: 1 << 20, queuedMessages: 2)

    private func bindError(_ endpoint: String) throws -> String {
        let context = try ZeroMQContext()
        do throws(SocketError) {
            _ = try ZeroMQSocket(.router, .bind(endpoint), options: options, in: context)
            return "bound"
        } catch {
            return error.description
        }
    }

    @Test func `an endpoint that cannot be bound is named with the reason`() throws {
        #expect(
            try bindError("tcp://256.0.0.1:1")
                == "tcp://256.0.0.1:1: expected hyperfed to bind to it, found an error (No such device,"
                + " errno 19)")
        let long = "ipc:///tmp/" + String(repeating: "x", count: 120)
        #expect(
            try bindError(long)
                == "\(long): expected hyperfed to bind to it, found an error (File name too long,"
                + " errno 36)")
        #expect(
            try bindError("carrier-pigeon://1")
                == "carrier-pigeon://1: expected hyperfed to bind to it, found an error (Protocol not"
                + " supported, errno 93)")
    }

    @Test func `a port in use is named`() throws {
        let context = try ZeroMQContext()
        let first = try ZeroMQSocket(
            .router, .bind("tcp://127.0.0.1:*"), options: options, in: context)
        #expect(
            try bindError(first.lastEndpoint)
                == "\(first.lastEndpoint): expected hyperfed to bind to it, found an error (Address"
                + " already in use, errno 98)")
    }

    @Test func `a file that is no socket is not overwritten`() throws {
        let folder = try SocketFolder()
        let path = folder.path + "/t"
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        close(descriptor)
        let endpoint = folder.endpoint("t")
        #expect(
            try bindError(endpoint)
                == "\(endpoint): expected hyperfed to bind to it, found an error (File exists, errno"
                + " 17)")
        #expect(access(path, F_OK) == 0)
    }

    @Test func `an unknown peer and a departed one are unreachable`() throws {
        let folder = try SocketFolder()
        let context = try ZeroMQContext()
        let router = try ZeroMQSocket(
            .router, .bind(folder.endpoint()), options: options, in: context)
        #expect(try router.send(to: PeerID([0, 1, 2, 3, 4]), header: [1]) == .unreachable)
        var departed: PeerID?
        do {
            // Leaves when this scope ends; the message still goes, since it can linger.
            var patient = options
            patient.lingerMilliseconds = 1000
            let dealer = try ZeroMQSocket(
                .dealer, .connect(folder.endpoint()), options: patient, in: context)
            #expect(try dealer.send(header: [1]) == .sent)
            departed = try router.arrival().peer
        }
        let peer = try #require(departed)
        var result = try router.send(to: peer, header: [2])
        var poller = Poller()
        for _ in 0..<500 where result != .unreachable {
            _ = try poller.wait(milliseconds: 10)
            result = try router.send(to: peer, header: [2])
        }
        #expect(result == .unreachable)
    }

    @Test func `a full queue says so and keeps nothing half sent`() throws {
        let folder = try SocketFolder()
        let context = try ZeroMQContext()
        let dealer = try ZeroMQSocket(
            .dealer, .connect(folder.endpoint()), options: options, in: context)
        // Nobody listens: the queue takes two messages, whatever their number of parts.
        let body = frame([1, 2, 3])
        #expect(try dealer.send(header: [1], bodies: [.floats(body)]) == .sent)
        #expect(try dealer.send(header: [2], bodies: [.floats(body)]) == .sent)
        #expect(try dealer.send(header: [3], bodies: [.floats(body)]) == .wouldBlock)
        #expect(try dealer.waitUntilWritable(milliseconds: 0) == false)
        let router = try ZeroMQSocket(
            .router, .bind(folder.endpoint()), options: options, in: context)
        #expect(try router.arrival().header == [1])
        #expect(try router.arrival().header == [2])
        #expect(try dealer.waitUntilWritable(milliseconds: patience))
        #expect(try dealer.send(header: [4], bodies: [.floats(body)]) == .sent)
        let arrived = try router.arrival()
        #expect(arrived.header == [4] && arrived.floats == [1, 2, 3])
    }

    @Test func `a slow peer's full queue blocks only that peer`() throws {
        let folder = try SocketFolder()
        let context = try ZeroMQContext()
        let router = try ZeroMQSocket(
            .router, .bind(folder.endpoint()), options: options, in: context)
        let slow = try ZeroMQSocket(
            .dealer, .connect(folder.endpoint()), options: options, in: context)
        #expect(try slow.send(header: [1]) == .sent)
        let slowPeer = try #require(try router.arrival().peer)
        let body = frame([Float](repeating: 1, count: 200_000))
        var sent = 0
        while try router.send(to: slowPeer, header: [9], bodies: [.floats(body)]) == .sent {
            sent += 1
        }
        #expect(sent >= 2)
        let other = try ZeroMQSocket(
            .dealer, .connect(folder.endpoint()), options: options, in: context)
        #expect(try other.send(header: [2]) == .sent)
        let otherPeer = try #require(try router.arrival().peer)
        #expect(try router.send(to: otherPeer, header: [3], bodies: [.floats(body)]) == .sent)
        #expect(try other.arrival().header == [3])
        for _ in 0..<sent { #expect(try slow.arrival().floats?.count == 200_000) }
        #expect(try slow.receive().map { _ in true } == nil)
    }

    @Test(arguments: Transport.allCases)
    func `a frame that is too large cuts off its sender only`(transport: Transport) throws {
        let folder = try SocketFolder()
        let context = try ZeroMQContext()
        var strict = options
        strict.maximumFrameBytes = 1000
        let router = try ZeroMQSocket(
            .router, .bind(transport.endpoint(in: folder)), options: strict, in: context)
        let greedy = try ZeroMQSocket(
            .dealer, .connect(router.lastEndpoint), options: options, in: context)
        let modest = try ZeroMQSocket(
            .dealer, .connect(router.lastEndpoint), options: options, in: context)
        #expect(try greedy.connectionEvent() == .connected)
        let large = frame([Float](repeating: 1, count: 1000))
        #expect(try greedy.send(header: [1], bodies: [.floats(large)]) == .sent)
        #expect(try greedy.connectionEvent() == .disconnected)
        #expect(try modest.send(header: [2]) == .sent)
        #expect(try router.arrival().header == [2])
        #expect(try greedy.connectionEvent() == .connected)
        #expect(try greedy.send(header: [3]) == .sent)
        #expect(try router.arrival().header == [3])
    }

    @Test func `too many parts are reported and the next message is read`() throws {
        let folder = try SocketFolder()
        let context = try ZeroMQContext()
        let router = try ZeroMQSocket(
            .router, .bind(folder.endpoint()), options: options, in: context)
        let dealer = try ZeroMQSocket(
            .dealer, .connect(folder.endpoint()), options: options, in: context)
        #expect(try dealer.send(parts: [[1], [2], [3], [4], [5]]) == .sent)
        #expect(try dealer.send(header: [5]) == .sent)
        let bad = try router.arrival()
        let good = try router.arrival()
        #expect(bad.malformedParts == 5 && bad.peer == good.peer)
        #expect(good.header == [5])
        let peer = try #require(good.peer)
        #expect(try router.send(parts: [peer.bytes, [1], [2], [3], [4]]) == .sent)
        #expect(try dealer.arrival().malformedParts == 4)
    }
}
