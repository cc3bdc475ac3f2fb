import Glibc
import Messaging
import Testing

@Suite struct `Sockets` {
    private let options = SocketOptions(maximumFrameBytes: 1 << 20)

    @Test(arguments: Transport.allCases)
    func `a model goes down and an update comes up, bit for bit`(transport: Transport) throws {
        let folder = try SocketFolder()
        let context = try ZeroMQContext()
        let endpoint = transport.endpoint(in: folder)
        let router = try ZeroMQSocket(.router, .bind(endpoint), options: options, in: context)
        let dealer = try ZeroMQSocket(
            .dealer, .connect(router.lastEndpoint), options: options, in: context)
        #expect(try dealer.send(header: [1, 2, 3]) == .sent)
        let hello = try router.arrival()
        #expect(hello.header == [1, 2, 3] && hello.floats == nil)
        let peer = try #require(hello.peer)

        // 636 KB, with a NaN, a negative zero and a subnormal number among them.
        var model = (0..<159_010).map { Float($0) * 0.001 }
        model[1] = Float(bitPattern: 0x7fc0_1234)
        model[2] = -0.0
        model[3] = .leastNonzeroMagnitude
        #expect(try router.send(to: peer, header: [4], bodies: [.floats(frame(model))]) == .sent)
        let down = try dealer.arrival()
        #expect(down.header == [4] && bits(down.floats) == bits(model))
        #expect(try dealer.send(header: [6], bodies: [.floats(frame(model.reversed()))]) == .sent)
        let up = try router.arrival()
        #expect(up.peer == peer && up.header == [6])
        #expect(bits(up.floats) == bits(model.reversed()))
    }

    /// An update and what its client carries on; that goes down again with the client's next task as
    /// it came, and can be sent any number of times.
    @Test(arguments: Transport.allCases)
    func `two bodies arrive in order, and a received one can be sent on`(transport: Transport)
        throws
    {
        let folder = try SocketFolder()
        let context = try ZeroMQContext()
        let router = try ZeroMQSocket(
            .router, .bind(transport.endpoint(in: folder)), options: options, in: context)
        let dealer = try ZeroMQSocket(
            .dealer, .connect(router.lastEndpoint), options: options, in: context)
        // Small frames lie inside ZeroMQ's messages, large ones outside.
        for count in [3, 5_000, 100_000] {
            let update = (0..<count).map { Float($0) }
            let carried = (0..<2 * count).map { Float($0) * 0.5 }
            let bodies: [OutgoingBody] = [.floats(frame(update)), .floats(frame(carried))]
            #expect(try dealer.send(header: [1], bodies: bodies) == .sent)
            let up = try router.arrival()
            #expect(up.floats == update && up.carried == carried)
            let peer = try #require(up.peer)
            for number in 2...4 as ClosedRange<UInt8> {
                let sent = try router.send(
                    to: peer, header: [number], bodies: [.forwarded(up.frames[1])])
                #expect(sent == .sent)
                let down = try dealer.arrival()
                #expect(down.header == [number] && down.floats == carried && down.carried == nil)
            }
            let kept = up.frames[1].withFloats { floats in
                floats.withUnsafeBufferPointer { Array($0) }
            }
            #expect(kept == carried)
        }
    }

    @Test func `a frame may be shorter than its room`() throws {
        let short = SharedFrame(capacity: 5) { span in
            for index in 0..<5 { span[index] = Float(index) }
            return 3
        }
        #expect(short.count == 3 && short.checksum == frameChecksum([0, 1, 2].span))
        let values = short.withFloats { floats in floats.withUnsafeBufferPointer { Array($0) } }
        #expect(values == [0, 1, 2])
    }

