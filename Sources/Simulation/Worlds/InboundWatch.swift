import CSystem
import Glibc

/// Cuts off TCP connections that send without end, before they fill the memory.
///
/// ZeroMQ limits the size of a frame and the number of messages that wait. It stores all frames of
/// an unfinished message without a limit, and delivers none of them. So this type compares the
/// bytes that the kernel counted for each connection with the messages that were delivered. A
/// connection that sent more than its limit since its last message is cut off.
struct InboundWatch {
    private struct Connection {
        /// A number for the other side, since descriptors are used again.
        let peer: UInt64
        /// The bytes received up to the last check before which a message was delivered.
        var base: UInt64
        var limit: UInt64
    }

    /// The bytes that a connection may send before it has joined. A hello is much smaller.
    static let limitOfStrangers: UInt64 = 1 << 20
    /// The seconds between two readings of the memory, and between two checks of all connections.
    private static let (memoryInterval, interval) = (0.02, 1.0)
    /// The growth of the memory, in bytes, after which the connections are checked at once.
    private static let growth = 16 << 20
    /// The highest open descriptor has fewer closed ones than this below it.
    private static let mostClosed = 256

    /// The local port of the connections.
    private let port: Int32
    /// The bytes that a client process can have to send at once.
    private let limitOfProcesses: UInt64
    private var connections: [Int32: Connection] = [:]
    /// The connections with a message since the last check, and whether their sender has joined.
    private var deliveries: [Int32: Bool] = [:]
    private var lastMemory = (time: 0.0, bytes: 0)
    private var lastCheck = 0.0

    /// Creates a watch.
    ///
    /// - Parameters:
    ///   - port: the local port of the connections.
    ///   - maximumFrameBytes: the size of the largest frame that a client process may send.
    init(port: Int32, maximumFrameBytes: Int64) {
        self.port = port
        // A process has at most two tasks, and each report has at most two bodies.
        let (bytes, overflows) = UInt64(max(maximumFrameBytes, 0)).multipliedReportingOverflow(
            by: 4)
        limitOfProcesses = overflows ? .max : max(bytes, Self.limitOfStrangers)
    }

    /// Records that a message of a connection was delivered.
    ///
    /// - Parameter hasJoined: whether the sender is a client process of the run.
    mutating func delivered(over descriptor: Int32, hasJoined: Bool) {
        deliveries[descriptor] = hasJoined
    }

    /// Checks the connections once a second, and at once if the memory grows quickly.
    ///
    /// - Returns: the number of connections that were cut off.
    mutating func check(at now: Double) -> Int {
        guard now - lastMemory.time >= Self.memoryInterval else { return 0 }
        let bytes = residentBytes()
        let hasGrown = bytes - lastMemory.bytes > Self.growth
        guard hasGrown || now - lastCheck >= Self.interval else {
            // A slow growth counts, too, so the reading before the last check stays.
            lastMemory.time = now
            return 0
        }
        (lastMemory, lastCheck) = ((now, bytes), now)
        return cutOff()
    }

    private mutating func cutOff() -> Int {
        var found: [Int32: Connection] = [:]
        var (descriptor, closed, count): (Int32, Int, Int) = (3, 0, 0)
        while closed < Self.mostClosed {
            defer { descriptor += 1 }
            var (peer, bytes): (UInt64, UInt64) = (0, 0)
            let answer = hyperfed_inbound_bytes(descriptor, port, &peer, &bytes)
            closed = answer < 0 ? closed + 1 : 0
            guard answer == 1 else { continue }
            var connection =
                connections[descriptor].flatMap { $0.peer == peer ? $0 : nil }
                ?? Connection(peer: peer, base: 0, limit: Self.limitOfStrangers)
            if let hasJoined = deliveries[descriptor] {
                connection.base = bytes
                connection.limit = hasJoined ? limitOfProcesses : Self.limitOfStrangers
            } else if bytes - min(bytes, connection.base) > connection.limit {
                hyperfed_cut_off(descriptor)
                count += 1
                // The descriptor is closed soon, or it is used again by another connection.
                continue
            }
            found[descriptor] = connection
        }
        connections = found
        deliveries.removeAll(keepingCapacity: true)
        return count
    }

    /// Returns the memory of this process in bytes; 0 if the system does not report it.
    private func residentBytes() -> Int {
        var buffer = [UInt8](repeating: 0, count: 128)
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        let count = max(0, read(descriptor, &buffer, buffer.count))
        let fields = buffer.prefix(count).split(separator: UInt8(ascii: " "))
        guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self))
        else { return 0 }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
