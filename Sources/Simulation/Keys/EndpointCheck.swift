import Messaging

/// Checks the endpoints that a user gives, and resolves names of hosts.
public enum EndpointCheck {
    /// Returns the endpoint at which a coordinator listens, with a number as its host.
    ///
    /// - Parameters:
    ///   - bind: the endpoint as the user wrote it.
    ///   - security: the protection of connections over tcp.
    /// - Throws: `UsageError` if it is not an endpoint or its host is unknown. Also if other
    ///   machines could connect, and clients have no keys of their own.
    public static func bind(
        _ bind: String, _ security: RunSecurity
    ) throws(UsageError) -> String {
        if bind.hasPrefix("ipc://"), bind.utf8.count > 6 {
            if case .keysOfRun = security { return bind }
            throw UsageError(
                "--bind: expected a tcp endpoint with --key, --allow or --insecure, found"
                    + " \(bind); leave these options out, since only you can connect over ipc")
        }
        guard let endpoint = TCPEndpoint(bind) else {
            throw UsageError(
                "--bind: expected ipc://PATH or tcp://HOST:PORT with a PORT from 1 to 65535 or"
                    + " '*', found '\(shown(bind))'; IPv6 addresses have brackets, as in"
                    + " tcp://[::1]:5555")
        }
        let address = try resolved(endpoint, "--bind")
        if !address.isLoopback {
            switch security {
            case .keys: break
            case .keysOfRun:
                throw UsageError(
                    "--bind: expected --key and --allow for an address that other machines can"
                        + " reach, found neither with \(bind); make keys with 'hyperfed keys new',"
                        + " or bind to 127.0.0.1")
            case .none:
                throw UsageError(
                    "--insecure: expected an address that only this machine can reach, found"
                        + " \(bind); bind to 127.0.0.1, or use --key and --allow")
            }
        }
        return endpoint.endpoint(at: address)
    }

    /// Returns the endpoint to which a client connects, with a number as its host.
    ///
    /// - Parameter hasKeys: whether the client has keys. Without them, it may only connect to a
    ///   coordinator on this machine.
    /// - Throws: `UsageError` if it is not an endpoint or its host is unknown. Also if it is on
    ///   another machine, and the client has no keys.
    public static func connect(
        _ connect: String, hasKeys: Bool
    ) throws(UsageError) -> String {
        if connect.hasPrefix("ipc://"), connect.utf8.count > 6 { return connect }
        guard let endpoint = TCPEndpoint(connect), endpoint.port != nil else {
            throw UsageError(
                "--connect: expected ipc://PATH or tcp://HOST:PORT with a PORT from 1 to 65535,"
                    + " found '\(shown(connect))'; use the endpoint that the coordinator prints")
        }
        guard endpoint.host != "*" else {
            throw UsageError(
                "--connect: expected the host of the coordinator, found '*'; write its name or"
                    + " address")
        }
        let address = try resolved(endpoint, "--connect")
        if !hasKeys, !address.isLoopback {
            throw UsageError(
                "--insecure: expected a coordinator on this machine, found \(connect); use --key"
                    + " and --server-key")
        }
        return endpoint.endpoint(at: address)
    }

    private static func resolved(
        _ endpoint: TCPEndpoint, _ option: String
    ) throws(UsageError) -> TCPEndpoint.Address {
        do throws(TCPEndpoint.UnknownHost) {
            return try endpoint.resolved()
        } catch {
            throw UsageError(
                "\(option): expected a host with an address, found '\(error.host)'"
                    + " (\(error.reason)); check the name, or write its address")
        }
    }
}
