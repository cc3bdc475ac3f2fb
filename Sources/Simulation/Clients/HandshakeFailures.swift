public import Messaging

/// Decides from the failed handshakes of a client process whether it can ever connect.
///
/// A key that is not listed and keys on one side only are final. A coordinator with another key
/// only breaks the handshake off, as one does that ends at this moment. So it counts from the third
/// time in a row on.
struct HandshakeFailures {
    private static let limit = 3

    private let endpoint: String
    private let keys: ClientKeys?
    private var brokenInARow = 0

    /// - Parameter keys: the keys of this process; nil without keys.
    init(endpoint: String, keys: ClientKeys?) { (self.endpoint, self.keys) = (endpoint, keys) }

    /// Reads an event of the connection.
    ///
    /// - Returns: why this process can never connect, as a message; nil if it may.
    mutating func reason(after event: ConnectionEvent) -> String? {
        switch event {
        case .connected:
            brokenInARow = 0
            return nil
        case .disconnected: return nil
        case .refusedKey:
            return "\(endpoint): expected a key on the coordinator's list, found"
                + " \(keys?.pair.publicKey.text ?? "no key")"
                + (keys.map { " (\($0.file))" } ?? "")
                + "; add its public key file there with 'hyperfed keys authorise', and start this"
                + " client again"
        case .oneSideWithoutKeys:
            return keys == nil
                ? "\(endpoint): expected a coordinator without keys, found one with keys; give this"
                    + " client --key and --server-key"
                : "\(endpoint): expected a coordinator with keys, found one without; start it"
                    + " with --key and --allow, or this client with --insecure"
        case .foreignProtocol:
            return "\(endpoint): expected a coordinator of hyperfed, found another program; check"
                + " --connect"
        case .handshakeBroken:
            brokenInARow += 1
            guard let keys, brokenInARow >= Self.limit else { return nil }
            return "\(endpoint): expected a coordinator with the key \(keys.serverKey)"
                + " (\(keys.serverFile)), found one with another key, or another program; copy the"
                + " coordinator's public key file again, or check --connect"
        }
    }
}

/// The keys of a client process, with their files for messages.
public struct ClientKeys: Sendable {
    /// The pair of this client.
    public let pair: KeyPair
    /// The public key of the coordinator.
    public let serverKey: PublicKey
    /// The file of the pair.
    public let file: String
    /// The file of the coordinator's public key.
    public let serverFile: String

    /// Reads the keys of a client.
    ///
    /// - Parameters:
    ///   - file: the secret key file of this client.
    ///   - serverFile: the public key file of the coordinator; nil if the first file has its key.
    /// - Throws: `UsageError` if a file cannot be read, or if no file has the coordinator's key.
    public init(file: String, serverFile: String?) throws(UsageError) {
        let own = try KeyFiles.secret(file)
        (pair, self.file) = (own.pair, file)
        if let serverFile {
            (serverKey, self.serverFile) = (try KeyFiles.publicKey(serverFile), serverFile)
        } else if let key = own.serverKey {
            (serverKey, self.serverFile) = (key, file)
        } else {
            throw UsageError(
                "--server-key: expected the public key file of the coordinator, found none; copy it"
                    + " from the coordinator's machine")
        }
    }

    /// The protection of the socket of a client with these keys.
    public var security: SocketSecurity { .client(pair, serverKey: serverKey) }
}