    @Test func `small bodies arrive whole wherever ZeroMQ puts them`() throws {
        // Headers of odd lengths put the floats behind them at every alignment.
        let folder = try SocketFolder()
        let context = try ZeroMQContext()
        let router = try ZeroMQSocket(
            .router, .bind(folder.endpoint()), options: options, in: context)
        let dealer = try ZeroMQSocket(
            .dealer, .connect(folder.endpoint()), options: options, in: context)
        for length in 0..<40 {
            let header = [UInt8](repeating: UInt8(length), count: length)
            let floats = (0..<length * 7).map { Float($0) + 0.5 }
            #expect(try dealer.send(header: header, bodies: [.floats(frame(floats))]) == .sent)
            if length % 8 == 7 {
                for earlier in length - 7...length {
                    let arrived = try router.arrival()
                    #expect(arrived.header.count == earlier)
                    #expect(arrived.floats == (0..<earlier * 7).map { Float($0) + 0.5 })
                }
            }
        }
    }

    @Test func `one frame for several peers is freed when all have it`() throws {
        let folder = try SocketFolder()
        weak var memory: SharedFrame?
        do {
            let context = try ZeroMQContext()
            let router = try ZeroMQSocket(
                .router, .bind(folder.endpoint()), options: options, in: context)
            let first = try ZeroMQSocket(
                .dealer, .connect(folder.endpoint()), options: options, in: context)
            let second = try ZeroMQSocket(
                .dealer, .connect(folder.endpoint()), options: options, in: context)
            let values = (0..<100_000).map { Float($0) }
            #expect(try first.send(header: [1]) == .sent)
            #expect(try second.send(header: [2]) == .sent)
            let hellos = [try router.arrival(), try router.arrival()]
            #expect(Set(hellos.map(\.header)) == [[1], [2]])
            do {
                let model = frame(values)
                memory = model
                for hello in hellos {
                    let peer = try #require(hello.peer)
                    let result = try router.send(
                        to: peer, header: hello.header, bodies: [.floats(model)])
                    #expect(result == .sent)
                }
                let gone = PeerID([9, 9, 9, 9, 9])
                #expect(
                    try router.send(to: gone, header: [1], bodies: [.floats(model)]) == .unreachable
                )
            }
            #expect(try first.arrival() == Arrived(header: [1], floats: values))
            #expect(try second.arrival() == Arrived(header: [2], floats: values))
        }
        // The context has ended, so the I/O thread has let go of everything.
        #expect(memory == nil)
    }

    @Test func `an unsent frame is freed with its socket`() throws {
        let folder = try SocketFolder()
        weak var memory: SharedFrame?
        do {
            let context = try ZeroMQContext()
            let dealer = try ZeroMQSocket(
                .dealer, .connect(folder.endpoint()), options: options, in: context)
            let update = frame([1, 2, 3])
            memory = update
            #expect(try dealer.send(header: [1], bodies: [.floats(update)]) == .sent)
        }
        #expect(memory == nil)
    }

    @Test func `a dealer that reconnects hears of it and is a new peer`() throws {
        let folder = try SocketFolder()
        let context = try ZeroMQContext()
        let dealer = try ZeroMQSocket(
            .dealer, .connect(folder.endpoint()), options: options, in: context)
        for round in 1...2 as ClosedRange<UInt8> {
            let router = try ZeroMQSocket(
                .router, .bind(folder.endpoint()), options: options, in: context)
            #expect(try dealer.connectionEvent() == .connected)
            #expect(try dealer.send(header: [round]) == .sent)
            #expect(try router.arrival().header == [round])
            _ = consume router
            #expect(try dealer.connectionEvent() == .disconnected)
        }
    }

    @Test func `a frame's memory is aligned and its error passes through`() throws {
        struct Refused: Error {}
        #expect(throws: Refused.self) {
            try SharedFrame(count: 3) { (_: inout MutableSpan<Float>) throws(Refused) in
                throw Refused()
            }
        }
        let empty = SharedFrame(count: 0) { _ in }
        #expect(empty.count == 0 && empty.checksum == frameChecksum([Float]().span))
        let isAligned = frame([1, 2]).withFloats { floats in
            floats.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) % 64 == 0 }
        }
        #expect(isAligned)
    }
}
