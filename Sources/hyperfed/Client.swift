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
        let options = ClientProcess.Options(
            endpoint: connect, process: process, lifeline: lifeline, parent: parent,
            patienceSeconds: patience)
        // Of a client process that a coordinator started the coordinator has said the same.
        let cache = parent == nil ? DataCache() : DataCache(warn: { _ in })
        switch try ClientProcess.run(options, cache: cache) {
        case .stopped: break
        case .refused(let reason): throw ending(reason, ExitCode(2))
        case .failed(let reason): throw ending(reason, ExitCode(1))
        }
    }

    private func ending(_ reason: String, _ code: ExitCode) -> ExitCode {
        writeError("client process\(process.map { " \($0)" } ?? ""): \(reason)")
        return code
    }
}
