import ArgumentParser
import Benchmarks
import Simulation

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure this machine: ratios against yardsticks, taken in one run.",
        discussion: """
            Run it from the project's folder on an idle machine. Without names, all of these:

            """
                + benchmarks.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

    @Argument(help: "Names of benchmarks.")
    var names: [String] = []

    func validate() throws {
        for name in names where !benchmarks.contains(where: { $0.name == name }) {
            throw ValidationError(
                "There is no benchmark '\(name)'; known:"
                    + " \(benchmarks.map(\.name).joined(separator: ", ")).")
        }
    }

    func run() throws {
        for benchmark in benchmarks where names.isEmpty || names.contains(benchmark.name) {
            // The reader of the output has ended, or the user asked to stop.
            if outputFailure != nil || EndSignal.waiting != nil { return }
            writeOutput("\(benchmark.name): \(benchmark.summary)\n")
            try benchmark.run { writeOutput("  \($0)\n") }
        }
    }
}
