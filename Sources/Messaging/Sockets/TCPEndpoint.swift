import Glibc

/// An endpoint `tcp://HOST:PORT`, whose host is a name, an address or `*`.
public struct TCPEndpoint: Equatable, Sendable {
    /// The host without brackets: `localhost`, `10.0.0.1`, `::1`, or `*` for all addresses.
    public let host: String
    /// The port from 1 to 65535; nil is any free port, written `*`.
    public let port: UInt16?

    /// Reads an endpoint; nil unless it has a host and a port. An IPv6 address has brackets.
    public init?(_ endpoint: String) {
        guard endpoint.hasPrefix("tcp://"), let colon = endpoint.lastIndex(of: ":") else {
            return nil
        }
        var host = endpoint[..<colon].dropFirst("tcp://".count)
        let portText = endpoint[endpoint.index(after: colon)...]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(where: { ":[]".contains($0) }) {
            return nil
        }
        let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") }
        guard !host.isEmpty, host.utf8.count <= 255, isPlain else { return nil }
        guard portText == "*" || portText.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        port = UInt16(portText)
        guard portText == "*" || port ?? 0 > 0 else { return nil }
        self.host = String(host)
    }

    /// An address to which a name was resolved.
    public struct Address: Equatable, Sendable {
        /// The number of the address: `127.0.0.1`, `::1`; `*` for all addresses of IPv4.
        public let text: String
        /// Whether only this machine can reach the address.
        public let isLoopback: Bool
    }

    /// Asks the system for the address of the host. Addresses of IPv4 come first: `localhost` is
    /// 127.0.0.1 on every machine.
    ///
    /// - Throws: `UnknownHost` if the name has no address.
    public func resolved() throws(UnknownHost) -> Address {
        if host == "*" { return Address(text: "*", isLoopback: false) }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        defer { if list != nil { freeaddrinfo(list) } }
        var found: [(family: Int32, address: Address)] = []
        var entry = list
        while status == 0, let info = entry?.pointee {
            if let address = Self.address(info) { found.append((info.ai_family, address)) }
            entry = info.ai_next
        }
        if let first = found.first(where: { $0.family == AF_INET }) ?? found.first {
            return first.address
        }
        throw UnknownHost(
            host: host,
            reason: status == 0 ? "it has no address" : String(cString: gai_strerror(status)))
    }

    /// A host that has no address.
    public struct UnknownHost: Error, Equatable, Sendable {
        /// The host as it was written.
        public let host: String
        /// The reason in the words of the system.
        public let reason: String
    }

    /// Returns the endpoint of an address for ZeroMQ, with the port of this endpoint.
    public func endpoint(at address: Address) -> String {
        let host = address.text.contains(":") ? "[\(address.text)]" : address.text
        return "tcp://\(host):\(port.map { "\($0)" } ?? "*")"
    }

    private static func address(_ info: addrinfo) -> Address? {
        guard info.ai_family == AF_INET || info.ai_family == AF_INET6, let socket = info.ai_addr
        else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(
                socket, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
        else { return nil }
        let number = Z85.text(of: text)
        return Address(
            text: number, isLoopback: number == "::1" || number.hasPrefix("127."))
    }
}
