import Reporting
import Testing

@Suite struct `The table that ends a comparison` {
    /// Final accuracies of three seeds; the target after one round, or never.
    private static let three =
        rows("fedavg", [0.745, 0.76, 0.772], target: 0.76)
        + rows("both", [0.75, 0.771, 0.778], target: 0.76)
        + rows("paper", [0.802, 0.813, 0.829], target: 0.76)
        + rows("global", [0.752, 0.759, 0.779], target: 0.76)

    @Test func `golden text of three seeds`() {
        #expect(
            ClosingTable(study(Self.three)).lines == """
                variant  final      interval  vs fedavg       interval     won       to 76 %
                fedavg    75.9  72.5 to 79.3                                      1 (2 of 3)
                paper     81.5  78.1 to 84.8      +5.57   4.99 to 6.14  3 of 3             1
                both      76.6  73.0 to 80.3    = +0.73  -0.07 to 1.53  3 of 3    1 (2 of 3)
                global    76.3  72.9 to 79.8    = +0.43  -0.71 to 1.58  2 of 3  > 1 (1 of 3)
                3 seeds; final accuracy in %: mean of the last 10 evaluations, or of all; 95 % t
                intervals over seeds
                vs fedavg: points, paired by seed; = not told apart (Holm over 3; about 5 to 15
                seeds needed)
                to: median rounds to the target; > not reached; in brackets the runs that
                reached it
                paper is best: 81.5 % final accuracy, 5.57 points above fedavg (95 % interval
                4.99 to 6.14; better in 3 of 3 seeds).
                both (+0.73) and global (+0.43) are not told apart from fedavg.
                Rounds to 76 %: paper 1 (all 3 seeds), fedavg 1 (2 of 3 seeds arrived).
                With 3 seeds the exact test cannot decide, since its smallest p-value is 0.25;
                the paired t test decides.
                fedavg (100 % of the rounds), paper (100 % of the rounds), both (100 % of the
                rounds) and global (100 % of the rounds) kept their server's rate at a bound:
                their results are those of the bounds.

                """)
    }

    @Test func `golden text with runs that diverged`() {
        #expect(
            ClosingTable(
                study(
                    rows("a", [0.5, 0.6, 0.55, 0.52])
                        + rows("b", [0.7, nil, 0.74, 0.71]))
            ).lines == """
                variant    runs  final      interval   vs a      interval     won
                a        4 of 4   54.3  47.3 to 61.2
                b        3 of 4   71.7  66.5 to 76.8  +19.3  17.9 to 20.8  3 of 3
                4 seeds; final accuracy in %: mean of the last 10 evaluations, or of all; 95 % t
                intervals over seeds
                vs a: points, paired by seed
                1 of 8 runs diverged (b, seed 2, in round 1). The numbers are over the rest.
                b is best: 71.7 % final accuracy, 19.3 points above a (95 % interval 17.9 to
                20.8; better in 3 of 3 seeds).
                With 3 seeds the exact test cannot decide, since its smallest p-value is 0.25;
                the paired t test decides.
                a (100 % of the rounds) and b (100 % of the rounds) kept their server's rate at
                a bound: their results are those of the bounds.

                """)
    }

    @Test func `golden text of one seed, and of two`() {
        #expect(
            ClosingTable(study(rows("a", [0.5]) + rows("b", [0.75]))).lines == """
                variant  final    vs a
                a        50.00
                b        75.00  +25.00
                1 seed; final accuracy in %: mean of the last 10 evaluations, or of all
                vs a: points, paired by seed
                One seed: b ended 25.00 points above a in this run. That says nothing about
                other seeds; three give a first interval.
                a (100 % of the rounds) and b (100 % of the rounds) kept their server's rate at
                a bound: their results are those of the bounds.

                """)
        #expect(
            ClosingTable(study(rows("a", [0.5, 0.6]) + rows("b", [0.75, 0.7]))).lines == """
                variant  final    vs a
                a        55.00
                b        72.50  +17.50
                2 seeds; final accuracy in %: mean of the last 10 evaluations, or of all
                vs a: points, paired by seed
                Two seeds: the largest mean gain over a is that of b, +25.00 and +10.00 points.
                Two seeds allow no interval; three give a first one.
                a (100 % of the rounds) and b (100 % of the rounds) kept their server's rate at
                a bound: their results are those of the bounds.

                """)
    }

    @Test func `golden text of eight seeds, where the exact test decides`() {
        let finals = [0.71, 0.72, 0.7, 0.69, 0.73, 0.74, 0.7, 0.71]
        #expect(
            ClosingTable(
                study(
                    rows("base", finals) + rows("up", finals.map { $0 + 0.01 })
                        + rows("down", finals.enumerated().map { $1 - 0.02 - 0.001 * Double($0) })
                        + rows("same", finals),
                    share: 0.9)
            ).lines == """
                variant  final      interval   vs base        interval     won  to 90 % of best
                base      71.3  69.9 to 72.6                                                  1
                up        72.3  70.9 to 73.6     +1.00    1.00 to 1.00  8 of 8                1
                same      71.3  69.9 to 72.6  same run                                        1
                down      68.9  67.5 to 70.3     -2.35  -2.55 to -2.15  0 of 8                1
                8 seeds; final accuracy in %: mean of the last 10 evaluations, or of all; 95 % t
                intervals over seeds
                vs base: points, paired by seed
                to: median rounds to the target; of best: of the baseline's with the same seed
                up is best: 72.3 % final accuracy, 1.00 points above base (95 % interval 1.00 to
                1.00; better in 8 of 8 seeds).
                down is 2.35 points worse than base (95 % interval 2.15 to 2.55; worse in 8 of 8
                seeds).
                same is the same run as base, bit for bit in every evaluation.
                base (100 % of the rounds), up (100 % of the rounds), same (100 % of the rounds)
                and down (100 % of the rounds) kept their server's rate at a bound: their
                results are those of the bounds.

                """)
    }

    @Test func `golden text of a grid`() {
        let cells = ["0.01", "0.1"]
        let all =
            rows("base", [0.5, 0.52, 0.54], cell: ["0.01"])
            + rows("base", [0.2, nil, 0.24], cell: ["0.1"])
            + rows("robust", [0.6, 0.61, 0.65], cell: ["0.01"])
            + rows("robust", [0.6, 0.63, 0.66], cell: ["0.1"])
        #expect(cells.count == 2)
        #expect(
            ClosingTable(study(all, grid: ["client.learning_rate"])).lines == """
                variant  runs  final      interval  vs base      interval  won  worst  spread
                base      5/6   35.0  25.1 to 44.9                               18.0    34.0
                robust    6/6   62.5  55.6 to 69.4    +27.5  19.7 to 35.3  3/3   62.0     1.0
                3 seeds, 2 cells; final accuracy in %: mean of the last 10 evaluations, or of
                all, then over the cells; 95 % t intervals over seeds
                vs base: points, paired by seed
                1 of 12 runs diverged (base: 1). A run that diverged counts as a constant
                prediction.
                robust is best: 62.5 % final accuracy, 27.5 points above base (95 % interval
                19.7 to 35.3; better in 3 of 3 seeds).
                With 3 seeds the exact test cannot decide, since its smallest p-value is 0.25;
                the paired t test decides.
                Over all 2 cells, robust is the most robust: its worst cell is 62.0 %, base's
                18.0 %.
                base (100 % of the rounds) and robust (100 % of the rounds) kept their server's
                rate at a bound: their results are those of the bounds.

                """)
    }

    @Test func `golden text where numbers are predicted`() {
        func runs(_ name: String, _ errors: [Double]) -> [ComparisonRow] {
            errors.enumerated().map {
                ComparisonRow(
                    variant: name, cell: [], seed: UInt64($0 + 1),
                    summary: summary(errors: [$1], target: 3))
            }
        }
        #expect(
            ClosingTable(study(runs("a", [4, 3.5, 3.8]) + runs("b", [2, 2.1, 2.2]))).lines == """
                variant  final      interval   vs a      interval     won          to 3
                a         3.77  3.14 to 4.39                               > 1 (0 of 3)
                b         2.10  1.85 to 2.35  +44.0  30.9 to 57.1  3 of 3             1
                3 seeds; final RMSE: mean of the last 10 evaluations, or of all; 95 % t
                intervals over seeds
                vs a: % less RMSE, paired by seed
                to: median rounds to the target; > not reached; in brackets the runs that
                reached it
                b is best: 2.10 final RMSE, 44.0 % less RMSE than a (95 % interval 30.9 to 57.1;
                better in 3 of 3 seeds).
                Rounds to 3: b 1 (all 3 seeds), a > 1 (0 of 3 seeds arrived).
                With 3 seeds the exact test cannot decide, since its smallest p-value is 0.25;
                the paired t test decides.
                a (100 % of the rounds) and b (100 % of the rounds) kept their server's rate at
                a bound: their results are those of the bounds.

                """)
    }

    @Test func `variants with different data are not compared`() {
        let text = ClosingTable(
            study(
                rows("a", [0.5])
                    + [
                        ComparisonRow(
                            variant: "b", cell: [], seed: 1, summary: summary(errors: [2]))
                    ])
        ).lines
        #expect(
            text == """
                variant    final
                a        50.00 %
                b          2.000
                1 seed; final metric: mean of the last 10 evaluations, or of all
                a (100 % of the rounds) and b (100 % of the rounds) kept their server's rate at
                a bound: their results are those of the bounds.

                """)
    }

    @Test func `a comparison of failed runs only says so`() {
        #expect(
            ClosingTable(study(rows("a", [nil, nil]) + rows("b", [nil, nil]))).lines == """
                variant    runs  final
                a        0 of 2      -
                b        0 of 2      -
                2 seeds; final accuracy in %: mean of the last 10 evaluations, or of all
                vs a: points, paired by seed
                4 of 4 runs diverged (a, seeds 1 and 2, in round 1; b, seeds 1 and 2, in round
                1).
                No run has finished, so there is no result.

                """)
    }

    @Test func `lines have 80 columns where names allow it, also if targets are not reached`() {
        let finals = [0.7123, 0.7231, 0.7019, nil]
        let all =
            rows("a-baseline-name", finals, target: 0.99)
            + rows("another-variant", finals.map { $0.map { $0 + 0.05 } }, target: 0.99)
        let cell = all.map { row in
            var row = row
            row.cell = ["1"]
            return row
        }
        for statistics in [
            study(all, planned: 4), study(all, planned: 4, share: 0.95),
            study(cell, planned: 4, grid: ["k"], share: 0.95),
        ] {
            let text = ClosingTable(statistics).lines
            #expect(
                text.split(separator: "\n").allSatisfy { TextWidth.of(String($0)) <= 80 }, "\(text)"
            )
            #expect(text.contains("> 1"), "\(text)")
            #expect(text.contains("; in brackets") == text.contains("(0/4)"), "\(text)")
        }
    }

    @Test func `names are whole where they are not shown on a terminal`() {
        let name = "a client-side scheduler with a rather long name and a suffix"
        let all = study(rows(name, [0.5, 0.6, 0.7]) + rows("b", [0.6, 0.7, 0.8]))
        let lines = ClosingTable(all, cutsNames: false).lines.split(separator: "\n")
        #expect(lines[1].hasPrefix(name + " ") && !lines[0].contains("…"))
    }

    @Test func `long names are cut in the middle, and columns count wide letters`() {
        let text = ClosingTable(
            study(
                rows(
                    "a client-side scheduler with a rather long name and a suffix", [0.5, 0.6, 0.7])
                    + rows("学習率", [0.6, 0.7, 0.8]))
        ).lines
        let lines = text.split(separator: "\n").prefix(3)
        #expect(lines[1].contains("…") && lines[1].contains("suffix"))
        // The row of the baseline ends with empty cells, which are cut.
        #expect(TextWidth.of(String(lines[0])) == TextWidth.of(String(lines[2])), "\(text)")
    }
}
