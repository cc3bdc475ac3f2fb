import ArgumentParser
import Datasets
import Scenarios
import Simulation

struct Coordinator: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a scenario with client processes that you start yourself.",
        discussion: """
            Prints the endpoint that 'hyperfed client --connect' takes, and begins with the first \
            client process that comes; more may come and go at any time.

              hyperfed coordinator Scenarios/quickstart.yaml --bind tcp://127.0.0.1:5555
              hyperfed client --connect tcp://127.0.0.1:5555
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: "Where to wait: ipc://PATH, or tcp://127.0.0.1:PORT (PORT may be '*' for a free one)."
    )
    var bind: String

    func run() throws {
        try checkEndpoint()
        let file = try scenario.file(isComparison: false)
        let prepared = try scenario.prepare([file.baseRun()], file)[0]
        let folder = output.output ?? defaultFolder(prepared)
        let summary = try Simulation.run(
            prepared,
            RunOptions(
                folder: folder, overwrite: output.overwrite, quiet: output.quiet, bind: bind),
            cache: DataCache())
        writeOutput(result(summary, prepared, folder))
    }

    /// Messages are neither encrypted nor authenticated, so they stay on this machine.
    private func checkEndpoint() throws {
        let isLocal = ["tcp://127.", "tcp://localhost:", "tcp://[::1]:"].contains {
            bind.hasPrefix($0)
        }
        guard bind.hasPrefix("ipc://") || isLocal else {
            throw UsageError(
                "--bind takes ipc://PATH or tcp://127.0.0.1:PORT; '\(bind)' is not on this machine,"
                    + " and connections are not encrypted yet")
        }
    }
}
