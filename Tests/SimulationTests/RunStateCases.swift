import ClientRules
import Federation
import LearningRates
import ServerRules
import Settings
import Simulation
import Testing

/// Scenarios that together have every registered kind that a run remembers something of. A kind
/// that is added to a registry is a case at once.
struct RunStateCase: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    var overrides: [(path: String, value: String)] = []

    var testDescription: String { name }

    /// Schedulers may need another optimizer; all else is as it is written.
    func prepared() throws -> PreparedRun {
        overrides.isEmpty
            ? try prepareWithOptimizers(text) : try prepare(text, overrides: overrides)
    }

    static let all =
        serverSchedulerCases + clientSchedulerCases + optimizerCases + correctionCases
        + compressionCases + samplingCases + mixedCases

    private static let rounds = 5

    private static func plain(_ name: String, _ overrides: [(path: String, value: String)])
        -> RunStateCase
    {
        RunStateCase(
            name: name,
            text: scenario(rounds: rounds, server: "constant", client: "constant", rate: 0.1),
            overrides: overrides)
    }

    private static let serverSchedulerCases = forms(serverSchedulers).map {
        RunStateCase(
            name: "server \($0)", text: scenario(rounds: rounds, server: $0, client: "constant"))
    }

    /// In each form, with each way to carry state over.
    private static let clientSchedulerCases = clientSchedulers.flatMap { row in
        let carry = row.keys.first { $0.path == "carry" }?.words ?? []
        return forms([row]).flatMap { form -> [RunStateCase] in
            let own = form.hasPrefix("{") ? String(form.dropFirst().dropLast(2)) : " kind: \(form)"
            let settings = carry.isEmpty ? ["{\(own) }"] : carry.map { "{\(own), carry: \($0) }" }
            return settings.map {
                RunStateCase(
                    name: "client \($0)",
                    text: scenario(rounds: rounds, server: "constant", client: $0))
            }
        }
    }

    private static let optimizerCases =
        serverOptimizers.flatMap { row in
            ["constant", "fedhyper_g", "hypergradient", "{ kind: tower, tune: learning_rate }"].map
            {
                RunStateCase(
                    name: "server optimizer \(row.kind) below \($0)",
                    text: scenario(rounds: rounds, server: $0, client: "constant"),
                    overrides: [
                        ("server.optimizer", row.kind), ("server.learning_rate", "0.1"),
                    ])
            }
        }
        + optimizers.map { row in
            RunStateCase(
                name: "client optimizer \(row.kind)",
                text: scenario(
                    rounds: rounds, client: "{ kind: hypergradient, carry: all }", rate: 0.05),
                overrides: [("client.optimizer", row.kind)])
        }

    private static let correctionCases = driftCorrections.flatMap { row in
        [
            plain("correction \(row.kind)", [("training.correction", row.kind)]),
            plain(
                "correction \(row.kind) of carried vectors",
                [
                    ("training.correction", row.kind),
                    ("client.scheduler", "{ kind: delta_sgd, carry: all }"),
                ]),
        ]
    }

    private static let compressionCases = updateCompressions.map { row in
        plain(
            "compression \(row.kind)",
            [("client.compression", row.kind), ("server.compression", "int8")])
    }

    private static let samplingCases = cohortSamplings().map { row in
        plain(
            "sampling \(row.kind)",
            [
                (
                    "clients.sampling",
                    row.kind == "schedule"
                        ? "{ kind: schedule, cohorts: [[0, 1, 2, 4], [3, 11]] }" : row.kind
                )
            ])
    }

    private static let momentum = (path: "server.optimizer", value: "{ kind: sgd, momentum: 0.9 }")

    private static let mixedCases = [
        RunStateCase(
            name: "both rates, with a client rule in the server step",
            text: scenario(
                rounds: rounds,
                server: "{ kind: combined, global: { kind: hypergradient, rule: additive },"
                    + " local: fathom }"),
            overrides: [("server.optimizer", "adam"), ("server.learning_rate", "0.05")]),
        RunStateCase(
            name: "a server rate for each parameter",
            text: scenario(rounds: rounds, server: "{ kind: hypergradient, scope: parameter }"),
            overrides: [momentum]),
        RunStateCase(
            name: "a tower of two levels above momentum",
            text: scenario(
                rounds: rounds,
                server: "{ kind: tower, levels: [{ kind: adam }, { kind: sgd }] }"),
            overrides: [momentum]),
        RunStateCase(
            name: "a tower of two levels above Adam",
            text: scenario(
                rounds: rounds,
                server: "{ kind: tower, scope: tensor, levels: [{ kind: rmsprop }, { kind: sgd }] }"
            ),
            overrides: [
                ("server.optimizer", "{ kind: adam, bias_correction: true }"),
                ("server.learning_rate", "0.05"),
            ]),
        RunStateCase(
            name: "a plateau that lowers the rate",
            text: scenario(
                rounds: rounds,
                server: "{ kind: plateau, window: 2, patience: 1, cooldown: 0, threshold: 10 }")),
        RunStateCase(
            name: "rounds that are void, and clients that are late",
            text: scenario(rounds: 8, client: "{ kind: fedhyper_cl, carry: lr_only }"),
            overrides: [
                ("clients.devices", "{ samples_per_second: 100, speed_spread: 1, dropout: 0.8 }"),
                ("clients.deadline", "0.6"),
            ]),
        RunStateCase(
            name: "asynchronous rounds of buffered updates",
            text: scenario(rounds: 8, client: "{ kind: fedhyper_cl, carry: lr_only }"),
            overrides: [
                ("clients.devices", "{ samples_per_second: 100, speed_spread: 1, dropout: 0.1 }"),
                ("training.mode", "{ kind: async, buffer: 2, largest_staleness: 2 }"),
            ]),
        RunStateCase(
            name: "asynchronous rounds of models with carried vectors",
            text: scenario(
                rounds: 12, server: "fedhyper_sl", client: "{ kind: delta_sgd, carry: all }"),
            overrides: [
                ("clients.devices", "{ samples_per_second: 100, speed_spread: 1 }"),
                ("training.mode", "{ kind: async, method: fedasync }"),
            ]),
        RunStateCase(
            name: "synchronous rounds with clients that come and go",
            text: scenario(rounds: 8),
            overrides: [
                ("clients.devices", "{ samples_per_second: 100 }"),
                ("clients.availability", "{ kind: on_off, on: 2, off: 4 }"),
            ]),
        RunStateCase(
            name: "asynchronous rounds with clients that come and go",
            text: scenario(rounds: 8),
            overrides: [
                (
                    "clients.devices",
                    "{ classes: [{ share: 2, samples_per_second: 50 }, { samples_per_second: 200 }] }"
                ),
                ("clients.availability", "{ kind: daily, period: 3, share: 0.6, spread: 0.3 }"),
                ("training.mode", "{ kind: async, buffer: 2 }"),
            ]),
        RunStateCase(
            name: "semi-synchronous rounds of a mean of two models",
            text: scenario(rounds: 8, server: "fedexp", testSamples: 6_200),
            overrides: [
                ("clients.devices", "{ samples_per_second: 100, speed_spread: 1 }"),
                ("clients.deadline", "0.4"), ("training.mode", "semi_sync"),
            ]),
        RunStateCase(
            name: "clients that diverge and are dropped",
            text: scenario(
                rounds: 12, server: "constant", rate: 8, model: "{ kind: mlp, hidden: [8] }"),
            overrides: [("training.on_divergence", "drop_client")]),
        RunStateCase(
            name: "rates that are warned of",
            text: scenario(
                rounds: 8, server: "{ kind: fedhyper_g, form: paper, hyper_rate: 1e9 }",
                client: "{ kind: delta_sgd, carry: all }")),
        RunStateCase(
            name: "evaluations on the clients' own data",
            text: scenario(
                rounds: rounds, testSamples: 6_200, holdout: "validation_fraction: 0.2",
                evaluation: "every: 2, per_client: all, target_accuracy: 0.5")),
    ]
}
