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

    @OptionGroup var keys: SecurityOptions

    func run() throws {
        let security = try keys.security()
        let endpoint = try EndpointCheck.bind(bind, security)
        scenario.changes.warnOfProcesses("the client processes are those that you start")
        // The endpoint says how processes reach the coordinator, whatever the file says.
        var scenario = scenario
        scenario.changes.changes.append("clients.transport=\(bind.prefix(3))")
        let prepared = try scenario.prepare([scenario.file(isComparison: false).baseRun()])[0]
        var options = RunOptions(prepared, output, output.output ?? defaultFolder(prepared))
        options.bind = endpoint
        (options.security, options.clientOptions) = (security, keys.clientOptions)
        options.announcement =
            header(prepared, place: "clients at \(bind)") + "\n" + schedulers(prepared)
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        // `prepare` has used the cache and has written its warnings.
        let summary = try Simulation.run(prepared, options, cache: DataCache(warn: { _ in }))
        writeOutput(result(summary, prepared, options.folder))
    }
}
