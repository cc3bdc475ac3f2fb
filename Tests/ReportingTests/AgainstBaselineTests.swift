import Federation
import Reporting
import Testing

@Suite struct `Variants beside a baseline` {
    /// A run with these accuracies, a round each, so many seconds a round.
    private func run(
        _ variant: String, in cell: [String] = [], seed: UInt64 = 1, _ accuracies: [Double?],
        seconds: Double = 0.5
    ) -> ComparisonRow {
        var summary = RunSummary(target: nil)
        for (round, accuracy) in accuracies.enumerated() {
            summary.add(
                record(round: UInt32(round), testAccuracy: accuracy, seconds: seconds))
        }
        return ComparisonRow(variant: variant, cell: cell, seed: seed, summary: summary)
    }

    private func diverged(_ variant: String, in cell: [String] = [], seed: UInt64 = 1)
        -> ComparisonRow
    {
        ComparisonRow(variant: variant, cell: cell, seed: seed, summary: nil, constant: 0.125)
    }

    /// Finals (means of both evaluations) of base: 0.25 and 0.5 in cell x, 0.75 and 0.75 in y; of
    /// wild: 0.5 and 0.75 in x, 0.5 and a divergence (0.125) in y.
    private var grid: [ComparisonRow] {
        [
            run("base", in: ["x"], seed: 1, [0.25, 0.25]),
            run("base", in: ["x"], seed: 2, [0.5, 0.5]),
            run("base", in: ["y"], seed: 1, [0.75, 0.75]),
            run("base", in: ["y"], seed: 2, [0.5, 1]),
            run("wild", in: ["x"], seed: 1, [0.5, 0.5], seconds: 1),
            run("wild", in: ["x"], seed: 2, [0.5, 1], seconds: 1),
            run("wild", in: ["y"], seed: 1, [0.25, 0.75], seconds: 2),
            diverged("wild", in: ["y"], seed: 2),
        ]
    }

    private func against(_ rows: [ComparisonRow], grid: [String] = [], target: Double? = nil)
        -> AgainstBaseline
    {
        AgainstBaseline(rows, grid: grid, metric: .accuracy, baseline: "base", target: target)
    }

    @Test func `gains are means over seeds, then over cells, and a divergence counts`() throws {
        let scores = try #require(against(grid, grid: ["k"]).overall.first)
        // Cell x: 25, 25; cell y: -25 and 12.5 - 75 = -62.5, mean -43.75. Mean of cells: -9.375.
        #expect(scores.gain == -9.375 && scores.runs == 4 && scores.failedRuns == 1)
        // By seeds: (25 - 25) / 2 = 0 and (25 - 62.5) / 2 = -18.75; deviation 18.75 / √2.
        #expect(abs((scores.gainDeviation ?? 0) - 18.75 / 2.0.squareRoot()) < 1e-12)
        #expect(scores.gainWithoutFailures == 25 && scores.failedCells == 1 && scores.cells == 2)
        #expect(scores.smallest?.gain == -43.75 && scores.smallest?.cell == ["y"])
        #expect(scores.largest?.gain == 25 && scores.largest?.cell == ["x"])
        // Of wild: 0.625 in x, 0.3125 in y; of base: 0.375 and 0.75.
        #expect(scores.spread == 0.3125 && scores.baselineSpread == 0.375)
        #expect(abs((scores.spreadChange ?? 0) - 100 * (0.3125 / 0.375 - 1)) < 1e-12)
        // Ratios 2, 2 and 4; the run that diverged has none.
        #expect(scores.secondsRatio == 2)
        #expect(scores.value == 0.46875 && scores.baseline == 0.5625)
    }

    @Test func `what failed without diverging is not compared`() throws {
        var rows = grid
        rows[7].constant = nil
        let scores = try #require(against(rows, grid: ["k"]).overall.first)
        // Cell y has only -25 left.
        #expect(scores.gain == 0 && scores.smallest?.gain == -25)
        #expect(scores.failedRuns == 1 && scores.failedCells == 1)
    }

