import ArgumentParser
import Settings
import Simulation

#if canImport(Glibc)
    import Glibc
#endif

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

            Exit codes: 0 done, 1 the run failed, 2 bad usage or scenario, 130 interrupted.
            """,
        version: Simulation.version,
        subcommands: [
            Run.self, Compare.self, Validate.self, List.self, Coordinator.self, Client.self,
            Bench.self, Hypergradient.self,
        ])

    /// Maps every error to its message and exit code; the argument parser's own code for bad usage
    /// is another than this program's.
    static func main() {
        // A reader that goes away (`| head`) must not end a run; writes to it fail, unheard.
        signal(SIGPIPE, SIG_IGN)
        // A file that is too large for 'ulimit -f' is like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        Simulation.spareAddressSpace()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as SettingsError {
            leave("\(error)", 2)
        } catch let error as UsageError {
            leave("error: \(error)", 2)
        } catch let error as RunError {
            leave("error: \(error)", error.exitCode)
        } catch let code as ExitCode {
            // What went wrong is said already.
            Glibc.exit(code.rawValue)
        } catch {
            let code = exitCode(for: error)
            if code.isSuccess {
                writeOutput(fullMessage(for: error) + "\n")
                Glibc.exit(0)
            }
            if code == .validationFailure { leave(fullMessage(for: error), 2) }
            let message = fullMessage(for: error)
            leave(message.isEmpty ? "error: \(error)" : message, 1)
        }
    }

    private static func leave(_ text: String, _ code: Int32) -> Never {
        writeError(text)
        Glibc.exit(code)
    }
}
