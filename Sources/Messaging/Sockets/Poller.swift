import CZeroMQ
import Glibc

/// Waits for any of a set of sockets and file descriptors. No allocation per wait, up to 16 items.
///
/// What is watched must be open: `forget` it before it closes.
public struct Poller {
    /// A socket or a descriptor that is watched.
    public struct Item: Hashable, Sendable {
        fileprivate let index: Int
    }

    /// Why a wait ended.
    public enum Wakeup: Equatable, Sendable {
        /// This many items are ready.
        case ready(Int)
        /// The time is over.
        case timeout
        /// A signal handler ran.
        case interrupted
    }

    private var items: [zmq_pollitem_t] = []

    /// Makes a poller that watches nothing yet.
    public init() {}

    /// Watches for messages on a socket.
    public mutating func watch(_ socket: borrowing ZeroMQSocket) -> Item {
        watch(handle: socket.handle, descriptor: -1)
    }

    /// Watches for connection events of a dealer.
    public mutating func watch(connectionOf socket: borrowing ZeroMQSocket) -> Item {
        guard let monitor = socket.monitor?.handle else {
            preconditionFailure("only a dealer reports its connection")
        }
        return watch(handle: monitor, descriptor: -1)
    }

    /// Watches for input, end of file or an error on a file descriptor.
    public mutating func watch(descriptor: Int32) -> Item {
        watch(handle: nil, descriptor: descriptor)
    }

    /// Watches an item no longer; its place is used for the next.
    public mutating func forget(_ item: Item) {
        // `poll` skips negative descriptors.
        items[item.index] = zmq_pollitem_t(socket: nil, fd: -1, events: 0, revents: 0)
    }

    /// Waits until an item is ready or `milliseconds` have passed. Nil means no limit. The value 0
    /// checks once and returns.
    ///
    /// A signal handler ends the wait, unless `repeatingInterrupted`: then the rest of the time
    /// follows.
    public mutating func wait(milliseconds: Int?, repeatingInterrupted: Bool = false)
        throws(SocketError) -> Wakeup
    {
        let end = milliseconds.map { Self.now() + $0 }
        var rest = milliseconds ?? -1
        while true {
            let count = items.withUnsafeMutableBufferPointer { items in
                zmq_poll(items.baseAddress, Int32(items.count), rest)
            }
            if count > 0 { return .ready(Int(count)) }
            if count == 0 { return .timeout }
            guard zmq_errno() == EINTR else { throw .last("wait for messages") }
            guard repeatingInterrupted else {
                for index in items.indices { items[index].revents = 0 }
                return .interrupted
            }
            if let end { rest = max(0, end - Self.now()) }
        }
    }

    /// Returns whether the last wait found this item ready.
    public func isReady(_ item: Item) -> Bool { items[item.index].revents != 0 }

    private mutating func watch(handle: UnsafeMutableRawPointer?, descriptor: Int32) -> Item {
        let item = zmq_pollitem_t(
            socket: handle, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0)
        if let free = items.firstIndex(where: { $0.socket == nil && $0.fd < 0 }) {
            items[free] = item
            return Item(index: free)
        }
        items.append(item)
        return Item(index: items.count - 1)
    }

    /// Milliseconds of the clock that never jumps.
    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
