import ArgumentParser
import Datasets
import Simulation

struct Client: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start one client process: train clients of a coordinator until its run ends.",
        discussion: """
            'hyperfed run' starts client processes itself. For a 'hyperfed coordinator':

              hyperfed client --connect ipc:///tmp/experiment

            The coordinator sends the scenario; the data must be on this machine.
            """)

    @Option(help: "The endpoint that the coordinator prints.")
    var connect: String

    @Option(help: "The secret key file of this client, for tcp.")
    var key: String?

    @Option(
        help: "The public key file of the coordinator, unless the file of --key has its key.")
    var serverKey: String?

    @Flag(help: "Without keys: for a coordinator on this machine that has --insecure.")
    var insecure = false

    @Option(
        help: """
            The folder of the data on this machine, if their paths differ: each file or folder of \
            the scenario has its last name there. Data are compared by their content.
            """)
    var data: String?

    @Option(help: "The number of this process (default: the coordinator chooses it).")
    var process: UInt32?

    @Option(help: "Seconds to wait for a coordinator.")
    var patience: Double = 30

    @Option(help: .hidden)
    var lifeline: Int32?

    @Option(help: .hidden)
    var parent: Int32?

    func validate() throws {
        guard connect.hasPrefix("ipc://") || connect.hasPrefix("tcp://") else {
            throw ValidationError(
                "--connect: expected ipc://PATH or tcp://HOST:PORT, found '\(connect)'")
        }
        guard patience > 0 else {
            throw ValidationError(
                "--patience: expected a number of seconds greater than 0, found \(patience)")
        }
    }

    func run() throws {
        if let data, !Files.isFolder(data) {
            throw UsageError(
                "--data: expected a folder, found \(Files.exists(data) ? "a file" : "nothing") at"
                    + " \(data); name the folder with the data")
        }
        let keys = try keys()
        let options = ClientProcess.Options(
            endpoint: try EndpointCheck.connect(connect, hasKeys: keys != nil),
            process: process, lifeline: lifeline, parent: parent, keys: keys, dataFolder: data,
            patienceSeconds: patience)
        // Of a client process that a coordinator started the coordinator has said the same.
        let cache = parent == nil ? DataCache() : DataCache(warn: { _ in })
        switch try ClientProcess.run(options, cache: cache) {
        case .stopped: break
        case .refused(let reason): throw ending(reason, ExitCode(2))
        case .failed(let reason): throw ending(reason, ExitCode(1))
        }
    }

    /// Reads the keys of this client; nil without keys.
    private func keys() throws -> ClientKeys? {
        if let key, !insecure, connect.hasPrefix("tcp://") {
            return try ClientKeys(file: key, serverFile: serverKey)
        }
        if connect.hasPrefix("ipc://"), key != nil || serverKey != nil || insecure {
            throw UsageError(
                "--connect: expected a tcp endpoint with --key, --server-key or --insecure, found"
                    + " \(connect); leave these options out")
        }
        if insecure, key != nil || serverKey != nil {
            throw UsageError(
                "--insecure: expected no keys, found --key or --server-key; leave one out")
        }
        if connect.hasPrefix("tcp://"), !insecure {
            throw UsageError(
                "--key: expected the secret key file of this client for tcp, found none; use the"
                    + " command that the coordinator prints")
        }
        return nil
    }

    private func ending(_ reason: String, _ code: ExitCode) -> ExitCode {
        writeError("client process\(process.map { " \($0)" } ?? ""): \(reason)")
        return code
    }
}
