import Scenarios
import Settings
import Testing

/// Settings that load, but that nearly nobody can mean.
@Suite struct `Rates far outside what is published` {
    private func warnings(_ text: String) throws -> [String] {
        try file(text, name: "it.yaml").baseRun().warnings.map { "\($0)" }
    }

    @Test func `name the key, its place, what happens and what is usual`() throws {
        #expect(
            try warnings("server: { optimizer: adam, learning_rate: 1.0 }") == [
                "it.yaml:1:43: warning: server.learning_rate: expected 0.001 to 0.3 with adam"
                    + " (published values), found 1.0; each parameter moves by about 1.0 in a round;"
                    + " lower it"
            ])
    }

    @Test(arguments: [
        (
            "client: { optimizer: adam, learning_rate: 0.1 }",
            "0.0001 to 0.01 with adam (published values), found 0.1"
        ),
        (
            "client: { optimizer: rmsprop, learning_rate: 1 }",
            "with rmsprop (published values), found 1.0"
        ),
        ("client: { optimizer: adagrad, learning_rate: 1 }", "0.0001 to 0.1 with adagrad"),
        ("client: { learning_rate: 1e6 }", "no published rate"),
        ("server: { learning_rate: 1000 }", "expected at most 10"),
        ("server: { learning_rate: 0.001 }", "expected about 1 (FedAvg), found 0.001"),
        (
            "client: { scheduler: { kind: fedhyper_cl, hyper_rate: 50 } }",
            "client.scheduler.hyper_rate: expected at most 1"
        ),
        (
            "server: { scheduler: { kind: hypergradient, hyper_rate: 2 } }",
            "server.scheduler.hyper_rate: expected at most 1"
        ),
        (
            "client: { learning_rate: 0.5, weight_decay: 4 }",
            "client.weight_decay: expected below 2.0"
        ),
        (
            "client: { learning_rate: 0.5 }\ntraining: { correction: { kind: fedprox, mu: 3 } }",
            "a weight of fedprox's term below 2.0"
        ),
    ])
    func `are warned of`(text: String, words: String) throws {
        let all = try warnings(text)
        #expect(all.count == 1 && all[0].contains("warning: ") && all[0].contains(words), "\(all)")
    }

    @Test(arguments: [
        "client: { optimizer: adam, learning_rate: 0.01 }", "client: { learning_rate: 10 }",
        "client: { optimizer: adagrad, learning_rate: 0.1 }",
        "client: { optimizer: { kind: rmsprop, epsilon: 1 }, learning_rate: 1 }",
        "server: { learning_rate: 10 }", "server: { learning_rate: 0.01 }",
        "server: { optimizer: { kind: momentum, momentum: 0.99 }, learning_rate: 0.001 }",
        "server: { learning_rate: 0.001, scheduler: fedhyper_g }",
        "client: { scheduler: { kind: fedhyper_cl, form: paper, hyper_rate: 50 } }",
        "client: { learning_rate: 0.1, weight_decay: 0.1 }",
        "client: { optimizer: adam, learning_rate: 0.01, weight_decay: 200 }",
        "training: { correction: { kind: fedprox, mu: 1 } }",
    ])
    func `are not seen where a source has such rates`(text: String) throws {
        #expect(try warnings(text) == [])
    }

    private static let compared = "expected 2 updates or more in a round"

    @Test(arguments: ["fedexp", "fedexprox", "{ kind: combined, global: fedexp }"])
    func `a rule that compares updates is told where each round has one`(scheduler: String) throws {
        func told(_ clients: String, rounds: Int = 50) throws -> [String] {
            try warnings(
                """
                clients: { \(clients) }
                training: { rounds: \(rounds) }
                server: { weighting: uniform, scheduler: \(scheduler) }
                """
            ).filter { $0.contains(Self.compared) }
        }
        for clients in [
            "per_round: 1", "count: 1", "count: 1, per_round: 1, sampling: with_replacement",
            "per_round: 1, sampling: by_size", "sampling: { kind: schedule, cohorts: [[0], [3]] }",
        ] {
            let all = try told(clients)
            #expect(all.count == 1 && all[0].contains("all rounds are FedAvg's"), "\(all)")
            #expect(all.first?.contains("FedAvg") == true)
        }
        for clients in ["per_round: 2", "count: 10", "per_round: 10, devices: { dropout: 0.1 }"] {
            #expect(try told(clients) == [])
        }
        // 2 · 0.5 · 0.5 of 50 rounds; two equal draws of 5 clients.
        let half = try told("per_round: 2, devices: { dropout: 0.5 }")
        #expect(half.first?.contains("about 25 of 50 rounds") == true)
        let same = try told("count: 5, per_round: 2, sampling: with_replacement")
        #expect(same.first?.contains("about 10 of 50 rounds") == true)
        #expect(try told("per_round: 2, devices: { dropout: 0.01 }", rounds: 10) == [])
    }

    @Test func `other rules do as well with one update`() throws {
        for scheduler in ["constant", "fedhyper_g", "fathom"] {
            let all = try warnings(
                "clients: { per_round: 1 }\nserver: { scheduler: \(scheduler) }")
            #expect(all == [])
        }
    }

    @Test func `a rate of 0 at the end trains nothing only where clients stay at it`() throws {
        func told(_ client: String) throws -> [String] {
            try warnings("client: { scheduler: \(client) }\nserver: { scheduler: cosine }")
                .filter { $0.contains("a rate above 0") }
        }
        #expect(try told("constant").first?.contains("clients train nothing") == true)
        #expect(try told("fedhyper_cl").first?.contains("own schedulers start from 0") == true)
        // These carry their own rate, or have one.
        for client in ["hypergradient", "{ kind: fedsps, largest_rate: 1 }"] {
            #expect(try told(client) == [])
        }
    }

    @Test func `FedNova above a momentum that moves says how it counts`() throws {
        let optimizer = "client: { optimizer: { kind: sgd, momentum: 0.5 }, scheduler: tower }"
        let all = try warnings("training: { correction: fednova }\n\(optimizer)")
        #expect(all.count == 1 && all[0].contains("effective steps with the momentum of each step"))
        let still = optimizer.replacing("tower", with: "{ kind: tower, tune: learning_rate }")
        #expect(try warnings("training: { correction: fednova }\n\(still)") == [])
    }
}
