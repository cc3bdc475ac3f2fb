import Scenarios
import Settings
import Testing

@Suite struct `Seeds` {
    @Test(arguments: [0, 1 << 53, 1 << 63, UInt64.max])
    func `up to 2^64 - 1 are read everywhere`(seed: UInt64) throws {
        let text = "seed: \(seed)\ndata: { dataset: digits, seed: \(seed) }"
        let run = try file(text).baseRun()
        #expect(run.scenario.seed == seed && run.scenario.data.seed == seed)
        let again = try file(run.resolved).baseRun()
        #expect(again.resolved == run.resolved && again.scenario.seed == seed)
        let runs = try file("\(text)\ncompare: { seeds: [3, \(seed)] }").comparison()
        #expect(runs.map(\.scenario.seed) == [3, seed])
        for isComparison in [false, true] {
            let option = ScenarioFile.Override.seed(seed, isComparison: isComparison)
            let file = try ScenarioFile(
                text: "data: { dataset: digits }\ncompare: { seeds: [1, 2] }", file: "demo.yaml",
                workingFolder: "/work", overrides: [option])
            let seeds = try isComparison ? file.comparison() : [file.baseRun()]
            #expect(seeds.map(\.scenario.seed) == [seed])
        }
    }

    @Test func `of the command line are those of the run where there is no comparison`() throws {
        let file = try ScenarioFile(
            text: "data: { dataset: digits }", file: "demo.yaml", workingFolder: "/work",
            overrides: [.seed(7, isComparison: true)])
        #expect(!file.isComparison)
        #expect(try file.baseRun().scenario.seed == 7)
        #expect(try file.comparison().map(\.scenario.seed) == [7])
    }

    private static let limit = "expected a whole number between 0 and 18446744073709551615, found"

    @Test(arguments: [
        ("seed: -1", "demo.yaml:1:7: error: seed: \(limit) -1"),
        (
            "seed: 18446744073709551616",
            "demo.yaml:1:7: error: seed: \(limit) 18446744073709551616"
        ),
        ("data: { seed: -1 }", "demo.yaml:1:15: error: data.seed: \(limit) -1"),
        ("compare: { seeds: [1, -2] }", "demo.yaml:1:23: error: compare.seeds[1]: \(limit) -2"),
        (
            "compare: { seeds: [18446744073709551615, 18446744073709551615] }",
            "demo.yaml:1:19: error: compare.seeds: expected each seed once, found 18446744073709551615 twice; remove one"
        ),
    ])
    func `beyond are refused with the limit`(text: String, message: String) {
        #expect(mistakes(text) == message)
    }
}

@Suite struct `Scenarios without data` {
    @Test(arguments: [
        "", "# only a comment\n", "name: x", "seed: 3\ntraining: { rounds: 2 }", "null",
    ])
    func `are refused`(text: String) {
        #expect(throws: SettingsError.self) {
            _ = try ScenarioFile(text: text, file: "demo.yaml", workingFolder: "/work").baseRun()
        }
        let found = mistakes(text + "\n# dataset")
        #expect(
            found == "demo.yaml:1:1: error: data.dataset: expected a data set such as"
                + " 'data: { dataset: digits }', found no value; choose one of 'hyperfed list datasets'"
        )
    }

    @Test func `other mistakes come first`() {
        #expect(
            mistakes("date: { dataset: digits }")
                == "demo.yaml:1:1: error: expected a known key, found 'date'; did you mean 'data'?")
        #expect(
            mistakes("data: {}\nseed: 1 # dataset").hasPrefix("demo.yaml:1:1: error: data.dataset:")
        )
    }
}
