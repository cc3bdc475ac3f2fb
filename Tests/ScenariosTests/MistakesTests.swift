import ClientRules
import LearningRates
import Scenarios
import Settings
import Testing

private let clientKinds = clientSchedulers.map(\.kind).joined(separator: ", ")

@Suite struct `Mistakes in scenarios` {
    @Test(arguments: [
        (
            "clients: { count: 4, per_round: 5 }",
            "demo.yaml:1:33: error: clients.per_round: expected at most 4 (clients.count), found 5; lower"
                + " per_round or raise count"
        ),
        (
            "training:\n  local_epochs: 2\n  local_steps: 5",
            "demo.yaml:2:17: error: training.local_epochs: expected local_epochs or local_steps, found"
                + " both; remove one"
        ),
        (
            "data:\n  skew: { kind: dirichlet, alpha: 0 }",
            "demo.yaml:2:35: error: data.skew.alpha: expected a number between 1e-06 and 1000000000, found 0"
        ),
        (
            "data:\n  skew: { kind: dirichlet, alpha: -0.5 }",
            "demo.yaml:2:35: error: data.skew.alpha: expected a number between 1e-06 and 1000000000, found -0.5"
        ),
        (
            "client: { learning_rate: 0 }",
            "demo.yaml:1:26: error: client.learning_rate: expected a number greater than 0, found 0"
        ),
        (
            "server: { learning_rate: -1 }",
            "demo.yaml:1:26: error: server.learning_rate: expected a number greater than 0, found -1"
        ),
        (
            "client: { scheduler: fedhyper_lc }",
            "demo.yaml:1:22: error: client.scheduler: expected one of \(clientKinds), found"
                + " 'fedhyper_lc'; did you mean 'fedhyper_cl'?"
        ),
        (
            "server: { scheduler: { kind: fedhyper_g, hyperrate: 1 } }",
            "demo.yaml:1:42: error: server.scheduler: expected a key of fedhyper_g, found 'hyperrate';"
                + " did you mean 'hyper_rate'?"
        ),
        (
            "server: { scheduler: { kind: fedhyper_g, bound: 1 } }",
            "demo.yaml:1:49: error: server.scheduler.bound: expected a number greater than 1, found 1"
        ),
        (
            "name: a/b",
            "demo.yaml:1:7: error: name: expected a name of a folder such as fashion-skewed,"
                + " found 'a/b'"
        ),
        (
            "name: .hidden",
            "demo.yaml:1:7: error: name: expected a name of a folder such as fashion-skewed,"
                + " found '.hidden'"
        ),
        (
            "name: ''",
            "demo.yaml:1:7: error: name: expected a name of a folder such as fashion-skewed, found ''"
        ),
        (
            "clients: { count: 2000, processes: per_client }",
            "demo.yaml:1:36: error: clients.processes: expected at most 1024 client processes, found 2000"
                + " (per_client); set auto, per_core or a number"
        ),
        (
            "evaluation: { target_accuracy: 70 }",
            "demo.yaml:1:32: error: evaluation.target_accuracy: expected a number greater than 0"
                + " and at most 1, found 70"
        ),
        (
            "evaluation: { every: 0, per_client: all }",
            "demo.yaml:1:37: error: evaluation.per_client: expected evaluations, found none"
                + " (evaluation.every is 0); set every to 1 or per_client to none"
        ),
        (
            "evaluation: { every: 0, per_class: true }",
            "demo.yaml:1:36: error: evaluation.per_class: expected evaluations, found none"
                + " (evaluation.every is 0); set every to 1 or per_class to false"
        ),
        (
            "evaluation: { per_client: everybody }",
            "demo.yaml:1:27: error: evaluation.per_client: expected one of none, cohort, all, found 'everybody'"
        ),
        (
            "data: { validation_fraction: 0.6, client_test_fraction: 0.4 }",
            "demo.yaml:1:57: error: data.client_test_fraction: expected less than 0.4, the rest of"
                + " validation_fraction, found 0.4; lower one of them, so that samples to train on"
                + " remain"
        ),
        (
            "data: { validation_fraction: 1 }",
            "demo.yaml:1:30: error: data.validation_fraction: expected a number of at least 0 and less"
                + " than 1, found 1"
        ),
        (
            "evaluation: { target_perplexity: 1 }",
            "demo.yaml:1:34: error: evaluation.target_perplexity: expected a number greater"
                + " than 1, found 1"
        ),
        (
            "evaluation: { target_rmse: 0 }",
            "demo.yaml:1:28: error: evaluation.target_rmse: expected a number greater than 0, found 0"
        ),
        (
            "seed: -1",
            "demo.yaml:1:7: error: seed: expected a whole number between 0 and 18446744073709551615, found"
                + " -1"
        ),
        (
            #"name: "a\u001bb""#,
            "demo.yaml:1:7: error: name: expected a name of a folder such as fashion-skewed,"
                + " found 'a?b'"
        ),
    ])
    func `are told with place and remedy`(text: String, message: String) {
        #expect(mistakes(text) == message)
    }

