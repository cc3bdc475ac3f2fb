import Reporting
import Testing

/// Each sentence of a verdict is built from fixed parts; here they stand in full.
@Suite struct `Verdicts` {
    private static let finals = [0.71, 0.72, 0.7, 0.69, 0.73, 0.74, 0.7, 0.71]

    private func verdict(_ rows: [ComparisonRow], grid: [String] = []) -> String {
        let sentences = Verdict(study(rows, grid: grid), .terminal).sentences
        // The plain numbers of the tests have all rates at a bound.
        return sentences.map { $0.map(\.text).joined() }.filter { !$0.contains(" at a bound") }
            .joined(separator: "\n")
    }

    private func variant(_ name: String, _ gain: Double, noise: Double = 0.001) -> [ComparisonRow] {
        rows(name, Self.finals.enumerated().map { $1 + gain + noise * Double($0 % 3) })
    }

    @Test func `names stand out on a page, and stay as they are`() {
        let all = study(rows("base", [0.5, 0.51, 0.5]) + rows("up", [0.6, 0.62, 0.6]))
        let verdict = Verdict(all, .page) { $0 == "up" ? "Up <i>" : $0 }
        #expect(verdict.sentences.first?.map(\.isStrong) == [true, false, true, false])
        #expect(
            verdict.sentences.first?.map(\.text) == [
                "Up <i>", " is best: 60.7\u{202F}% final accuracy, ", "10.3 points above base",
                " (95 % interval 8.9 to 11.8; better in 3 of 3 seeds).",
            ])
        #expect(
            Verdict(study(rows("b", [0.5, 0.51, 0.4]) + rows("a", [0.4, 0.42, 0.3])), .page)
                .text.contains("\u{2212}9.7"))
    }

    @Test func `two are best, and others are better, worse or undecided`() {
        #expect(
            verdict(
                rows("base", Self.finals) + variant("one", 0.05)
                    + variant("two", 0.0495, noise: 0.002)
                    + variant("three", 0.02) + variant("four", -0.01) + variant("five", -0.02)
                    + variant("six", -0.006, noise: 0.006)) == """
                    two and one are best and not told apart from each other (76.4 and 76.3 %).
                    two is 5.12 points above base (95 % interval 4.99 to 5.26; better in 8 of 8 seeds).
                    one (+5.09) and three (+2.09) are better than base too.
                    four (-0.91) and five (-1.91) are worse than base.
                    six (-0.08) is not told apart from base.
                    """)
    }

    @Test func `a baseline without a finished run is said`() {
        let text = verdict(rows("base", [nil, nil, nil]) + rows("a", [0.5, 0.51, 0.52]))
        #expect(
            text.contains(
                "\nbase is the baseline and has no finished run, so nothing is compared.\n"))
        #expect(!verdict(rows("base", [0.5]) + rows("a", [0.5])).contains("has no finished run"))
    }

    @Test func `variants with the same worst cell are named together`() {
        func grid(_ name: String, _ worst: Double) -> [ComparisonRow] {
            rows(name, [0.6, 0.61, 0.62], cell: ["1"])
                + rows(name, [worst, worst, worst], cell: ["2"])
        }
        #expect(
            verdict(grid("base", 0.1) + grid("a", 0.3) + grid("b", 0.3), grid: ["k"]).contains(
                "Over all 2 cells, a and b are the most robust: their worst cell is 30.0 %, base's"
                    + " 10.0 %."))
        #expect(
            verdict(grid("base", 0.1) + grid("a", 0.1), grid: ["k"]).contains(
                "Over all 2 cells, all variants have the same worst cell, 10.0 %."))
    }

    @Test func `nothing wins`() {
        #expect(
            verdict(rows("base", Self.finals) + variant("a", -0.006, noise: 0.006)) == """
                No variant is told apart from base.
                The largest difference is that of a: -0.08 points (95 % interval -0.49 to 0.34).
                """)
        #expect(
            verdict(
                rows("base", Self.finals) + variant("a", -0.006, noise: 0.006)
                    + variant("worse", -0.03)) == """
                    No variant is told apart from base as better.
                    The largest difference is that of a: -0.08 points (95 % interval -0.49 to 0.34).
                    worse is 2.91 points worse than base (95 % interval 2.84 to 2.98; worse in 8 of 8 seeds).
                    a (-0.08) is not told apart from base.
                    """)
    }

    @Test func `one variant alone`() {
        #expect(
            verdict(rows("a", [0.5, 0.51, 0.53])) == """
                a ended with 51.3 % final accuracy (95 % interval 47.5 to 55.1; 3 seeds).
                """)
        #expect(
            verdict(rows("a", [0.5, 0.51])) == """
                a ended with 50.50 % final accuracy (two seeds).
                """)
        #expect(verdict([]) == "")
    }

    @Test func `faults come first`() {
        #expect(
            verdict(
                rows("base", [0.5, 0.51, 0.5, nil]) + rows("a", [nil, nil, 0.6, nil])
                    + rows("b", [nil, 0.5, 0.6, 0.7]) + rows("c", [0.4, 0.5, 0.6, nil])) == """
                    6 of 16 runs diverged (base, seed 4, in round 1; a, seeds 1, 2 and 4, in round 1; b, seed 1, in round 1; 1 more variant). The numbers are over the rest.
                    No variant is told apart from base.
                    The largest difference is that of c: -0.3 points (95 % interval -25.2 to 24.5).
                    a and b have fewer than three seeds that finished beside base: no interval and no test.
                    With 3 seeds the exact test cannot decide, since its smallest p-value is 0.25; the paired t test decides.
                    """)
    }

    @Test func `rates at a bound are named`() {
        let one = Verdict(study(rows("a", [0.5])), .terminal).sentences.last
        #expect(
            one?.map(\.text).joined()
                == "a kept its server's rate at a bound in 100 % of the rounds: its result is that"
                + " of the bound.")
    }
}
