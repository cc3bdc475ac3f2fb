import Scenarios
import TestSupport

extension FuzzTarget {
    /// Scenario files, through the whole reading: text, settings, runs of comparisons.
    static func scenarios() -> FuzzTarget {
        // Scenarios with large comparisons take a tenth of a second each.
        let comparison = """
            data: { dataset: digits, skew: { kind: dirichlet, alpha: 0.3 } }
            clients: { count: 10, per_round: 4 }
            compare:
              seeds: [1, 2]
              grid: { client.learning_rate: [0.1, 0.3] }
              variants:
                a: {}
                "b c": { client.scheduler: { kind: fedhyper_cl }, label: B }

            """
        let files = ["digits", "regression", "fedhyper-forms"].compactMap {
            SourceTree.text(of: "Scenarios/\($0).yaml")
        }
        let seeds = ([comparison] + files).map { Array($0.utf8) }
        let words = [
            "&a ", "*a", "!t ", "<<: ", "? ", "- ", "{", "}", "[", "]", ": ", "\n  ", "|\n", "#",
            "null", "~", "1e999", "-0", "nan", ".inf", "9223372036854775807", "1000000000",
            "compare:", "  seeds: ", "1..1000000000", "grid:", "variants:", "studies:", "../..",
            "/etc/passwd", "clients: { count: 10000000 }", "rounds: 2147483647", "kind: ", "draw:",
            "log_uniform", "\u{0}", "\u{85}", "\u{FEFF}", "\u{202E}",
        ]
        return FuzzTarget("scenarios", seeds: seeds, words: words) { input in
            guard let text = String(validating: input, as: UTF8.self) else { return }
            let file = try ScenarioFile(text: text, file: "fuzz.yaml", workingFolder: "/tmp")
            let found = try file.validate()
            let runs = [found.base] + (found.studies + found.quick).flatMap(\.runs)
            for run in runs.prefix(4) {
                // The resolved scenario is itself a scenario.
                let again = try ScenarioFile(
                    text: run.resolved, file: "again.yaml", workingFolder: "/tmp")
                let resolved = try again.baseRun().resolved
                precondition(resolved == run.resolved, run.resolved)
            }
        }
    }
}
