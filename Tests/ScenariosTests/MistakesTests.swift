import LearningRates
import Scenarios
import Settings
import Testing

private let clientKinds = clientSchedulers.map(\.kind).joined(separator: ", ")

@Suite struct `Mistakes in scenarios` {
    @Test(arguments: [
        (
            "clients: { count: 4, per_round: 5 }",
            "demo.yaml:1:33: error: per_round must be at most count (4); this is 5"
        ),
        (
            "training:\n  local_epochs: 2\n  local_steps: 5",
            "demo.yaml:2:17: error: give local_epochs or local_steps, not both"
        ),
        (
            "data:\n  skew: { kind: dirichlet, alpha: 0 }",
            "demo.yaml:2:35: error: alpha: expected a number between 1e-06 and 1000000000; this is 0"
        ),
        (
            "data:\n  skew: { kind: dirichlet, alpha: -0.5 }",
            "demo.yaml:2:35: error: alpha: expected a number between 1e-06 and 1000000000; this is -0.5"
        ),
        (
            "client: { learning_rate: 0 }",
            "demo.yaml:1:26: error: learning_rate: expected a number greater than 0; this is 0"
        ),
        (
            "server: { learning_rate: -1 }",
            "demo.yaml:1:26: error: learning_rate: expected a number greater than 0; this is -1"
        ),
        (
            "client: { scheduler: fedhyper_lc }",
            "demo.yaml:1:22: error: unknown kind 'fedhyper_lc' for client.scheduler;"
                + " did you mean 'fedhyper_cl'? known: \(clientKinds)"
        ),
        (
            "server: { scheduler: { kind: fedhyper_g, hyperrate: 1 } }",
            "demo.yaml:1:42: error: unknown key 'hyperrate';"
                + " did you mean 'hyper_rate'?"
        ),
        (
            "server: { scheduler: { kind: fedhyper_g, bound: 1 } }",
            "demo.yaml:1:49: error: bound: expected a number greater than 1; this is 1"
        ),
        (
            "name: a/b",
            "demo.yaml:1:7: error: name is the name of a folder, such as fashion-skewed;"
                + " this is 'a/b'"
        ),
        (
            "name: .hidden",
            "demo.yaml:1:7: error: name is the name of a folder, such as fashion-skewed;"
                + " this is '.hidden'"
        ),
        (
            "name: ''",
            "demo.yaml:1:7: error: name is the name of a folder, such as fashion-skewed; this is ''"
        ),
        (
            "clients: { count: 2000, processes: per_client }",
            "demo.yaml:1:36: error: per_client is for up to 1024 clients, not 2000;"
                + " give a number of processes"
        ),
        (
            "evaluation: { target_accuracy: 70 }",
            "demo.yaml:1:32: error: target_accuracy: expected a number greater than 0"
                + " and at most 1; this is 70"
        ),
        (
            "evaluation: { every: 0, per_client: all }",
            "demo.yaml:1:37: error: per_client needs evaluations, but every is 0; use none, or"
                + " set every"
        ),
        (
            "evaluation: { per_client: everybody }",
            "demo.yaml:1:27: error: per_client: expected one of none, cohort, all, found 'everybody'"
        ),
        (
            "data: { validation_fraction: 0.6, client_test_fraction: 0.4 }",
            "demo.yaml:1:57: error: validation_fraction and client_test_fraction leave nothing to"
                + " train on; together they must be less than 1"
        ),
        (
            "data: { validation_fraction: 1 }",
            "demo.yaml:1:30: error: validation_fraction: expected a number of at least 0 and less than 1;"
                + " this is 1"
        ),
        (
            "evaluation: { target_rmse: 0 }",
            "demo.yaml:1:28: error: target_rmse: expected a number greater than 0; this is 0"
        ),
        (
            "seed: -1",
            "demo.yaml:1:7: error: seed: expected a number between 0 and 18446744073709551615; this is -1"
        ),
        (
            #"name: "a\u001bb""#,
            "demo.yaml:1:7: error: name is the name of a folder, such as fashion-skewed;"
                + " this is 'a?b'"
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
        ("compare: { seed: [1] }", "demo.yaml:1:12: error: unknown key"),
        (
            "compare: 3",
            "demo.yaml:1:10: error: compare is a mapping of set, grid, seeds, draw, variants,"
                + " baseline, target, quick, studies; this is 3"
        ),
        (
            "compare: { seeds: [1, -2] }",
            "demo.yaml:1:23: error: each of seeds must be between 0 and 18446744073709551615; this is -2"
        ),
        (
            "compare: { variants: [a, b] }",
            "demo.yaml:1:22: error: variants is a mapping of names to changed keys,"
                + " such as 'fedavg: { server.scheduler: constant }'"
        ),
        (
            "compare: { variants: {} }",
            "demo.yaml:1:22: error: variants is a mapping of names to changed keys,"
                + " such as 'fedavg: { server.scheduler: constant }'"
        ),
        (
            "compare: { seeds: [1, 2, 1] }",
            "demo.yaml:1:19: error: seeds has 1 twice; each run needs its own"
        ),
        (
            "compare:\n  variants:\n    '': {}",
            "demo.yaml:3:5: error: a variant's name is the name of a folder; this is '', and it is empty"
        ),
        (
            "compare:\n  variants:\n    a/b: {}",
            "demo.yaml:3:5: error: a variant's name is the name of a folder; this is 'a/b', and it has a slash"
        ),
        (
            "compare:\n  variants:\n    ok: {}\n    ..: {}",
            "demo.yaml:4:5: error: a variant's name is the name of a folder; this is '..', and it begins with a"
                + " dot, which hides a folder"
        ),
        (
            "compare:\n  variants:\n    fast: { client.learning_rate: -1 }",
            "demo.yaml:3:35: error: learning_rate: expected a number greater than 0; this is -1"
        ),
        (
            "compare:\n  variants:\n    three: 3",
            "demo.yaml:3:12: error: overrides are a mapping of keys; this is 3"
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
            message == "command line --set client.learning_rate: error: learning_rate must be"
                + " greater than 0; this is 0")
    }
}
