public import Messaging

/// How the connections of a run over tcp are protected. Over ipc, the permissions of the socket
/// protect them.
public enum RunSecurity: Sendable {
    /// With keys that are made for this run. The client's key is in a file that only this user can
    /// read, in the private folder of the run.
    case keysOfRun
    /// With the coordinator's own key and a list of the clients that may connect.
    case keys(KeyPair, AcceptedClients)
    /// Without keys. Only processes of this machine may be able to connect.
    case none
}

/// The keys of one coordinator, as its socket and its client processes need them.
struct CoordinatorKeys {
    /// The protection of the coordinator's socket.
    let security: SocketSecurity
    /// The clients that may connect; nil without keys.
    let clients: AcceptedClients?
    /// The key file for client processes of this run; nil if clients have keys of their own, or
    /// none.
    let clientFile: String?

    /// Makes the keys of a run.
    ///
    /// - Parameter folder: a folder that only this user can read.
    init(_ choice: RunSecurity, in folder: String) throws {
        switch choice {
        case .none: (security, clients, clientFile) = (.none, nil, nil)
        case .keys(let pair, let clients):
            (self.security, self.clients, clientFile) = (.server(pair), clients, nil)
        case .keysOfRun:
            let (server, client) = (try KeyPair.make(), try KeyPair.make())
            let path = "\(folder)/client\(KeyFiles.secretEnding)"
            try KeyFiles.write(
                KeyText.secretText(
                    of: client, name: "client", serverKey: server.publicKey), to: path,
                mode: 0o600)
            security = .server(server)
            clients = AcceptedClients(AllowList([client.publicKey: "client"]))
            clientFile = path
        }
    }
}
