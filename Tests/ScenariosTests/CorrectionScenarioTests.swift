import Scenarios
import Settings
import Testing

@Suite struct `Drift corrections in a scenario` {
    private func load(_ training: String, _ rest: String = "") throws -> [String] {
        let text = """
            data: { dataset: digits }
            training: { correction: \(training) }
            \(rest)
            """
        let file = try ScenarioFile(text: text, file: "it.yaml", workingFolder: "/tmp")
        return try file.baseRun().warnings.map { "\($0)" }
    }

    private func mistake(_ training: String, _ rest: String) -> String {
        do {
            _ = try load(training, rest)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func `are as they were without one, and load with what they are defined for`() throws {
        for kind in ["none", "fedprox", "{ kind: fedprox, mu: 0 }", "fednova"] {
            #expect(try load(kind) == [])
        }
        for kind in ["scaffold", "{ kind: feddyn, a: 0.1 }"] {
            #expect(try load(kind, "server: { weighting: uniform }") == [])
            let warnings = try load(kind)
            #expect(warnings.count == 1 && warnings[0].contains("set server.weighting: uniform"))
        }
    }

    @Test(arguments: [
        "fedhyper_sl", "fathom", "exponential", "{ kind: cosine, rate: local, end: 0.1 }",
        "{ kind: combined, global: constant, local: exponential }",
    ])
    func `FedDyn goes with what leaves the global rate alone`(scheduler: String) throws {
        let server = "server: { weighting: uniform, scheduler: \(scheduler) }"
        #expect(try load("feddyn", server) == [])
        let other = "server: { scheduler: { kind: exponential, rate: both } }"
        #expect(mistake("feddyn", other).contains("defines the step of the server itself"))
    }

    @Test(arguments: [
        (
            "scaffold", "client: { optimizer: adam }",
            "expected plain gradient descent with scaffold"
        ),
        ("fednova", "client: { optimizer: adam }", "expected client.optimizer: sgd with fednova"),
        ("feddyn", "server: { learning_rate: 2 }", "defines the step of the server itself"),
        ("feddyn", "server: { optimizer: momentum }", "defines the step of the server itself"),
        ("feddyn", "server: { scheduler: fedhyper_g }", "defines the step of the server itself"),
        (
            "scaffold", "clients: { sampling: with_replacement }",
            "a sampling that draws each client once"
        ),
        ("{ kind: feddyn, a: 0 }", "", "a: expected a number greater than 0"),
        ("{ kind: fedprox, mu: -1 }", "", "mu: expected a number of 0 or more"),
        ("scafold", "", "did you mean 'scaffold'?"),
    ])
    func `are refused with the reason where they are not defined`(
        correction: String, rest: String, reason: String
    ) {
        let mistake = mistake(correction, rest)
        #expect(mistake.contains(reason), "\(mistake)")
        #expect(mistake.hasPrefix("it.yaml:2:"), "\(mistake)")
    }
}
