import Datasets
import LearningRates
import Scenarios
import Settings
import Testing

@Suite struct `Scenarios` {
    @Test func `five lines are enough`() throws {
        let scenario = try file(
            """
            data: { dataset: gaussian_clusters }
            clients: { count: 4 }
            training: { rounds: 2 }
            client: { scheduler: fedhyper_cl }
            server: { scheduler: fedhyper_g }
            """
        ).baseRun().scenario
        #expect(scenario.name == "demo" && scenario.seed == 1)
        #expect(scenario.data.datasetKind == "gaussian_clusters")
        #expect(scenario.data.skewKind == "iid")
        #expect(scenario.clients.count == 4 && scenario.clients.perRound == 4)
        #expect(scenario.clients.processes == .automatic && scenario.clients.transport == .ipc)
        #expect(scenario.training.rounds == 2 && scenario.training.length == .epochs(1))
        #expect(scenario.training.batchSize == 32)
        #expect(scenario.client.learningRate == 0.01)
        #expect(scenario.client.schedulerLabel == "fedhyper_cl (normalized)")
        #expect(scenario.server.learningRate == 1)
        #expect(scenario.server.schedulerLabel == "fedhyper_g (normalized)")
        #expect(scenario.evaluation.every == 1 && scenario.evaluation.targetAccuracy == nil)
        #expect(scenario.evaluation.targetRMSE == nil && scenario.evaluation.perClient == .none)
        #expect(scenario.validationFraction == 0 && scenario.data.clientTestFraction == 0)
    }

    @Test func `a file of nothing but data is a scenario`() throws {
        let run = try file("data: { dataset: digits }", name: "Folder/my.first.yaml").baseRun()
        #expect(run.variant == "base" && run.warnings.isEmpty)
        let scenario = run.scenario
        #expect(scenario.name == "my.first")
        #expect(scenario.clients.count == 100 && scenario.clients.perRound == 10)
        #expect(scenario.training.rounds == 50)
        #expect(scenario.client.schedulerLabel == "constant")
        #expect(scenario.server.schedulerLabel == "constant")
    }

    @Test func `work is counted in epochs or in steps`() throws {
        let epochs = try file("training: { local_epochs: 3 }").baseRun().scenario
        #expect(epochs.training.length == .epochs(3))
        let steps = try file("training: { local_steps: 7 }").baseRun().scenario
        #expect(steps.training.length == .steps(7))
    }

    @Test(
        arguments: [
            ("count: 129", .automatic), ("processes: auto", .automatic),
            ("processes: 3", .count(3)),
            ("count: 2000, processes: per_core", .perCore),
            ("count: 1024, processes: per_client", .perClient),
        ] as [(String, PopulationSection.Processes)])
    func `many clients share processes`(
        clients: String, processes: PopulationSection.Processes
    ) throws {
        let scenario = try file("clients: { \(clients) }").baseRun().scenario
        #expect(scenario.clients.processes == processes)
    }

    @Test func `the partition's seed follows from the run's, or is its own`() throws {
        func seed(_ text: String) throws -> UInt64 { try file(text).baseRun().scenario.data.seed }
        // Written down once: the partition of every scenario depends on it.
        #expect(try seed("seed: 1") == 15815355001270173451)
        #expect(try seed("") == seed("seed: 1"))
        #expect(try seed("seed: 2") != seed("seed: 1"))
        #expect(try seed("seed: 2\ndata: { seed: 7 }") == 7)
        #expect(try seed("seed: 1\ndata: { seed: 0 }") == 0)
    }

    @Test func `evaluation is due every so many rounds and after the last`() throws {
        func due(_ every: Int, of rounds: Int) throws -> [Int] {
            let section = try file("evaluation: { every: \(every) }").baseRun().scenario.evaluation
            return (0..<rounds).filter { section.isDue(round: $0, of: rounds) }
        }
        #expect(try due(1, of: 3) == [0, 1, 2])
        #expect(try due(3, of: 8) == [2, 5, 7])
        #expect(try due(9, of: 4) == [3])
        #expect(try due(0, of: 4) == [])
    }

    @Test(arguments: [
        ("hypergradient", "fedhyper_sl", true), ("hypergradient", "fedhyper_g", false),
        ("{ kind: hypergradient, carry: reset }", "fedhyper_sl", false),
        ("constant", "fedhyper_sl", false),
        ("hypergradient", "exponential", true),
        ("hypergradient", "{ kind: exponential, rate: global }", false),
    ])
    func `carried rates that hide the server's are a warning`(
        client: String, server: String, warns: Bool
    ) throws {
        let run = try file("client: { scheduler: \(client) }\nserver: { scheduler: \(server) }")
            .baseRun()
        let hidden = run.warnings.filter { $0.description.contains("expected carry: reset") }
        #expect(hidden.count == (warns ? 1 : 0))
    }

    @Test(arguments: [
        ("optimizer: adam", true), ("optimizer: yogi", true), ("optimizer: momentum", false),
        ("optimizer: adam, learning_rate: 0.1", false),
        ("optimizer: adam, learning_rate: 1", true), ("optimizer: adagrad, learning_rate: 1", true),
        ("optimizer: yogi, learning_rate: 0.5", true),
        ("optimizer: rmsprop, learning_rate: 0.3", true),
        ("optimizer: adagrad, learning_rate: 0.3", false),
        ("optimizer: { kind: adagrad, tau: 0.1 }, learning_rate: 1", false),
        ("optimizer: { kind: adagrad, initial_square: 0.01 }, learning_rate: 1", false),
    ])
    func `the rate of FedAvg above a root is a warning`(server: String, warns: Bool) throws {
        let warnings = try file("server: { \(server) }").baseRun().warnings.map(\.description)
        #expect(
            warnings.count { $0.contains("expected 0.001 to 0.3 with") } == (warns ? 1 : 0))
    }

    @Test func `a warm-up longer than the run is refused, and a rate of 0 at its end is said`()
        throws
    {
        func run(_ scheduler: String) throws -> [String] {
            try file("training: { rounds: 5 }\nserver: { scheduler: \(scheduler) }").baseRun()
                .warnings.map(\.description)
        }
        #expect(throws: SettingsError.self) { try run("{ kind: linear, warmup: 6 }") }
        #expect(try run("{ kind: linear, warmup: 5 }").isEmpty)
        #expect(try run("{ kind: linear, warmup: 4, end: 0.1 }").isEmpty)
        #expect(try run("cosine").count { $0.contains("found 0 in round 4") } == 1)
    }

    @Test func `a start rate outside the bounds is a warning at the scheduler`() throws {
        let run = try file(
            """
            server:
              learning_rate: 5
              scheduler: { kind: fedhyper_g, form: paper }
            """
        ).baseRun()
        #expect(
            run.warnings.map(\.description) == [
                "demo.yaml:3:3: warning: server.scheduler: expected server.learning_rate between the"
                    + " bounds 0.3333333333333333 and 3.0, found 5.0; it is used in round 0 and"
                    + " clipped from then on"
            ])
    }
}
