import CSystem
import Messaging
import Scenarios

/// The socket of a world, which all its runs use.
extension RealWorld {
    /// Opens the socket of a coordinator. Over tcp, an authenticator reads the keys of clients and
    /// counts the connections that are refused.
    static func openSocket(
        _ address: String, _ keys: CoordinatorKeys, maximumFrameBytes: Int64, processes: Int
    ) throws -> ZeroMQSocket {
        let isLocal = address.hasPrefix("ipc://")
        if !isLocal { hyperfed_keep_freed_memory() }
        // What all clients send at the end of a round is decrypted on several cores.
        let context = try ZeroMQContext(ioThreads: isLocal ? 1 : Int32(min(4, Simulation.cores)))
        let authenticator = isLocal ? nil : try Authenticator(keys.clients, in: context)
        let options = SocketOptions(
            maximumFrameBytes: maximumFrameBytes, queuedMessages: 16,
            backlog: Int32(clamping: max(128, processes)), lingerMilliseconds: 500,
            security: keys.security)
        return try ZeroMQSocket(
            .router, .bind(address), options: options, authenticator: authenticator, in: context)
    }

    /// Returns whether another run can use the client processes that were started here.
    func canServe(_ prepared: PreparedRun) -> Bool {
        isLaunching && isLocal == (prepared.scenario.clients.transport == .ipc)
            && prepared.largestFrameBytes <= maximumFrameBytes
    }
}
