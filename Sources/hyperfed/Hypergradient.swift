import ArgumentParser
import Datasets
import Reporting
import Scenarios
import Simulation

struct Hypergradient: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare the estimates of a local rate's derivative with the true one.",
        discussion: """
            For one client and one round: the exact derivatives of the client's validation loss \
            with respect to the local rate, by differentiation through all local steps, and the \
            estimates of the client schedulers. The rounds before are run first, in this process. \
            Writes hypergradients.csv, methods.csv and hypergradients.svg.
            """)

    @OptionGroup var scenario: ScenarioOptions

    @Option(help: "The client, from 0.")
    var client = 0

    @Option(help: "The round, from 0.")
    var round = 0

    @Option(
        help: ArgumentHelp(
            "Kinds of client scheduler, separated by commas (default: all that work with the"
                + " scenario's optimizer). The scenario's kind has its settings, other kinds have"
                + " their defaults.", valueName: "a,b,…"))
    var methods: String?

    @Option(help: "Folder of the results (default: runs/NAME/hypergradient).")
    var output: String?

    @Flag(help: "Replace results that are already in that folder.")
    var overwrite = false

    func run() throws {
        scenario.changes.warnOfProcesses("everything is computed in this process")
        let file = try scenario.file(isComparison: false)
        let prepared = try scenario.prepare([file.baseRun()])[0]
        let folder = output ?? "runs/\(prepared.scenario.name)/hypergradient"
        let study = HypergradientAnalysis(
            client: client, round: round,
            methods: methods.map { $0.split(separator: ",").map(String.init) }, folder: folder,
            overwrite: overwrite)
        // `prepare` has used the cache and has written its warnings.
        let report = try study.run(prepared, cache: DataCache(warn: { _ in }))
        writeOutput(report.text + "results in \(folder)\n")
    }
}
