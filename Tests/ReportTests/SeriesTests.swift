import Report
import Reporting
import Testing

@Suite struct `Rounds and clients` {
    @Test func `rounds have sums of what was sent`() throws {
        let text = """
            round,test_accuracy,bytes_up,bytes_down,simulated_seconds
            0,0.1,10,5,
            1,,10,5,2
            2,0.3,10,5,3

            """
        let series = try RoundSeries(Array(text.utf8))
        #expect(series.roundCount == 3)
        #expect(series.bytesSoFar == [15, 30, 45])
        #expect(series.simulatedSecondsSoFar == [0, 2, 5])
        #expect(series[.testAccuracy][1].isNaN && series[.testAccuracy][2] == 0.3)
        #expect(series[.globalRate].allSatisfy { $0.isNaN })
    }

    @Test func `rounds out of order are an error`() {
        let text = "round,test_accuracy\n0,0.1\n2,0.1\n"
        #expect(throws: NumberTable.Problem.self) { try RoundSeries(Array(text.utf8)) }
    }

    @Test func `clients of different seeds are joined by rank`() {
        var map = RateMap(rounds: 2)
        // Client 7 is the largest of the first run, client 0 that of the second one.
        map.add(rounds: [0, 1], clients: [7, 3], samples: [50, 10], [0.1, 0.01])
        map.add(rounds: [0, 0], clients: [0, 1], samples: [90, 80], [0.001, 1])
        #expect(map.rowCount == 2 && map.columnCount == 2)
        let values = map.values
        // log10 of 0.1 and 0.001: the mean is −2. Rank 1 in round 0 is client 1 with rate 1.
        #expect(abs(values[0] + 2) < 1e-12)
        #expect(values[1].isNaN)
        #expect(abs(values[2]) < 1e-12)
        #expect(abs(values[3] + 2) < 1e-12)
    }

    @Test func `numbers of clients that no run writes are left out`() {
        var map = RateMap(rounds: 1)
        map.add(rounds: [0, 0, -1], clients: [1e300, .nan, 2], samples: [1, 1, 1], [1, 1, 1])
        #expect(map.values.allSatisfy { $0.isNaN })
    }

    @Test func `a band is the range below five runs and an interval from five on`() {
        let few = SeedCurve(x: [1, 2], [[1, 2], [3, 6], [2, 4]])
        #expect(few.mean == [2, 4] && few.low == [1, 2] && few.high == [3, 6])
        // Five values with mean 3 and deviation √2.5: half-width 2.776 · 1.5811 / √5 = 1.963.
        let many = SeedCurve(x: [1], [[1], [2], [3], [4], [5]])
        #expect(many.mean == [3])
        #expect(abs(many.high[0] - 4.963) < 1e-3 && abs(many.low[0] - 1.037) < 1e-3)
        #expect(SeedCurve(x: [1, 2], [[5, 5]]).low.isEmpty)
    }
}
