import CSystem
import Glibc
public import Launchers
import Messaging

/// The client processes that a launcher such as `srun` starts for a run, with the keys of the run.
public struct ClientGroupOptions: Sendable {
    /// The launcher of the client processes.
    public let launcher: GroupLauncher
    /// The keys of the coordinator.
    let server: KeyPair
    /// The keys that all client processes of the group share.
    let client: KeyPair

    /// Makes keys for a launcher.
    ///
    /// - Throws: `SocketError` if the library makes no keys.
    public init(_ launcher: GroupLauncher) throws {
        self.launcher = launcher
        (server, client) = (try KeyPair.make(), try KeyPair.make())
    }

    /// The endpoint at which the coordinator listens. The key protects it on all networks; clients
    /// of the same machine need none of them.
    var endpoint: String {
        launcher.host == "127.0.0.1" ? "tcp://127.0.0.1:*" : "tcp://*:*"
    }

    /// The protection of the coordinator's socket.
    var security: RunSecurity {
        .keys(server, AcceptedClients(AllowList([client.publicKey: "client"])))
    }
}

/// A launcher that runs: the child that has started all client processes of a run.
///
/// The key of the client processes is in a file beside the results, which all nodes see. Only its
/// owner can read it, and it is removed with this value.
struct ClientGroup: ~Copyable {
    private let launcher: GroupLauncher
    private let words: [String]
    private let keyFile: String
    /// The child; nil if it has ended.
    private var pid: pid_t?
    /// The number of ends since a client process has finished a task.
    private var ends = 0
    /// The time of the next start; nil if none is due.
    private(set) var due: Double?

    /// The number of ends in a row, without a finished task, after which the run fails.
    static let mostEnds = 3
    /// The time for which client processes wait for a coordinator that is silent, in seconds.
    private static let patience = 60

    /// Writes the key file. Nothing is started yet.
    ///
    /// - Parameters:
    ///   - port: the port of the coordinator.
    ///   - folder: the folder of the results.
    init(_ options: ClientGroupOptions, port: Substring, in folder: String) throws {
        launcher = options.launcher
        let root = Files.absolutePath(folder)
        // Only one process at a time writes into a folder, so its name is enough.
        keyFile = "\(root)/.client-\(hostName())-\(getpid())\(KeyFiles.secretEnding)"
        try KeyFiles.write(
            KeyText.secretText(
                of: options.client, name: "client", serverKey: options.server.publicKey),
            to: keyFile, mode: 0o600)
        let client = [
            Launcher.ownPath, "client", "--connect", "tcp://\(launcher.host):\(port)", "--key",
            keyFile, "--patience", "\(Self.patience)",
        ]
        words = [launcher.program] + launcher.arguments(client)
    }

    deinit { unlink(keyFile) }

    /// Starts the child.
    ///
    /// - Throws: `SystemError` if there is no such program or no room for a process.
    mutating func start(by local: borrowing Launcher) throws {
        due = nil
        pid = try local.spawn(words)
    }

    /// Reads whether the child has ended, and puts off its next start.
    ///
    /// - Returns: how the child ended, in words; nil if it runs.
    mutating func reap(at now: Double) -> String? {
        guard let child = pid else { return nil }
        var (code, signal): (Int32, Int32) = (-1, -1)
        guard hyperfed_reap(child, &code, &signal) != 0 else { return nil }
        pid = nil
        ends += 1
        due = now + Double(ends)
        return signal >= 0 ? "killed by signal \(signal)" : "exit code \(code)"
    }

    /// Records that a client process has finished a task.
    mutating func finished() { if ends > 0 { ends = 0 } }

    /// The reason why the run cannot go on; nil if the child may be started again.
    var problem: String? {
        guard ends >= Self.mostEnds else { return nil }
        return "\(launcher.program): expected client processes that work, found \(ends) ends in a"
            + " row without a finished task; see its messages above"
    }

    /// Ends the child, and with it all client processes: waits, sends SIGTERM, then SIGKILL.
    ///
    /// - Parameter graceSeconds: how long it may take by itself.
    mutating func end(graceSeconds: Double) {
        due = nil
        for (signal, seconds) in [(0, graceSeconds), (SIGTERM, 5.0), (SIGKILL, 5.0)] {
            guard let child = pid else { return }
            if signal != 0 { kill(-child, signal) }
            let limit = monotonicSeconds() + seconds
            while reap(at: limit) == nil, pid != nil, monotonicSeconds() < limit { usleep(2000) }
        }
    }
}
