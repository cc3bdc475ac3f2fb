import Datasets
import Scenarios
import Settings
import Testing

@Suite struct `Shifts and drift in a scenario` {
    private func run(_ data: String) throws -> ScenarioFile.ConfiguredRun {
        try file("data:\n  dataset: digits\n\(data)").baseRun()
    }

    private func mistakes(_ data: String) -> String {
        ScenariosTests.mistakes("data:\n  dataset: digits\n\(data)")
    }

    @Test func `a scenario without them has one phase and no new line`() throws {
        let run = try run("")
        #expect(run.scenario.data.phases.count == 1)
        #expect(!run.resolved.contains("shift") && !run.resolved.contains("drift"))
    }

    @Test func `each phase has what the phase before it has, but for its own keys`() throws {
        let run = try run(
            """
              skew: shards
              shift: [rotation, { kind: noise, sigma: 0.3 }]
              drift:
                - { round: 5, skew: { kind: dirichlet, alpha: 2 } }
                - { round: 7, shift: [{ kind: concept, shifts: [0, 3] }] }
                - { round: 9, shift: [] }

            """)
        let phases = run.scenario.data.phases
        #expect(phases.map(\.firstRound) == [0, 5, 7, 9])
        #expect(phases.map(\.skewKind) == ["shards", "dirichlet", "dirichlet", "dirichlet"])
        #expect(
            phases.map(\.shiftKinds) == [
                ["rotation", "noise"], ["rotation", "noise"], ["concept"], [],
            ]
        )
        #expect(
            phases.map(\.skewPath) == [
                "data.skew", "data.drift[0].skew", "data.drift[0].skew", "data.drift[0].skew",
            ])
        #expect(
            phases.map(\.shiftPath) == [
                "data.shift", "data.shift", "data.drift[1].shift", "data.drift[2].shift",
            ])
        let again = try ScenarioFile(text: run.resolved, file: "again.yaml", workingFolder: "")
            .baseRun()
        #expect(again.resolved == run.resolved)
        #expect(again.scenario.data.phases.map(\.shiftKinds) == phases.map(\.shiftKinds))
        #expect(run.resolved.contains("    - round: 5\n      skew:\n        kind: dirichlet\n"))
        #expect(run.resolved.contains("    - round: 9\n      shift: []\n"))
    }

    @Test(arguments: [
        "swaps: [[], [0, 1]]",
        "maps: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 0, 2, 3, 4, 5, 6, 7, 8, 9]]",
        "groups: 3", "shifts: [0, -2]", "groups: 2, swaps: [[], [0, 1]]",
    ])
    func `every form of concept resolves to itself`(keys: String) throws {
        let run = try run("  shift: [{ kind: concept, \(keys) }]\n")
        let again = try ScenarioFile(text: run.resolved, file: "again.yaml", workingFolder: "")
            .baseRun()
        #expect(again.resolved == run.resolved)
    }

    @Test(arguments: [
        (
            "  shift: [label_noise, noise]\n",
            "demo.yaml:3:24: error: data.shift[1]: expected the order quantity, features, labels,"
                + " found noise after label_noise; write them in the order noise, label_noise"
        ),
        (
            "  shift: noise\n",
            "demo.yaml:3:10: error: data.shift: expected a list of kinds or of mappings with 'kind',"
                + " found 'noise'"
        ),
        (
            "  shift: [{ kind: noise, sigma: -1 }]\n",
            "demo.yaml:3:33: error: data.shift[0].sigma: expected a number between 0 and 1000000,"
                + " found -1"
        ),
        (
            "  shift: [nois]\n",
            "demo.yaml:3:11: error: data.shift[0]: expected one of quantity, noise, rotation,"
                + " permutation, brightness, label_noise, concept, found 'nois'; did you mean 'noise'?"
        ),
        (
            "  shift: [{ kind: brightness, contrast: [2, 1] }]\n",
            "demo.yaml:3:41: error: data.shift[0].contrast: expected a smallest and a largest number"
                + " such as [0.5, 1.5], found 2.0 above 1.0"
        ),
        (
            "  shift: [{ kind: concept, swaps: [[0, 1, 2], []] }]\n",
            "demo.yaml:3:35: error: data.shift[0].swaps: expected different classes in pairs for"
                + " group 0, found [0, 1, 2]; write [a, b] to swap a with b"
        ),
        (
            "  shift: [{ kind: concept, swaps: [[0, 1], []], maps: [[0], [1]] }]\n",
            "demo.yaml:3:55: error: data.shift[0].maps: expected one of shifts, swaps and maps,"
                + " found two of them; leave one out"
        ),
        (
            "  shift: [{ kind: concept, groups: 3, shifts: [0, 1] }]\n",
            "demo.yaml:3:36: error: data.shift[0].groups: expected 2, as many as shifts has, found 3;"
                + " leave groups out, or list one for each group"
        ),
        (
            "  drift: [{ round: 5, skew: iid }, { round: 5, skew: shards }]\n",
            "demo.yaml:3:45: error: data.drift[1].round: expected a round after 5, the one of the"
                + " phase before, found 5; write the phases in the order of their rounds"
        ),
        (
            "  drift: [{ round: 5 }]\n",
            "demo.yaml:3:11: error: data.drift[0].skew: expected a skew or a shift that holds from"
                + " this round on, found no value; add one of them, or leave the phase out"
        ),
        (
            "  drift: [{ round: 5, shift: null }]\n",
            "demo.yaml:3:11: error: data.drift[0].skew: expected a skew or a shift that holds from"
                + " this round on, found no value; add one of them, or leave the phase out"
        ),
        (
            "  drift: [{ round: null, skew: iid }]\n",
            "demo.yaml:3:20: error: data.drift[0].round: expected the first round of the phase, found"
                + " null; add the key"
        ),
        (
            "  shift: [{ sigma: 0.5 }]\n",
            "demo.yaml:3:11: error: data.shift[0]: expected a mapping with kind, one of quantity,"
                + " noise, rotation, permutation, brightness, label_noise, concept, found a mapping"
        ),
        (
            "  drift: [{ skew: iid }]\n",
            "demo.yaml:3:11: error: data.drift[0].round: expected the first round of the phase, found"
                + " no value; add the key"
        ),
        (
            "  drift: { round: 5, skew: iid }\n",
            "demo.yaml:3:10: error: data.drift: expected a list of phases such as [{ round: 50, skew:"
                + " iid }], found a mapping"
        ),
        (
            "  drift: [{ round: 5, skew: iid, model: mlp }]\n",
            "demo.yaml:3:34: error: data.drift[0]: expected a key of data.drift[0], found 'model'; did"
                + " you mean 'model' at the top of the file?"
        ),
        (
            "  drift: [{ round: 5, shift: [concept, rotation] }]\n",
            "demo.yaml:3:40: error: data.drift[0].shift[1]: expected the order quantity, features,"
                + " labels, found rotation after concept; write them in the order rotation, concept"
        ),
    ])
    func `what does not hold is refused where it stands`(data: String, message: String) {
        #expect(mistakes(data) == message)
    }

    @Test func `a phase after the last round is a warning`() throws {
        let run = try file(
            """
            data:
              dataset: digits
              drift: [{ round: 5, skew: iid }, { round: 8, shift: [noise] }]
            training: { rounds: 8 }
            """
        ).baseRun()
        #expect(
            run.warnings.map(\.description) == [
                "demo.yaml:3:45: warning: data.drift[1].round: expected a round before"
                    + " training.rounds (8), found 8; the phase does not begin; lower it, or raise"
                    + " training.rounds"
            ])
    }
}
