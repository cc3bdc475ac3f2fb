import Federation
import LearningRates
import Reporting
import TestSupport
import Testing

@Suite struct `CSV files` {
    private let rounds = roundColumns(server: "fedhyper_g (paper)", client: "constant")
    private let clients = clientColumns(client: "fedhyper_cl (normalized)")

    // Other people's scripts read these names: append only.
    @Test func `golden header of rounds.csv`() {
        #expect(
            csvHeader(rounds)
                == "round,participants,samples,train_loss,test_loss,test_accuracy,global_rate,"
                + "local_rate,local_rate_mean,local_rate_min,local_rate_max,product_with_previous,cosine,"
                + "aggregate_norm,mean_update_norm,server_bound_hit,client_bound_hits,"
                + "server_scheduler,client_scheduler,seconds,test_rmse,update_diversity,"
                + "aggregate_scale,dropped,void,simulated_seconds,bytes_up,bytes_down")
    }

    @Test func `golden header of clients.csv`() {
        #expect(
            csvHeader(clients)
                == "round,client,samples,steps,train_loss,update_norm,rate_first,rate_last,"
                + "rate_min,rate_max,rate_mean,lower_bound_hits,upper_bound_hits,undefined,"
                + "client_scheduler,seconds")
        let asynchronous = clientColumns(client: "", hasStaleness: true)
        #expect(csvHeader(asynchronous) == csvHeader(clients) + ",staleness")
    }

    @Test func `golden lines of traces.csv`() {
        #expect(csvHeader(traceColumns) == "round,client,step,quantity,value")
        let report = ClientReport(
            round: 3, client: 7, attempt: 1, samples: 10, steps: 6, meanLoss: 1, squaredNorm: 1,
            rates: RateTrace(first: 0.1, last: 0.3, smallest: 0.1, largest: 0.3, mean: 0.2),
            traces: ClientTraces(
                stride: 2, rates: [0.1, 0.2, 0.3], readings: [.init(name: "mu", value: 0.5)]),
            seconds: 1)
        #expect(
            TraceRow.rows(of: report).map { csvLine(traceColumns, $0) } == [
                "3,7,0,rate,0.1", "3,7,2,rate,0.2", "3,7,4,rate,0.3", "3,7,6,mu,0.5",
            ])
    }

    @Test func `golden lines of server_traces.csv`() {
        #expect(csvHeader(serverTraceColumns) == "round,quantity,value")
        var row = record(round: 3)
        row.readings = [
            TracedValue(name: "rate[1]", value: 0.5), TracedValue(name: "beta1", value: 0.9),
        ]
        #expect(
            ServerTraceRow.rows(of: row).map { csvLine(serverTraceColumns, $0) }
                == ["3,rate[1],0.5", "3,beta1,0.9"])
    }

    @Test func `a round's line`() {
        #expect(
            csvLine(rounds, record(round: 3))
                == "3,10,6000,1.25,0.5,0.8125,1.0,0.01,0.02,0.001,0.1,-0.125,-0.5,2.0,3.0,1,7,"
                + "fedhyper_g (paper),constant,0.5,,,1.0,0,0,,0,0")
        var first = record(testAccuracy: nil, testLoss: nil)
        (first.productWithPrevious, first.cosine) = (nil, nil)
        first.decision = first.decision.unchanged
        #expect(
            csvLine(rounds, first)
                == "0,10,6000,1.25,,,1.0,0.01,0.02,0.001,0.1,,,2.0,3.0,0,7,"
                + "fedhyper_g (paper),constant,0.5,,,1.0,0,0,,0,0")
    }

    @Test func `a round's line where clients are dropped`() {
        var row = record(round: 3)
        (row.diversity, row.decision.aggregateScale) = (1.5, 0.75)
        row.drops = [
            ClientDrop(round: 3, client: 1, reason: .late),
            ClientDrop(round: 3, client: 8, reason: .droppedOut),
        ]
        (row.simulatedSeconds, row.bytesUp, row.bytesDown) = (2.25, 1000, 2400)
        #expect(csvLine(rounds, row).hasSuffix(",constant,0.5,,1.5,0.75,2,0,2.25,1000,2400"))
    }

    @Test func `a void round's line has rates, and no numbers of updates`() {
        var row = RoundRecord(
            round: 4, participants: 0, samples: 0, trainLoss: 0, testLoss: 0.5, testAccuracy: 0.75,
            decision: RateDecision(globalRate: 1.5), localRate: 0.01, localRateMean: 0.01,
            localRateSmallest: 0.01,
            localRateLargest: 0.01, productWithPrevious: nil, cosine: nil, aggregateNorm: 0,
            meanUpdateNorm: 0, clientBoundHits: 0, seconds: 0.5)
        #expect(row.isVoid)
        row.drops = [ClientDrop(round: 4, client: 2, reason: .late)]
        row.bytesDown = 48
        #expect(
            csvLine(rounds, row)
                == "4,0,0,,0.5,0.75,1.5,0.01,,,,,,,,0,0,fedhyper_g (paper),constant,0.5,,,1.0,1,1,,0,"
                + "48")
    }

    @Test func `golden lines of drops.csv`() {
        #expect(csvHeader(dropColumns) == "round,client,reason,step,local_rate,problem")
        let failure = ClientFailure(
            round: 3, client: 7, attempt: 2, step: 5, localRate: 0.5,
            reason: "training loss is nan")
        let drops = [
            ClientDrop(round: 3, client: 1, reason: .droppedOut),
            ClientDrop(round: 3, client: 4, reason: .late), ClientDrop(failure),
        ]
        #expect(
            drops.map { csvLine(dropColumns, $0) } == [
                "3,1,dropped_out,,,", "3,4,late,,,", "3,7,diverged,5,0.5,training loss is nan",
            ])
        #expect(!dropColumns.contains { $0.isClock || $0.meaning.isEmpty })
    }

    @Test func `a round's line where numbers are predicted`() {
        let row = record(testAccuracy: nil, testRMSE: 2.5)
        let cells = csvLine(rounds, row).split(separator: ",", omittingEmptySubsequences: false)
        #expect(cells[4] == "0.5" && cells[5] == "" && cells[20] == "2.5")
    }

    @Test func `header and lines of client_evaluations.csv`() {
        let columns = clientEvaluationColumns()
        #expect(
            csvHeader(columns)
                == "round,client,train_samples,train_loss,train_accuracy,train_rmse,"
                + "validation_samples,validation_loss,validation_accuracy,validation_rmse,"
                + "test_samples,test_loss,test_accuracy,test_rmse")
        var row = ClientEvaluation(
            round: 3, client: 7,
            training: .init(samples: 8, metrics: Metrics(loss: 0.5, accuracy: 0.75)),
            validation: .init(samples: 0, metrics: nil),
            test: .init(samples: 2, metrics: Metrics(loss: 0.25, accuracy: 1)))
        #expect(
            csvLine(columns, row) == "3,7,8,0.5,0.75,,0,,,,2,0.25,1.0,")
        row.test.metrics = Metrics(loss: 4, rmse: 2)
        #expect(csvLine(columns, row).hasSuffix(",2,4.0,,2.0"))
        let ofSymbols = clientEvaluationColumns(predictsSymbols: true)
        #expect(
            csvHeader(ofSymbols)
                == csvHeader(columns) + ",train_perplexity,validation_perplexity,test_perplexity")
        row.training.metrics = Metrics(loss: 0, accuracy: 1)
        row.test.metrics = Metrics(loss: 1000, accuracy: 0)
        #expect(csvLine(ofSymbols, row).hasSuffix(",2,1000.0,0.0,,1.0,,1e999"))
        #expect(!ofSymbols.contains { $0.isClock || $0.meaning.isEmpty })
    }

    @Test func `a client's line has the norm, not its square`() {
        let report = ClientReport(
            round: 2, client: 5, attempt: 1, samples: 60, steps: 4, meanLoss: 0.75,
            squaredNorm: 6.25,
            rates: RateTrace(
                first: 0.01, last: 0.02, smallest: 0.005, largest: 0.03, mean: 0.015,
                lowerBoundHits: 1, upperBoundHits: 2, undefined: 3),
            seconds: 0.25)
        #expect(
            csvLine(clients, ClientRow(report))
                == "2,5,60,4,0.75,2.5,0.01,0.02,0.005,0.03,0.015,1,2,3,"
                + "fedhyper_cl (normalized),0.25"
        )
        let asynchronous = clientColumns(client: "x", hasStaleness: true)
        #expect(csvLine(asynchronous, ClientRow(report, staleness: 3)).hasSuffix(",x,0.25,3"))
    }

    @Test(arguments: [
        ("plain (paper)", "plain (paper)"), ("a,b", "\"a,b\""),
        ("say \"hi\"", "\"say \"\"hi\"\"\""), ("two\nlines", "\"two\nlines\""),
        ("a\rb", "\"a\rb\""), ("a\r\nb", "\"a\r\nb\""), ("\"\u{301}", "\"\"\"\u{301}\""),
        ("\"", "\"\"\"\""), ("", ""),
    ])
    func `texts are quoted where they must be`(text: String, quoted: String) {
        let columns = roundColumns(server: text, client: "constant")
        #expect(
            csvLine(columns, record()).hasSuffix(
                ",2.0,3.0,1,7,\(quoted),constant,0.5,,,1.0,0,0,,0,0"))
    }

    @Test func `numbers read back with the same bits`() throws {
        let values = [
            0, -0.0, 0.1, 1.0 / 3, 1e-300, .leastNonzeroMagnitude,
            -1.7976931348623157e308, 123_456_789.123_456_78,
            .infinity, -.infinity, Double(Float(0.1)),
        ]
        for value in values {
            var row = record()
            row.productWithPrevious = value
            let cell = csvLine(rounds, row).split(separator: ",")[11]
            #expect(Double(cell)?.bitPattern == value.bitPattern, "\(cell)")
        }
        var row = record()
        row.productWithPrevious = .nan
        #expect(csvLine(rounds, row).split(separator: ",")[11] == "NaN")
    }

    @Test func `missing numbers are empty, or NaN; each column keeps its type`() {
        let first = record(testAccuracy: nil, testLoss: nil)
        let cells = csvLine(rounds, first, missing: .nan).split(separator: ",")
        #expect(cells[4] == "NaN" && cells[5] == "NaN" && cells[0] == "0" && cells[1] == "10")
        #expect(csvLine(rounds, first).contains(",1.25,,,1.0,"))
        // A whole number that can be missing has a point where the missing ones are no whole ones.
        let columns = comparisonColumns(grid: [])
        let ofModels = comparisonColumns(grid: [], hasModels: true)
        #expect(
            ofModels.map(\.name).filter { $0 != "model" } == columns.map(\.name)
                && ofModels.map(\.name)[3...4] == ["model", "server_optimizer"])
        let failed = ComparisonRow(variant: "a", cell: [], seed: .max, summary: nil)
        #expect(
            csvLine(columns, failed)
                == ",a,18446744073709551615,,,,,,0,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,")
        #expect(
            csvLine(columns, failed, missing: .nan)
                == ",a,18446744073709551615,,,,,,0,NaN,,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,"
                + "NaN,NaN,NaN,NaN,,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,,,NaN,")
        #expect(Cell.optionalInteger(7).text(missing: .empty) == "7")
        #expect(Cell.optionalInteger(7).text(missing: .nan) == "7.0")
        #expect(Cell.optionalInteger(nil).text(missing: .nan) == "NaN")
        #expect(Cell.noText.text(missing: .nan) == "")
    }

    @Test func `with auto, only columns without a number in their first rows have NaN`() {
        func cells(_ records: [RoundRecord]) -> [[Substring]] {
            csvTable(rounds, records, missing: .auto).split(separator: "\n").dropFirst().map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
        }
        var first = record(testAccuracy: nil, testLoss: nil)
        first.simulatedSeconds = nil
        // test_rmse and simulated_seconds have no number; test_accuracy has one in the second row.
        for row in cells([first, record()]) { #expect(row[20] == "NaN" && row[25] == "NaN") }
        #expect(cells([first, record()])[0][5] == "" && cells([first])[0][5] == "NaN")
        let late = Array(repeating: first, count: 100) + [record()]
        #expect(cells(late)[0][5] == "NaN" && cells(late)[100][5] == "0.8125")
        #expect(cells(Array(late.dropFirst()))[0][5] == "")
        #expect(csvTable(rounds, [], missing: .auto) == csvHeader(rounds) + "\n")
        // A text that is missing stays empty, and so does each cell with `empty`.
        let table = csvTable(
            comparisonColumns(grid: []),
            [ComparisonRow(variant: "a", cell: [], seed: 1, summary: nil)],
            missing: .auto)
        #expect(table.hasSuffix(",NaN,\n"))
        #expect(!csvTable(rounds, [first], missing: .empty).contains("NaN"))
    }

    /// DuckDB takes a column that begins with `inf` for text or for dates.
    @Test(
        .enabled(
            if: Python.output(of: ["-c", "import pandas, polars, duckdb"]) != nil,
            "python3 with pandas, polars and duckdb is not installed"),
        arguments: [[Double.infinity], [-.infinity, 0.5], [.nan, .infinity], [0.5, -.infinity]])
    func `infinite numbers are numbers to other readers`(values: [Double]) throws {
        let folder = try TemporaryFolder()
        let rows = values.map { value in
            var row = record()
            row.cosine = value
            return row
        }
        try folder.write("a.csv", csvTable(rounds, rows, missing: .auto))
        let output = Python.output(of: [
            "-c",
            """
            import sys, pandas, polars, duckdb
            path = sys.argv[1]
            print(pandas.read_csv(path)["cosine"].astype(float).tolist())
            print(polars.read_csv(path)["cosine"].cast(float).to_list())
            table = duckdb.sql(f"select cosine from '{path}'")
            print([row[0] for row in table.fetchall()], table.types)
            """, folder.path("a.csv"),
        ])
        let list = "[\(values.map { $0.isNaN ? "nan" : String($0) }.joined(separator: ", "))]"
        #expect(output == "\(list)\n\(list)\n\(list) [DOUBLE]\n")
    }

    @Test func `only seconds read a clock; names are unique and have meanings`() {
        #expect(rounds.filter(\.isClock).map(\.name) == ["seconds"])
        #expect(clients.filter(\.isClock).map(\.name) == ["seconds"])
        #expect(Set(rounds.map(\.name)).count == rounds.count)
        #expect(Set(clients.map(\.name)).count == clients.count)
        #expect(!(rounds.map(\.meaning) + clients.map(\.meaning)).contains(""))
    }
}
