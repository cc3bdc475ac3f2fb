import Datasets
import Federation
import Scenarios
import Settings
import Simulation
import TestSupport
import Testing

/// Shifts and drift, from the scenario to the rounds.
@Suite struct `Phases of the data` {
    private static let holdout = "validation_fraction: 0.2\n  client_test_fraction: 0.2"

    private static func text(_ data: String, rounds: Int = 6) -> String {
        scenario(
            rounds: rounds, holdout: holdout + "\n  " + data, evaluation: "per_client: all")
    }

    private static let drift = text(
        """
        shift: [{ kind: noise, sigma: 0.5 }, { kind: label_noise, rate: 0.3 }]
          drift:
            - { round: 2, skew: { kind: shards } }
            - { round: 4, shift: [{ kind: quantity, alpha: 5, min_samples: 5 }, concept] }
        """)

    private func problem(_ text: String) throws -> String {
        do {
            _ = try prepare(text)
            return "prepared"
        } catch let error as SettingsError {
            return error.diagnostics.map { "\($0)" }.joined(separator: "\n")
        }
    }

    @Test func `a run without drift has one phase, and its data as they are`() throws {
        let prepared = try prepare(scenario())
        #expect(prepared.phases.count == 1 && !prepared.hasDrift)
        #expect(prepared.dataset.key == prepared.dataKey)
        #expect(prepared.phaseIndex(of: 0) == 0 && prepared.phaseIndex(of: 1_000) == 0)
        #expect(try runInMemory(prepared).records.allSatisfy { $0.dataPhase == nil })
    }

    @Test func `a shift that changes nothing gives the bits of the run without it`() throws {
        let plain = try runInMemory(prepare(Self.text("")))
        for shift in [
            "noise, sigma: 0", "concept, shifts: [0, 0]", "label_noise, rate: 0",
            "concept, swaps: [[], []]", "quantity, law: power, exponent: 0, min_samples: 240",
        ] {
            let prepared = try prepare(Self.text("shift: [{ kind: \(shift) }]"))
            let difference = try runInMemory(prepared).difference(from: plain)
            #expect(difference == nil, "\(shift)")
        }
        let other = try prepare(Self.text("shift: [{ kind: noise, sigma: 0.01 }]"))
        #expect(try runInMemory(other).difference(from: plain) != nil)
    }

    @Test func `each round uses the data of its phase`() throws {
        let prepared = try prepare(Self.drift)
        #expect(prepared.phases.map(\.firstRound) == [0, 2, 4])
        let sizes = prepared.phases.map { phase in
            (0..<12).map { phase.holdout.training.size(of: $0) }
        }
        #expect(sizes[0] != sizes[1] && sizes[1] != sizes[2])
        let result = try runInMemory(prepared)
        #expect(result.records.map(\.dataPhase) == [0, 0, 1, 1, 2, 2])
        for report in result.reports {
            let phase = prepared.phaseIndex(of: Int(report.round))
            #expect(Int(report.samples) == sizes[phase][Int(report.client)])
        }
        for evaluation in result.evaluations {
            let holdout = prepared.phase(of: evaluation.round).holdout
            #expect(evaluation.test.samples == holdout.test.size(of: Int(evaluation.client)))
        }
        #expect(result.evaluations.count == 72)
    }

    @Test(arguments: [1, 3, 10])
    func `any number of processes gives the same bits`(processes: Int) throws {
        let prepared = try prepare(Self.drift)
        let expected = try runInMemory(prepared)
        #expect(try runInMemory(prepared, processes: processes).difference(from: expected) == nil)
    }

    @Test func `rounds before a phase do not depend on its shift`() throws {
        let changed = "drift: [{ round: 3, shift: [concept] }]"
        let drifted = try runInMemory(prepare(Self.text(changed)))
        let plain = try runInMemory(prepare(Self.text("")))
        func losses(_ result: RunResult) -> [Double] { result.records.map(\.trainLoss) }
        #expect(losses(drifted)[..<3] == losses(plain)[..<3])
        #expect(losses(drifted)[3] != losses(plain)[3])
    }

    @Test func `the keys of a run name all of its phases`() throws {
        let plain = try prepare(Self.text(""))
        let shifted = try prepare(Self.text("shift: [noise]"))
        let drifted = try prepare(Self.drift)
        #expect(plain.dataKey == shifted.dataKey && plain.dataKey == drifted.dataKey)
        #expect(plain.partitionKey.hasPrefix("partition-"))
        #expect(shifted.partitionKey.hasPrefix("shifted-"))
        #expect(drifted.partitionKey.split(separator: " ").count == 3)
        #expect(Set([plain.digest, shifted.digest, drifted.digest]).count == 3)
    }

    @Test func `what the data do not suit is refused where it stands`() throws {
        #expect(
            try problem(Self.text("shift: [concept, { kind: concept, shifts: [0, 1], groups: 2 }]"))
                == "prepared")
        let image = try problem(Self.text("shift: [noise, rotation]"))
        #expect(
            image
                == "small.yaml:9:18: error: data.shift[1]: expected images (height, width, channels)"
                + " for rotation, found samples of shape [6]; leave it out or use data with images")
        let groups = try problem(Self.text("shift: [{ kind: permutation, groups: 13 }]"))
        #expect(
            groups
                == "small.yaml:9:40: error: data.shift[0].groups: expected at most 12 groups, one"
                + " client each, found 13 groups, of which 1 without a client; use fewer groups or"
                + " more clients")
        let natural = try problem(Self.text("drift: [{ round: 1, skew: natural }]"))
        #expect(
            natural.hasPrefix(
                "small.yaml:9:29: error: expected samples with owners for natural, found none; "),
            "\(natural)")
        let late = try problem(Self.text("drift: [{ round: 1, shift: [rotation] }]"))
        #expect(
            late.hasPrefix("small.yaml:9:31: error: data.drift[0].shift[0]: expected images "),
            "\(late)")
    }
}
