import ArgumentParser
import Launchers
import Simulation

/// Reports the facts about a node of a Slurm job. A coordinator calls it on each node.
struct NodeFactsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node-facts", abstract: "Report the facts about a node of a job.",
        shouldDisplay: false)

    @Argument(help: "The folder that the node must see.")
    var folder: String

    func run() throws { writeOutput(SlurmNodes.facts(folder: folder).line + "\n") }
}
