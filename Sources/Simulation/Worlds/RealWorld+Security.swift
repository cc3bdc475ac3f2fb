import Federation
import Messaging

/// The keys of clients, and connections that were refused.
extension RealWorld {
    /// The connections that were refused since the run began.
    var refusedConnections: RefusalCounts {
        (socket.authenticator?.refused ?? RefusalCounts()) - refusedBefore
    }

    /// Returns how a client process connects: the words behind `hyperfed client`.
    func clientWords(_ options: RunOptions) -> String {
        // No one can connect to the address of all networks, but to the name of this machine.
        let all = ["tcp://0.0.0.0:", "tcp://[::]:"]
        var endpoint = socket.lastEndpoint
        if let prefix = all.first(where: endpoint.hasPrefix) {
            endpoint = "tcp://\(hostName()):\(endpoint.dropFirst(prefix.count))"
        }
        let keys = launcher.keyFile.map { "--key \(shellWord($0))" } ?? options.clientOptions ?? ""
        return "--connect \(shellWord(endpoint))" + (keys.isEmpty ? "" : " \(keys)")
    }

    /// Writes lines about refused connections to the log.
    func reportRefusedConnections() {
        for line in socket.authenticator?.takeLines() ?? [] { writeLog(line) }
    }

    /// Returns why a process must not have a number, if a client with another key has it; else nil.
    ///
    /// Without keys all clients have the same name, and there is nothing to compare.
    func problem(withKeyOf peer: PeerID, as process: ProcessID) -> String? {
        guard let owner = peers.connection(of: process), owner.user != peer.user,
            isConnected(owner)
        else { return nil }
        return "expected a process number that is free or of the client '\(peer.user)', found"
            + " \(process) of another client; leave out --process to be given one"
    }

    /// Returns whether a peer is connected. The router reports it at once.
    func isConnected(_ peer: PeerID) -> Bool {
        let ping = MessageCodec.encode(.ping(number: pings))
        return (try? socket.send(to: peer, header: ping)) != .unreachable
    }
}
