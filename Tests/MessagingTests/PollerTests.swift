import Glibc
import Messaging
import Testing

@Suite struct `The poller` {
    @Test func `says which of sockets and descriptors are ready`() throws {
        let folder = try SocketFolder()
        let context = try ZeroMQContext()
        let options = SocketOptions(maximumFrameBytes: 1000)
        let router = try ZeroMQSocket(
            .router, .bind(folder.endpoint()), options: options, in: context)
        let dealer = try ZeroMQSocket(
            .dealer, .connect(folder.endpoint()), options: options, in: context)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        var poller = Poller()
        let messages = poller.watch(router)
        let lifeLine = poller.watch(descriptor: ends[0])
        #expect(try poller.wait(milliseconds: 0) == .timeout)
        #expect(try dealer.send(header: [1]) == .sent)
        #expect(try poller.wait(milliseconds: patience) == .ready(1))
        #expect(poller.isReady(messages) && !poller.isReady(lifeLine))
        #expect(try router.arrival().header == [1])

        // The end of a pipe, which has no input, wakes the poller too.
        close(ends[1])
        #expect(try poller.wait(milliseconds: patience) == .ready(1))
        #expect(!poller.isReady(messages) && poller.isReady(lifeLine))
        poller.forget(lifeLine)
        close(ends[0])
        #expect(try poller.wait(milliseconds: 0) == .timeout)
        #expect(try poller.wait(milliseconds: 5, repeatingInterrupted: true) == .timeout)
        let again = poller.watch(connectionOf: dealer)
        #expect(again == lifeLine)
        #expect(try poller.wait(milliseconds: patience) == .ready(1))
        #expect(poller.isReady(again))
    }
}
