import ArgumentParser
import Benchmarks
import Simulation

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure this machine against reference programs, in one run.",
        discussion: """
            Run it in the project's folder, on an idle machine. Without names it runs all of these:

            """
                + benchmarks.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

    @Argument(help: "Names of benchmarks.")
    var names: [String] = []

    func validate() throws {
        for name in names where !benchmarks.contains(where: { $0.name == name }) {
            throw ValidationError(
                "bench: expected one of \(benchmarks.map(\.name).joined(separator: ", ")), found"
                    + " '\(name)'")
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
