import Federation
import LearningRates
import Reporting
import Testing

/// Rows of tables give the same summary as the records that they were made of, to the last bit.
@Suite struct `Summaries from tables` {
    /// Records with numbers of all sizes, void rounds, drops, and rounds without an evaluation.
    private static func records(_ metric: Metric, seed: UInt64) -> [RoundRecord] {
        var state = seed
        func number() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let sizes = [1e-300, 1e-9, 1, 3, 1e17]
            return Double(state >> 11) * 0x1p-53 * sizes[Int(state >> 60) % sizes.count]
        }
        return (0..<40).map { index in
            let round = UInt32(index)
            let isEvaluated = index % 3 != 1
            var row = record(
                round: round, testAccuracy: isEvaluated && metric == .accuracy ? number() : nil,
                testLoss: isEvaluated ? number() : nil,
                testRMSE: isEvaluated && metric == .rmse ? number() : nil, seconds: number())
            row.decision = RateDecision(
                globalRate: number(), globalChange: RateChange(rate: 1, bound: nil))
            row.localRateMean = number()
            (row.bytesUp, row.bytesDown) = (index * 1_000_003, Int(state >> 20))
            if index % 4 == 0 { row.simulatedSeconds = number() }
            if index % 7 == 3 { row.participants = 0 }
            if index % 5 == 2 {
                row.drops = [
                    ClientDrop(round: round, client: 1, reason: .late),
                    ClientDrop(
                        ClientFailure(
                            round: round, client: 3, attempt: 1, step: 0, localRate: 1,
                            reason: "a \"nan\", \n and more")),
                ]
            }
            return row
        }
    }

    private static func tables(_ records: [RoundRecord], _ missing: MissingNumber)
        -> (rounds: String, drops: String)
    {
        let columns = roundColumns(server: "one, \"two\"", client: "three")
        func text<Row>(_ columns: [Column<Row>], _ rows: [Row]) -> String {
            ([csvHeader(columns)] + rows.map { csvLine(columns, $0, missing: missing) })
                .map { $0 + "\n" }.joined()
        }
        return (text(columns, records), text(dropColumns, records.flatMap(\.drops)))
    }

    @Test(arguments: [Metric.accuracy, .rmse], [MissingNumber.empty, .nan])
    func `are those of the records`(metric: Metric, missing: MissingNumber) throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let records = Self.records(metric, seed: seed)
            var expected = RunSummary(metric: metric, target: 0.5)
            for record in records { expected.add(record) }
            let (rounds, drops) = Self.tables(records, missing)
            let made = try RunSummary(metric: metric, target: 0.5, rounds: rounds, drops: drops)
            #expect(made == expected, "seed \(seed)")
            let series = try RoundSeries(Array(rounds.utf8))
            let fast = try RunSummary(metric: metric, target: 0.5, series, drops: drops)
            #expect(fast == expected, "seed \(seed)")
            #expect(made.bytesUp > 0 && made.lastLocalRate != nil && made.drops > 0)
        }
    }

    @Test func `leave out a last row that was cut off`() throws {
        let (rounds, drops) = Self.tables(Self.records(.accuracy, seed: 1), .empty)
        for cut in 1..<100 {
            let made = try RunSummary(
                metric: .accuracy, target: nil, rounds: String(rounds.dropLast(cut)), drops: drops)
            #expect(made.rounds == 39)
        }
    }

    @Test(arguments: [
        ("", "rounds.csv, line 1: expected a header, found none"),
        ("round\n0\n", "rounds.csv, line 1: expected the column seconds, found no such column"),
        ("round,seconds\n0,1\n1\n", "rounds.csv, line 3: expected 2 cells, found 1"),
        ("round,seconds\n1,1\n", "rounds.csv, line 2: expected round 0, found 1"),
        ("round,seconds\n0,x\n", "rounds.csv, line 2: expected a number as seconds, found 'x'"),
        (
            "round,seconds\n-1,1\n", "rounds.csv, line 2: expected a count as round, found '-1'"
        ),
    ])
    func `of damaged tables are refused`(text: String, message: String) {
        let error = #expect(throws: TableTextError.self) {
            try RunSummary(metric: .accuracy, target: nil, rounds: text, drops: nil)
        }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        ("0.25,", "x,"), (",0,0,", ",,0,"), (",1.0,", ",NaN,"), (",7,", ",7.5,"), (",7,", ",-7,"),
    ])
    func `of numbers are not made if a cell has another form`(old: String, new: String) throws {
        let text = csvTable(
            roundColumns(server: "", client: ""), [record(testAccuracy: 0.25)], missing: .empty)
        let series = try RoundSeries(Array(text.utf8))
        #expect(try RunSummary(metric: .accuracy, target: nil, series, drops: nil) != nil)
        let other = text.replacing(old, with: new)
        try #require(other != text)
        let damaged = try RoundSeries(Array(other.utf8))
        #expect(try RunSummary(metric: .accuracy, target: nil, damaged, drops: nil) == nil)
    }

    @Test func `need the drops that rounds.csv counts`() {
        let (rounds, _) = Self.tables(Self.records(.accuracy, seed: 1), .empty)
        let error = #expect(throws: TableTextError.self) {
            try RunSummary(metric: .accuracy, target: nil, rounds: rounds, drops: nil)
        }
        #expect(
            error?.description
                == "rounds.csv, line 4: expected 0 dropped clients, as in drops.csv, found 2")
    }
}