    @Test func `less error is a gain, in percent`() throws {
        func run(_ variant: String, _ errors: [Double]) -> ComparisonRow {
            ComparisonRow(
                variant: variant, cell: [], seed: 1, summary: summary(errors: errors))
        }
        // Finals 4 and 3. The best is 2; divided by 0.5, a target of 4, which base reaches in its
        // second evaluation and better in its first.
        let against = AgainstBaseline(
            [run("base", [6, 2, 4]), run("better", [3, 3, 3]), run("none", [0, 0])], grid: [],
            metric: .rmse, baseline: "base", target: 0.5)
        #expect(against.overall.map(\.gain) == [25, 100])
        #expect(against.overall[0].speedUp == BoundedRatio(2))
        #expect(against.text.hasPrefix("against base: final RMSE, % less\n"))
        // Nothing can be so many percent less than nothing.
        let perfect = AgainstBaseline(
            [run("base", [0]), run("worse", [1])], grid: [], metric: .rmse, baseline: "base",
            target: nil)
        #expect(perfect.overall[0].gain == nil)
    }

    @Test func `speed-ups count rounds from 1 to a share of the baseline's best`() throws {
        // The target is 0.9 x 0.5 = 0.45: base after 4 rounds; the others after 2, after 1, never
        // within 8.
        let base = run("base", [0.1, nil, nil, 0.45, 0.5, nil, 0.2, 0.4])
        let against = against(
            [
                base, run("two", [0.25, 0.5]), run("one", [0.45]),
                run("never", [0.1, 0.2, nil, nil, nil, nil, nil, 0.44]), diverged("wild"),
            ], target: 0.9)
        #expect(
            against.overall.map(\.speedUp) == [
                BoundedRatio(2), BoundedRatio(4), BoundedRatio(0.5, .below),
                BoundedRatio(0.5, .below),
            ])
        #expect(against.overall.map(\.unreached) == [0, 0, 1, 1])
        #expect(against.overall.allSatisfy { $0.speedUpRuns == 1 })
        #expect(against.reference.speedUp == BoundedRatio(1))
    }

    @Test func `a baseline that diverged has no target`() throws {
        let against = against(
            [
                diverged("base"), run("base", seed: 2, [0.5]), run("a", [0.5]),
                run("a", seed: 2, [0.5]),
            ], target: 1)
        #expect(against.overall[0].speedUpRuns == 1 && against.overall[0].gain == 18.75)
        #expect(against.text.contains("; 1 more has no target, since base failed"))
    }

    /// For each seed the rounds of the baseline and of the variant, of 8.
    @Test(
        arguments: [
            ([[4, 1], [4, 2], [4, 4]], "2.00", "1.00"), ([[4, 1], [4, 2]], "3.00", "2.00"),
            ([[4, nil]], "< 0.50", "< 0.50"),
            // 4, 2 and less than 0.5: in the middle is 2 whatever it is.
            ([[4, 1], [4, 2], [4, nil]], "2.00", "< 0.50"),
            // 4 and less than 0.5: less than 2.25.
            ([[4, 1], [4, nil]], "< 2.25", "< 0.50"),
            ([[4, 1], [4, nil], [4, nil]], "< 0.50", "< 0.50"),
            // 0.5 and twice less than 0.5; twice 0.5 and less than that.
            ([[4, 8], [4, nil], [4, nil]], "< 0.50", "< 0.50"),
            ([[4, 8], [4, 8], [4, nil]], "0.50", "< 0.50"),
            // 0.5, 0.75 and less than 1: perhaps 0.75, perhaps less.
            ([[4, 8], [6, 8], [8, nil]], "≤ 0.75", "≤ 0.50"),
        ] as [([[Int?]], String, String)])
    func `a bound is shown as one`(rounds: [[Int?]], median: String, smallest: String) {
        var rows: [ComparisonRow] = []
        for (index, reached) in rounds.enumerated() {
            for (variant, round) in zip(["base", "v"], reached) {
                let accuracies = (1...8).map { $0 == round ? 0.5 : 0.25 }
                rows.append(run(variant, seed: UInt64(index), accuracies))
            }
        }
        let scores = against(rows, target: 1).overall[0]
        #expect(scores.speedUp?.text == median && scores.smallestSpeedUp?.text == smallest)
    }

    @Test func `golden text of a grid with failures`() {
        #expect(
            against(grid, grid: ["k"], target: 1).text == """
                against base: final accuracy, percentage points
                variant  mean gain    smallest     largest  spread  change  failed   \
                  gain without  speed-up  smallest  seconds a round
                base             -           -           -   37.50       -  0 of 4   \
                             -         -         -             1.00
                wild         -9.38  -43.75 (y)  +25.00 (x)   31.25   -17 %  1 of 4  \
                +25.00 (1 of 2)    < 1.00    ≤ 0.50             2.00
                gain: over base in the same cell with the same seed, mean over 2 cells; smallest, \
                largest: of any cell, (k)
                spread: largest minus smallest accuracy of any cell, in percentage points; change: \
                against that of base
                failed: runs; one that diverged counts as a constant prediction (the training part's \
                commonest class) and has reached no target; gain without: over the cells in which none failed, of either
                speed-up: rounds of base to 100 % of its best accuracy over the rounds to the same; \
                median and smallest over 4 runs; < and ≤ where not all of them got there
                seconds a round: wall clock, as measured here; median over the runs

                """)
    }

    @Test func `golden text without a grid, a target or a failure`() {
        #expect(
            against([run("base", [0.5]), run("a", [0.75])]).text == """
                against base: final accuracy, percentage points
                variant    gain  seconds a round
                base          -             1.00
                a        +25.00             1.00
                gain: over base with the same seed, mean
                seconds a round: wall clock, as measured here; median over the runs

                """)
    }

    @Test func `bytes of a round are compared where they are known`() {
        func run(_ variant: String, up: Int, down: Int) -> ComparisonRow {
            var summary = RunSummary(target: nil)
            for round in 0..<2 as Range<UInt32> {
                var record = record(round: round)
                (record.bytesUp, record.bytesDown) = (up, down)
                summary.add(record)
            }
            return ComparisonRow(variant: variant, cell: [], seed: 1, summary: summary)
        }
        let against = against([run("base", up: 100, down: 300), run("a", up: 100, down: 500)])
        #expect(against.overall[0].bytesRatio == 1.5)
        #expect(
            against.text.hasPrefix(
                """
                against base: final accuracy, percentage points
                variant   gain  bytes a round  seconds a round
                base         -           1.00             1.00
                a        +0.00           1.50             1.00
                """))
    }

    @Test func `against.csv has the same numbers, and bounds in columns of their own`() {
        let against = against(grid, grid: ["k"], target: 1)
        let columns = againstColumns(grid: ["k"])
        let names = columns.map(\.name)
        func value(_ name: String, _ row: Int) -> Cell? {
            names.firstIndex(of: name).map { columns[$0].value(against.rows[row]) }
        }
        #expect(against.rows.map(\.cell) == [nil, ["x"], ["y"]])
        #expect(value("scope", 0) == .text("all") && value("scope", 1) == .text("cell"))
        #expect(value("k", 0) == .noText && value("k", 2) == .text("y"))
        #expect(value("gain", 0) == .number(-9.375) && value("gain", 2) == .number(-43.75))
        #expect(value("gain_smallest", 2) == .empty && value("spread", 2) == .empty)
        // Base reaches its best after 1, 1, 1 and 2 rounds of 2; wild after 1, 1, 2 and never: 1,
        // 1, 0.5 and less than 1.
        #expect(value("speedup", 0) == .empty && value("speedup_bound", 0) == .number(1))
        #expect(value("speedup", 1) == .number(1) && value("speedup_bound", 1) == .empty)
        #expect(value("speedup_smallest", 0) == .empty)
        #expect(value("speedup_smallest_bound", 0) == .number(0.5))
        #expect(value("speedup_unreached", 2) == .integer(1))
        #expect(columns.filter(\.isClock).map(\.name) == ["seconds_per_round"])
        #expect(columns.allSatisfy { !$0.meaning.isEmpty } && Set(names).count == names.count)
    }
}
