import Glibc

/// A connection to a port of this machine, for tests of servers.
package final class LoopbackClient {
    private let descriptor: Int32

    /// Connects to a port.
    ///
    /// - Returns: nil if nothing listens there.
    package init?(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        // A test ends with a failure, and does not wait for ever.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        let timeSize = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, timeSize)
        guard status == 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Sends text.
    package func send(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads until the other side closes the connection.
    package func readAll() -> String {
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65536))
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    /// Sends a request and reads the answer. It is empty if nothing listens there.
    package static func ask(
        _ port: UInt16, _ path: String, method: String = "GET", host: String = "localhost",
        headers: [String] = []
    ) -> String {
        guard let client = LoopbackClient(port: port) else { return "" }
        let lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)"] + headers
        client.send(lines.map { $0 + "\r\n" }.joined() + "\r\n")
        return client.readAll()
    }
}
