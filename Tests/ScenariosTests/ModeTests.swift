import Federation
import Scenarios
import Settings
import Testing

@Suite struct `The mode of rounds` {
    private static let devices = "devices: { samples_per_second: 9 }"

    @Test func `defaults`() throws {
        let plain = try file("").baseRun().scenario.training
        #expect(plain.modeKind == "sync" && plain.mode == RoundMode())
        func mode(_ text: String, perRound: Int = 20) throws -> RoundMode {
            try file(
                "clients: { per_round: \(perRound), deadline: null, \(Self.devices) }\n"
                    + "training: { mode: \(text) }"
            ).baseRun().scenario.training.mode
        }
        let half = StalenessWeight.polynomial(exponent: 0.5)
        #expect(try mode("async") == RoundMode(.async, buffer: 10, staleness: half))
        #expect(try mode("async", perRound: 3) == RoundMode(.async, buffer: 3, staleness: half))
        #expect(
            try mode("{ kind: async, method: fedasync }")
                == RoundMode(.async, buffer: 1, mixing: 0.6, staleness: half))
        #expect(
            try mode("{ kind: semi_sync, count: 7, staleness: constant, largest_staleness: 2 }")
                == RoundMode(.semiSync, buffer: 7, staleness: .constant, largestStaleness: 2))
    }

    @Test(arguments: [
        (
            "clients: { per_round: 4, devices: { samples_per_second: 9 } }\n"
                + "training: { mode: { kind: async, buffer: 5 } }",
            "demo.yaml:2:42: error: training.mode.buffer: expected at most 4 (clients.per_round, the"
                + " clients at work at once), found 5; lower buffer or raise clients.per_round"
        ),
        (
            "training: { mode: async }",
            "demo.yaml:1:19: error: training.mode: expected a device speed with async, on which"
                + " simulated time is based, found no value; set clients.devices.samples_per_second,"
                + " bytes_per_second_down or bytes_per_second_up"
        ),
        (
            "clients: { sampling: by_size, devices: { samples_per_second: 9 } }\n"
                + "training: { mode: async }",
            "demo.yaml:1:22: error: clients.sampling: expected uniform with training.mode: async,"
                + " found by_size; set it to uniform: clients that are at work cannot be drawn again"
        ),
        (
            "clients: { deadline: 3, devices: { samples_per_second: 9 } }\n"
                + "training: { mode: async }",
            "demo.yaml:1:22: error: clients.deadline: expected no deadline with training.mode: async,"
                + " found 3.0; remove it: a round ends when its buffer is full"
        ),
        (
            "clients: { over_selection: 2, devices: { samples_per_second: 9 } }\n"
                + "training: { mode: async }",
            "demo.yaml:1:28: error: clients.over_selection: expected 1 with training.mode: async,"
                + " found 2.0; remove it, and set training.mode.buffer below clients.per_round"
        ),
        (
            "clients: { devices: { samples_per_second: 9 } }\n"
                + "training: { mode: async, correction: scaffold }\nserver: { weighting: uniform }",
            "demo.yaml:2:38: error: training.correction: expected none, fedprox or fednova with"
                + " training.mode: async, found scaffold; use one of these: a control variate of"
                + " another model version has no definition"
        ),
        (
            "clients: { devices: { samples_per_second: 9 } }\ntraining: { mode: semi_sync }",
            "demo.yaml:2:19: error: training.mode: expected a reason for late updates with semi_sync,"
                + " found none; set clients.deadline, raise clients.over_selection or lower"
                + " training.mode.count below clients.per_round"
        ),
        (
            "clients: { per_round: 4, devices: { samples_per_second: 9 } }\n"
                + "training: { mode: { kind: semi_sync, count: 9 } }",
            "demo.yaml:2:45: error: training.mode.count: expected at most 4 (clients.per_round), found"
                + " 9; lower count or raise clients.per_round"
        ),
        (
            "training: { mode: { kind: sync, buffer: 5 } }",
            "demo.yaml:1:33: error: training.mode: expected a key of sync, found 'buffer', a key of"
                + " async; leave it out or change the kind"
        ),
        (
            "clients: { devices: { samples_per_second: 9 } }\n"
                + "training: { mode: { kind: async, method: fedasync, buffer: 5 } }",
            "demo.yaml:2:52: error: training.mode: expected a key of async, found 'buffer', which does"
                + " not exist with method: fedasync; leave one of them out"
        ),
    ])
    func `refuses settings that do not fit, or have no effect`(text: String, message: String) {
        let found = mistakes(text)
        #expect(found.hasPrefix(message), "\(found)")
        #expect(found.split(separator: "\n").count { $0.contains("error: ") } == 1, "\(found)")
    }

    @Test(arguments: [
        (
            "clients: { availability: daily }",
            "demo.yaml:1:26: error: clients.availability: expected a device speed, on which simulated"
                + " time is based, found no value; set clients.devices.samples_per_second,"
                + " bytes_per_second_down or bytes_per_second_up"
        ),
        (
            "clients: { availability: on_off, sampling: by_size, devices: { samples_per_second: 9 } }",
            "demo.yaml:1:44: error: clients.sampling: expected uniform with clients.availability, found"
                + " by_size; set it to uniform: clients that are not available cannot be drawn"
        ),
        (
            "clients: { availability: trace, devices: { samples_per_second: 9 } }",
            "demo.yaml:1:26: error: clients.availability.file: expected CSV file with a row for each"
                + " window of a client: client, from, to, found no value; add the key"
        ),
        (
            "clients: { devices: { classes: [{ share: 0 }] } }",
            "demo.yaml:1:42: error: clients.devices.classes[0].share: expected a number greater than 0,"
                + " found 0"
        ),
    ])
    func `of availability and devices has its own refusals`(text: String, message: String) {
        #expect(mistakes(text) == message)
    }

    @Test(arguments: [
        "clients: { deadline: 2, devices: { samples_per_second: 9 } }\ntraining: { mode: semi_sync }",
        "clients: { over_selection: 1.5, devices: { samples_per_second: 9 } }\n"
            + "training: { mode: semi_sync }",
        "clients: { devices: { samples_per_second: 9 } }\n"
            + "training: { mode: { kind: semi_sync, count: 5 } }",
        "clients: { devices: { samples_per_second: 9 } }\n"
            + "training: { mode: async, correction: fedprox }",
    ])
    func `accepts settings that fit`(text: String) { #expect(mistakes(text) == "") }
}
