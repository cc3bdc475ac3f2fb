import Federation
import Reporting
import Testing

@Suite struct `Progress lines` {
    @Test func `golden text`() {
        var line = ProgressLine(prefix: "fedavg, seed 1", rounds: 30)
        #expect(
            line.text(record(round: 4), secondsLeft: 12.6)
                == "fedavg, seed 1  round 5/30  accuracy 81.25 %  test loss 0.5000  global rate 1.000"
                + "  local rate 0.02000 (0.001000 to 0.1000)  13 s left")
    }

    @Test func `golden text where numbers are predicted`() {
        var line = ProgressLine(prefix: "", rounds: 30, metric: .rmse)
        let row = record(round: 4, testAccuracy: nil, testRMSE: 12.345)
        #expect(
            line.text(row, secondsLeft: 12.6)
                == "round 5/30  RMSE 12.35  test loss 0.5000  global rate 1.000"
                + "  local rate 0.02000 (0.001000 to 0.1000)  13 s left")
    }

    @Test func `the last evaluation stands until the next; before the first, the training loss`() {
        var line = ProgressLine(prefix: "", rounds: 3)
        let nothing = record(testAccuracy: nil, testLoss: nil)
        let rates = "global rate 1.000  local rate 0.02000 (0.001000 to 0.1000)  ? left"
        #expect(line.text(nothing, secondsLeft: .nan) == "round 1/3  train loss 1.2500  \(rates)")
        _ = line.text(record(testAccuracy: 0.5, testLoss: 0.25), secondsLeft: 0)
        #expect(
            line.text(nothing, secondsLeft: .nan)
                == "round 1/3  accuracy 50.00 %  test loss 0.2500  \(rates)")
    }

    @Test(arguments: [1, 2, 7, 10, 11, 30, 99, 100, 101, 12_345])
    func `at most ten milestones, evenly spread, the last round among them`(rounds: Int) {
        let line = ProgressLine(prefix: "", rounds: rounds)
        let milestones = (0..<UInt32(rounds)).filter { line.isMilestone($0) }.map { Int($0) + 1 }
        #expect(milestones.count == min(10, rounds))
        #expect(milestones.last == rounds)
        let gaps = zip([0] + milestones, milestones).map { $1 - $0 }
        #expect((gaps.max() ?? 0) - (gaps.min() ?? 0) <= 1)
    }
}
