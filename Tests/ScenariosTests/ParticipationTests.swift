import Federation
import Scenarios
import Settings
import Testing

@Suite struct `Who takes part` {
    @Test func `defaults: uniform, no time, nobody dropped`() throws {
        let scenario = try file("").baseRun().scenario
        #expect(scenario.clients.samplingKind == "uniform" && scenario.clients.overSelection == 1)
        #expect(scenario.clients.deadline == nil && !scenario.clients.devices.haveTime)
        #expect(scenario.clients.devices.dropout == 0 && !scenario.canDropClients)
        #expect(scenario.training.onDivergence == .stop && scenario.server.weighting == .samples)
    }

    @Test(arguments: [
        ("clients: { devices: { dropout: 0.1 } }", true),
        ("clients: { deadline: 2, devices: { samples_per_second: 1 } }", true),
        ("clients: { over_selection: 2, devices: { bytes_per_second_up: 1 } }", true),
        ("training: { on_divergence: drop_client }", true),
        ("clients: { sampling: by_size, devices: { samples_per_second: 1 } }", false),
    ])
    func `what can drop clients`(text: String, can: Bool) throws {
        #expect(try file(text).baseRun().scenario.canDropClients == can)
    }

    @Test func `a schedule says how many clients a round has`() throws {
        let text =
            "clients: { count: 6, sampling: { kind: schedule, cohorts: [[5, 1], [2, 3, 4]] } }"
        let run = try file(text).baseRun()
        #expect(run.scenario.clients.perRound == 3)
        #expect(run.resolved.contains("    cohorts: [[5, 1], [2, 3, 4]]\n  per_round: 3\n"))
        #expect(mistakes(text, [("clients.per_round", "3")]) == "")
    }

    @Test(arguments: [
        (
            "clients: { count: 6, per_round: 2, sampling: { kind: schedule, cohorts: [[1], [3]] } }",
            "demo.yaml:1:33: error: clients.per_round: expected 1, the size of the largest cohort of the"
                + " schedule, found 2"
        ),
        (
            "clients: { count: 6, sampling: { kind: schedule, cohorts: [[9]] } }",
            "demo.yaml:1:61: error: clients.sampling.cohorts[0][0]: expected a whole number between 0"
                + " and 5, found 9"
        ),
        (
            "clients: { count: 6, sampling: { kind: schedule, cohorts: [[1, 6]] } }",
            "demo.yaml:1:64: error: clients.sampling.cohorts[0][1]: expected a whole number between 0"
                + " and 5, found 6"
        ),
        (
            "clients: { count: 6, sampling: { kind: schedule, cohorts: [[1, 2], [4, 4]] } }",
            "demo.yaml:1:59: error: clients.sampling.cohorts: expected each client once in cohort 1,"
                + " found client 4 twice"
        ),
        (
            "clients: { count: 6, sampling: { kind: schedule, cohorts: [[1], []] } }",
            "demo.yaml:1:59: error: clients.sampling.cohorts: expected one client or more in cohort 1,"
                + " found none"
        ),
        (
            "clients: { count: 6, sampling: schedule }",
            "demo.yaml:1:32: error: clients.sampling.cohorts: expected cohorts such as [[0, 1],"
                + " [2, 3]], found no value; add the key"
        ),
        (
            "clients: { sampling: by_sise }",
            "demo.yaml:1:22: error: clients.sampling: expected one of uniform, with_replacement,"
                + " by_size, round_robin, schedule, found 'by_sise'; did you mean 'by_size'?"
        ),
        (
            "clients: { count: 4, per_round: 5, sampling: by_size }",
            "demo.yaml:1:33: error: clients.per_round: expected at most 4 (clients.count), found 5; lower"
                + " per_round or raise count"
        ),
        (
            "clients: { deadline: 3 }",
            "demo.yaml:1:22: error: clients.deadline: expected a device speed, on which simulated time is"
                + " based, found no value; set clients.devices.samples_per_second,"
                + " bytes_per_second_down or bytes_per_second_up"
        ),
        (
            "clients: { over_selection: 1.3, devices: { dropout: 0.5 } }",
            "demo.yaml:1:28: error: clients.over_selection: expected a device speed, on which simulated"
                + " time is based, found no value; set clients.devices.samples_per_second,"
                + " bytes_per_second_down or bytes_per_second_up"
        ),
        (
            "clients: { sampling: round_robin, over_selection: 1.3, devices: { samples_per_second: 9 } }",
            "demo.yaml:1:51: error: clients.over_selection: expected 1 with sampling: round_robin, in"
                + " which a late client would lose its turn, found 1.3; remove over_selection, or use"
                + " sampling: uniform or a deadline"
        ),
        (
            "clients: { count: 12, over_selection: 1.3, devices: { samples_per_second: 9 } }",
            "demo.yaml:1:39: error: clients.over_selection: expected a cohort of at most 12 clients"
                + " (clients.count), found 13 (1.3 times per_round); lower over_selection or per_round"
        ),
        (
            "clients: { devices: { speed_spread: 1 } }",
            "demo.yaml:1:37: error: clients.devices.speed_spread: expected a speed to spread, found no"
                + " value; set clients.devices.samples_per_second"
        ),
        (
            "clients: { devices: { dropout: 1 } }",
            "demo.yaml:1:32: error: clients.devices.dropout: expected a number of at least 0 and less than 1, found 1"
        ),
        (
            "training: { on_divergence: ignore }",
            "demo.yaml:1:28: error: training.on_divergence: expected one of stop, drop_client, found 'ignore'"
        ),
    ])
    func `mistakes are told with place and remedy`(text: String, message: String) {
        #expect(mistakes(text) == message)
    }

    @Test func `size that counts twice is a warning`() throws {
        let run = try file("clients: { sampling: by_size }").baseRun()
        #expect(
            run.warnings.map(\.message) == [
                "clients.sampling: expected server.weighting: uniform with by_size, found samples; the"
                    + " samples of a client count twice: in the draw and in its weight; set"
                    + " server.weighting: uniform to estimate the aggregate of all clients"
            ])
        for weighting in ["uniform", "importance"] {
            let text = "clients: { sampling: by_size }\nserver: { weighting: \(weighting) }"
            #expect(try file(text).baseRun().warnings.isEmpty)
        }
    }
}
