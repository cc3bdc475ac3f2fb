import Scenarios
import Settings
import Testing

@Suite struct `Explanations of a key` {
    private let text = """
        data: { dataset: digits }
        client: { learning_rate: 0.5, scheduler: { kind: fedhyper_cl, form: paper } }
        compare:
          seeds: [1, 2]
          set: { client.learning_rate: 0.25 }
          draw: { client.weight_decay: { uniform: [0, 1] } }
          variants:
            fast: { client.learning_rate: 1 }
            plain: { client.scheduler: constant }
            none: {}
        """
    private let rate =
        "client.learning_rate: local rate β_0 at the start (number, greater than 0)\n"

    @Test func `list the values of each variant, the winner first`() throws {
        #expect(
            try file(text).explanation(of: "client.learning_rate") == rate + """
                  fast
                    1     variant fast, demo.yaml:8:35
                    0.25  compare.set, demo.yaml:5:32
                    0.5   file, demo.yaml:2:26
                    0.01  default
                  plain, none
                    0.25  compare.set, demo.yaml:5:32
                    0.5   file, demo.yaml:2:26
                    0.01  default

                """)
    }

    @Test func `have the command line on top`() throws {
        let found = try file(text, [("client.learning_rate", "3")])
            .explanation(of: "client.learning_rate")
        #expect(
            found.contains(
                "    3     command line --set client.learning_rate\n    1     variant fast"))
    }

    @Test func `have no variants where there is no comparison`() throws {
        let single = "data: { dataset: digits }\nclient: { learning_rate: 0.5 }"
        #expect(
            try file(single).explanation(of: "client.learning_rate") == rate + """
                    0.5   file, demo.yaml:2:26
                    0.01  default

                """)
        #expect(
            try file(single, [("client.learning_rate", "null")])
                .explanation(of: "client.learning_rate").contains("    0.01     default\n"))
    }

    @Test func `name cells and seeds where these differ`() throws {
        let grid = text.replacing(
            "  draw: {", with: "  grid: { server.learning_rate: [1, 2] }\n  draw: {")
        let cells = try file(grid).explanation(of: "server.learning_rate")
        #expect(
            cells.contains(
                "  fast, server.learning_rate 1; plain, server.learning_rate 1; none,"
                    + " server.learning_rate 1\n    1    compare.grid, demo.yaml:6:34\n"),
            "\(cells)")
        let seeds = try file(text).explanation(of: "client.weight_decay")
        #expect(
            seeds.contains("  fast, seed 1; plain, seed 1; none, seed 1\n"), "\(seeds)")
        #expect(seeds.contains("compare.draw, demo.yaml:6:11\n"), "\(seeds)")
    }

    @Test func `of a component list its kind and all its keys`() throws {
        let found = try file(text).explanation(of: "client.scheduler")
        let keys = found.split(separator: "\n").filter { !$0.hasPrefix(" ") }
        #expect(keys.count > 4 && keys.allSatisfy { $0.hasPrefix("client.scheduler") })
        #expect(
            found.contains(
                """
                  plain
                    constant     variant plain, demo.yaml:9:32
                    fedhyper_cl  file, demo.yaml:2:50
                    constant     default

                """), "\(found)")
        #expect(found.contains("  plain\n    (these runs do not have the key)\n"))
        let kind = try file(text).explanation(of: "client.scheduler.kind")
        #expect(found.hasPrefix(kind) && kind.count < found.count)
    }

    @Test func `read elements of lists, and leave out what changes nothing`() throws {
        let tower = """
            data: { dataset: digits }
            client.scheduler: { kind: tower, levels: [{ kind: sgd, learning_rate: 0.125 }] }
            """
        let nested = tower.replacing("client.scheduler:", with: "client: { scheduler:") + " }"
        let level = try file(nested).explanation(of: "client.scheduler.levels[0].learning_rate")
        #expect(level.contains("    0.125  file, demo.yaml:2:"), "\(level)")
        let empty = try file(text, [("client", "{}"), ("training", "{}")])
        let same = try file(text).explanation(of: "client.learning_rate")
        #expect(try empty.explanation(of: "client.learning_rate") == same)
        let gone = try file(text, [("client.learning_rate", "null")])
            .explanation(of: "client.learning_rate")
        #expect(gone.contains("    removed  command line --set client.learning_rate\n"), "\(gone)")
    }

    @Test func `of a section list its keys`() throws {
        let found = try file(text).explanation(of: "evaluation")
        let keys = found.split(separator: "\n").filter { !$0.hasPrefix(" ") }
        #expect(keys.count == 7 && keys.allSatisfy { $0.hasPrefix("evaluation.") })
    }

    @Test(arguments: [
        ("client.lr", "client.learning_rate"), ("client.learning_rte", "client.learning_rate"),
        ("clint.scheduler", "client.scheduler"), ("trainng", "training"),
    ])
    func `refuse unknown keys with a suggestion`(path: String, close: String) throws {
        let file = try file(text)
        let error = #expect(throws: SettingsError.self) { try file.explanation(of: path) }
        #expect(
            error.map { "\($0)" }
                == "error: --explain: expected a key path of this scenario, found '\(path)'; did you"
                + " mean '\(close)'?")
    }

    @Test func `the resolved scenario says who gave each value`() throws {
        let runs = try file(text, [("training.rounds", "3")]).comparison()
        let plain = try #require(runs.first { $0.variant == "plain" })
        for line in [
            "\nseed: 1  # compare.seeds\n", "  rounds: 3  # --set\n",
            "  batch_size: 32  # default\n",
            "    kind: constant  # variant plain\n", "  learning_rate: 0.25  # compare.set\n",
            "    kind: digits\n", "  # compare.draw\n",
        ] {
            #expect(plain.resolvedWithLayers.contains(line), "\(line)")
        }
        #expect(!plain.resolved.contains("#"))
        let again = try file(plain.resolvedWithLayers).baseRun()
        #expect(again.resolved == plain.resolved)
        #expect(again.resolvedWithLayers == plain.resolved)
    }

    // The text without comments is what the digest of a run's identity is made of.
    @Test func `equal settings have equal texts, whichever layer they come from`() throws {
        let base = "data: { dataset: digits }\n"
        let written = try file(base + "training: { rounds: 3 }").baseRun()
        let option = try file(base, [("training.rounds", "3")]).baseRun()
        let variant = try file(base + "compare: { variants: { a: { training.rounds: 3 } } }")
            .comparison()[0]
        #expect(written.resolved == option.resolved && option.resolved == variant.resolved)
        #expect(
            Set([written, option, variant].map(\.resolvedWithLayers)).count == 3,
            "the comments differ")
    }
}