    @Test func `of one file come all at once, in file order`() {
        let found = mistakes(
            """
            server: { learning_rate: 0 }
            training: { rounds: 0, batch: 3 }
            clients: { count: 3, per_round: 4 }
            """)
        let places = found.split(separator: "\n").map { $0.prefix { $0 != " " } }
        #expect(
            places == ["demo.yaml:1:26:", "demo.yaml:2:21:", "demo.yaml:2:24:", "demo.yaml:3:33:"])
    }

    @Test(arguments: [
        ("compare: { seed: [1] }", "demo.yaml:1:12: error: compare: expected a known key, found"),
        (
            "compare: 3",
            "demo.yaml:1:10: error: compare: expected a mapping with keys of set, grid, seeds, draw,"
                + " variants, baseline, target, quick, studies, found 3"
        ),
        (
            "compare: { seeds: [1, -2] }",
            "demo.yaml:1:23: error: compare.seeds[1]: expected a whole number between 0 and"
                + " 18446744073709551615, found -2"
        ),
        (
            "compare: { variants: [a, b] }",
            "demo.yaml:1:22: error: compare.variants: expected a mapping of names to changed keys such"
                + " as 'fedavg: { server.scheduler: constant }', found a"
        ),
        (
            "compare: { variants: {} }",
            "demo.yaml:1:22: error: compare.variants: expected a mapping of names to changed keys such"
                + " as 'fedavg: { server.scheduler: constant }', found a"
        ),
        (
            "compare: { seeds: [1, 2, 1] }",
            "demo.yaml:1:19: error: compare.seeds: expected each seed once, found 1 twice; remove one"
        ),
        (
            "compare:\n  variants:\n    '': {}",
            "demo.yaml:3:5: error: compare.variants: expected a name that can be a folder, found '' (an empty name)"
        ),
        (
            "compare:\n  variants:\n    a/b: {}",
            "demo.yaml:3:5: error: compare.variants: expected a name that can be a folder, found 'a/b' (a slash in it)"
        ),
        (
            "compare:\n  variants:\n    ok: {}\n    ..: {}",
            "demo.yaml:4:5: error: compare.variants: expected a name that can be a folder, found '..' (a dot"
                + " at its start, which hides a folder)"
        ),
        (
            "compare:\n  variants:\n    fast: { client.learning_rate: -1 }",
            "demo.yaml:3:35: error: client.learning_rate: expected a number greater than 0, found -1"
        ),
        (
            "compare:\n  variants:\n    three: 3",
            "demo.yaml:3:12: error: expected a mapping of changed keys such as { training.rounds: 50 },"
                + " found 3"
        ),
    ])
    func `of comparisons are told before anything runs`(text: String, start: String) {
        let found = mistakes(text)
        #expect(found.hasPrefix(start), "\(found)")
        #expect(!found.contains("\n"))
    }

    @Test func `of the command line name the option`() {
        let message = mistakes("seed: 3", [("client.learning_rate", "0")])
        #expect(
            message
                == "command line --set client.learning_rate: error: client.learning_rate: expected a"
                + " number greater than 0, found 0")
    }
}
