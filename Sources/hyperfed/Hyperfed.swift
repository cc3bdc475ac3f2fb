import ArgumentParser
import Glibc
import LinearAlgebra
import Settings
import Simulation

@main
struct Hyperfed: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hyperfed",
        abstract: "Federated learning simulator for the study of learning rates under data skew.",
        discussion: """
            One coordinator process and many client processes run federated rounds on real data. \
            Each client can adapt its local learning rate by hypergradients; the server can adapt \
            the global rate.

              hyperfed run Scenarios/quickstart.yaml
              hyperfed compare Scenarios/fashion-skewed.yaml

            Exit codes: 0 done, 1 the run failed, 2 bad usage or scenario, 130 interrupted \
            (143 by SIGTERM, 129 by SIGHUP).
            """,
        version: ProgramIdentity.version,
        subcommands: [
            Run.self, Compare.self, Resume.self, Runs.self, ReportCommand.self, Figures.self,
            WatchCommand.self, Validate.self, DataCommand.self, PartitionCommand.self, List.self,
            Coordinator.self,
            Client.self, Keys.self, Bench.self, Hypergradient.self, NodeFactsCommand.self,
        ])

    /// Maps every error to its message and exit code; the argument parser's own code for bad usage
    /// is another than this program's.
    static func main() {
        openStandardStreams()
        // A reader that goes away (`| head`) and a file that may not grow are errors of writing.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        Simulation.spareAddressSpace()
        if let problem = VectorWidth.problem {
            leave("error: \(problem.text)", problem.isUsage ? 2 : 1)
        }
        do {
            // A client process that a coordinator started leaves signals to it.
            if !CommandLine.arguments.contains("--lifeline") { try EndSignal.watch() }
            var command = try parseAsRoot()
            try command.run()
            leave(nil, 0)
        } catch let error as SettingsError {
            leave("\(error)", 2)
        } catch let error as UsageError {
            leave("error: \(error)", 2)
        } catch let error as RunError {
            leave("error: \(error)", error.exitCode)
        } catch RunStopped.interrupted(let signal, _) {
            let name = EndSignal.name(of: signal)
            leave("error: interrupted by \(name)", EndSignal.exitCode(of: signal))
        } catch let code as ExitCode {
            // What went wrong is said already.
            leave(nil, code.rawValue)
        } catch {
            let code = exitCode(for: error)
            if code.isSuccess {
                writeOutput(fullMessage(for: error) + "\n")
                leave(nil, 0)
            }
            if code == .validationFailure {
                let arguments = Array(CommandLine.arguments.dropFirst())
                leave(Suggestions.completed(fullMessage(for: error), arguments), 2)
            }
            let message = fullMessage(for: error)
            leave(message.isEmpty ? "error: \(error)" : message, 1)
        }
    }

    /// Ends the program. A signal that came while it was held, and output that could not be
    /// written, have the last word.
    private static func leave(_ text: String?, _ code: Int32) -> Never {
        endStatus()
        if let text { writeError(text) }
        if let signal = EndSignal.receive() {
            let interrupted = EndSignal.exitCode(of: signal)
            if code != interrupted {
                writeError("error: interrupted by \(EndSignal.name(of: signal))")
            }
            Glibc.exit(interrupted)
        }
        guard code == 0, let failure = outputFailure else { Glibc.exit(code) }
        // The reader of the output has ended: that is not an error, and this is how such programs
        // end.
        if failure.errno == EPIPE { Glibc.exit(EndSignal.exitCode(of: SIGPIPE)) }
        writeError("error: \(failure)")
        Glibc.exit(1)
    }
}
