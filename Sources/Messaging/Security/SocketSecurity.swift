import CZeroMQ

/// How the connections of a socket are protected.
public enum SocketSecurity: Sendable {
    /// Not at all: everybody who reaches the endpoint can read and send.
    case none
    /// A router with this pair. It needs an `Authenticator` that has a list of client keys.
    case server(KeyPair)
    /// A dealer with this pair, which only connects to a router with this public key.
    case client(KeyPair, serverKey: PublicKey)

    /// The ZAP domain of the router. The authenticator answers for this domain only.
    static let domain = "hyperfed"

    /// ZMQ_ZAP_ENFORCE_DOMAIN, which the header only has for drafts. The library always has it.
    private static let enforceDomain: Int32 = 93

    /// Sets the options on a new socket, before it is attached.
    ///
    /// - Throws: `SocketError` if ZeroMQ was built without CURVE.
    func apply(to socket: UnsafeMutableRawPointer, endpoint: String) throws(SocketError) {
        func set(_ option: Int32, _ text: String, _ name: String) throws(SocketError) {
            guard zmq_setsockopt(socket, option, text, text.utf8.count) == 0 else {
                throw .last("set \(name) on", endpoint)
            }
        }
        func set(_ option: Int32, _ value: Int32, _ name: String) throws(SocketError) {
            var value = value
            guard zmq_setsockopt(socket, option, &value, MemoryLayout<Int32>.size) == 0 else {
                throw .last("set \(name) on", endpoint)
            }
        }
        switch self {
        case .none: break
        case .server(let pair):
            try set(ZMQ_CURVE_SERVER, 1, "encryption")
            try set(ZMQ_CURVE_SECRETKEY, pair.secretText, "the secret key")
            try set(ZMQ_ZAP_DOMAIN, Self.domain, "the domain")
            // Without it, every client is accepted while no authenticator answers.
            try set(Self.enforceDomain, 1, "authentication")
        case .client(let pair, let serverKey):
            try set(ZMQ_CURVE_SERVERKEY, serverKey.text, "the coordinator's key")
            try set(ZMQ_CURVE_PUBLICKEY, pair.publicKey.text, "the public key")
            try set(ZMQ_CURVE_SECRETKEY, pair.secretText, "the secret key")
        }
    }
}
