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
        let options = RunOptions(
            folder: folder, overwrite: output.overwrite, quiet: output.quiet, bind: bind)
        try Simulation.prepareFolder(options)
        if !output.quiet {
            writeError(header(prepared, place: "clients at \(bind)") + "\n" + schedulers(prepared))
        }
        let summary = try Simulation.run(prepared, options, cache: DataCache())
        writeOutput(result(summary, prepared, folder))
    }

    /// Messages are neither encrypted nor authenticated, so they stay on this machine.
    private func checkEndpoint() throws {
        if bind.hasPrefix("ipc://"), bind.count > 6 { return }
        let parts = bind.dropFirst("tcp://".count).split(
            separator: ":", omittingEmptySubsequences: false)
        guard bind.hasPrefix("tcp://127."), parts.count == 2,
            parts[1] == "*" || (1...65535).contains(Int(parts[1]) ?? 0)
        else {
            throw UsageError(
                "--bind takes ipc://PATH or tcp://127.0.0.1:PORT, PORT from 1 to 65535 or '*'; this"
                    + " is '\(bind)'. Connections are not encrypted yet, so they stay on this"
                    + " machine")
        }
    }
}
