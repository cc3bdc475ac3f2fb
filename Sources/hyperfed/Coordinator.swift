import ArgumentParser
import Datasets
import Scenarios
import Simulation

struct Coordinator: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a scenario with client processes that you start yourself.",
        discussion: """
            Prints the endpoint for 'hyperfed client --connect' and begins with the first client \
            process that connects. More can start and end at any time.

              hyperfed coordinator Scenarios/quickstart.yaml --bind tcp://127.0.0.1:5555
              hyperfed client --connect tcp://127.0.0.1:5555
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: """
            The endpoint: ipc://PATH, or tcp://HOST:PORT. HOST is a name or an address of this \
            machine or '*'; the PORT '*' is any free one.
            """)
    var bind: String

    @Option(help: "The secret key file of this coordinator (default: a key for this run).")
    var key: String?

    @Option(help: "With --key: the list of clients that may connect ('hyperfed keys authorise').")
    var allow: String?

    @Flag(help: "Without keys: any process of this machine can connect over tcp.")
    var insecure = false

    func run() throws {
        let security = try security()
        let endpoint = try EndpointCheck.bind(bind, security)
        scenario.changes.warnOfProcesses("the client processes are those that you start")
        // The endpoint says how processes reach the coordinator, whatever the file says.
        var scenario = scenario
        scenario.changes.changes.append("clients.transport=\(bind.prefix(3))")
        let prepared = try scenario.prepare([scenario.file(isComparison: false).baseRun()])[0]
        var options = RunOptions(prepared, output, output.output ?? defaultFolder(prepared))
        options.bind = endpoint
        (options.security, options.clientOptions) = (security, clientOptions)
        options.announcement =
            header(prepared, place: "clients at \(bind)") + "\n" + schedulers(prepared)
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        // `prepare` has used the cache and has written its warnings.
        let summary = try Simulation.run(prepared, options, cache: DataCache(warn: { _ in }))
        writeOutput(result(summary, prepared, options.folder))
    }

    /// Returns the protection of connections over tcp, as the options say.
    private func security() throws -> RunSecurity {
        if insecure {
            if key != nil || allow != nil {
                throw UsageError(
                    "--insecure: expected no keys, found --key or --allow; leave one out")
            }
            return .none
        }
        switch (key, allow) {
        case (nil, nil): return .keysOfRun
        case (let key?, let list?):
            return .keys(try KeyFiles.secret(key).pair, try KeyFiles.allowList(list))
        case (_?, nil):
            throw UsageError(
                "--allow: expected a list of client keys with --key, found none; make one with"
                    + " 'hyperfed keys authorise'")
        case (nil, _?):
            throw UsageError(
                "--key: expected the coordinator's secret key file with --allow, found none; make"
                    + " one with 'hyperfed keys new'")
        }
    }

    /// The options of a client in addition to its endpoint; nil if the run makes its keys.
    private var clientOptions: String? {
        if insecure { return "--insecure" }
        return key == nil ? nil : "--key CLIENT.secret --server-key COORDINATOR.public"
    }
}
