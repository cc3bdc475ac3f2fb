import Glibc
import Messaging
import Testing

/// A folder of its own for ipc sockets, removed at the end.
final class SocketFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/hyperfed-messaging-XXXXXX".utf8CString)
        let path = template.withUnsafeMutableBufferPointer { template -> String? in
            guard let base = template.baseAddress, mkdtemp(base) != nil else { return nil }
            return String(cString: base)
        }
        self.path = try #require(path)
    }

    func endpoint(_ name: String = "s") -> String { "ipc://\(path)/\(name)" }

    deinit {
        for name in ["s", "t"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}

/// The transports that real runs use.
enum Transport: CaseIterable {
    case ipc, tcp

    func endpoint(in folder: SocketFolder) -> String {
        switch self {
        case .ipc: folder.endpoint()
        case .tcp: "tcp://127.0.0.1:*"
        }
    }
}

/// What a message consisted of, in plain values.
struct Arrived: Equatable {
    var peer: PeerID?
    var header: [UInt8] = []
    /// Of the first body and of the second.
    var floats: [Float]?
    var carried: [Float]?
    var malformedParts: Int?
    /// The bodies themselves.
    var frames: [Frame] = []

    static func == (one: Arrived, other: Arrived) -> Bool {
        one.peer == other.peer && one.header == other.header && one.floats == other.floats
            && one.carried == other.carried && one.malformedParts == other.malformedParts
    }
}

let patience = 30_000

extension ZeroMQSocket {
    /// The next message. Waits for it in a poller.
    func arrival() throws -> Arrived {
        var poller = Poller()
        let item = poller.watch(self)
        while true {
            if let received = try receive() {
                switch received {
                case .message(let peer, let header, let bodies):
                    let floats = bodies.map { body in
                        body.withFloats { floats in
                            floats.withUnsafeBufferPointer { Array($0) }
                        }
                    }
                    return Arrived(
                        peer: peer, header: header, floats: floats.first,
                        carried: floats.count > 1 ? floats[1] : nil, frames: bodies)
                case .malformed(let peer, let parts):
                    return Arrived(peer: peer, malformedParts: parts)
                }
            }
            let wakeup = try poller.wait(milliseconds: patience)
            try #require(wakeup == .ready(1) && poller.isReady(item))
        }
    }

    /// The next event of the connection. Waits for it in a poller.
    func connectionEvent() throws -> ConnectionEvent {
        var poller = Poller()
        _ = poller.watch(connectionOf: self)
        while true {
            if let event = try nextConnectionEvent() { return event }
            try #require(try poller.wait(milliseconds: patience) != .timeout)
        }
    }
}

/// A frame of these floats.
func frame(_ floats: [Float]) -> SharedFrame {
    SharedFrame(count: floats.count) { span in
        for index in floats.indices { span[index] = floats[index] }
    }
}

/// Bit patterns, to compare what `==` on floats would not.
func bits(_ floats: [Float]?) -> [UInt32]? { floats.map { $0.map(\.bitPattern) } }
