import ArgumentParser
import Datasets
import Scenarios
import Simulation

struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Go on with a run that was interrupted, or make a finished one longer.",
        discussion: """
            Goes on from the newest checkpoint in the folder of the run and ends with the same \
            results as a run that was never interrupted. A run without a checkpoint begins again.

              hyperfed resume runs/quickstart/base/seed-1
              hyperfed resume runs/quickstart/base/seed-1 --rounds 80
            """)

    @Argument(help: "The folder of the run: the one with its run.json.")
    var folder: String

    @Option(help: "Rounds of the whole run, if it is to have more than before.")
    var rounds: Int?

    @Flag(
        help: """
            With --rounds: schedulers whose rates depend on the number of rounds go on with the \
            rates of the longer run. Without it such runs are refused.
            """)
    var stretchSchedules = false

    @Option(help: "Client processes: a number, per_client or per_core (clients.processes).")
    var processes: String?

    @OptionGroup var place: InProcessOption

    @Flag(help: "No progress, only warnings and results.")
    var quiet = false

    func run() throws {
        let found = try RunToResume(folder)
        let settings = try found.settings(rounds: rounds, processes: processes)
        if let text = found.nothingToDo(rounds: settings.scenario.training.rounds) {
            return writeOutput(text + "\n")
        }
        if rounds != nil { printWarnings(settings.warnings) }
        let cache = DataCache()
        let prepared = try found.checked(PreparedRun(settings, cache: cache))
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        var options = RunOptions(
            folder: folder, quiet: quiet, inProcess: place.inProcess,
            announcement: header(prepared, inProcess: place.inProcess) + "\n"
                + schedulers(prepared))
        options.mode = .resume(stretchesSchedules: stretchSchedules)
        let summary = try Simulation.run(prepared, options, cache: DataCache(warn: { _ in }))
        writeOutput(result(summary, prepared, folder))
    }
}
