import Federation
import Reporting
import Testing

@Suite struct `Progress lines` {
    private func line(_ records: RoundRecord..., rounds: Int = 30, name: String = "")
        -> ProgressLine
    {
        let isError = records.contains { $0.testRMSE != nil }
        var line = ProgressLine(name: name, rounds: rounds, metric: isError ? .rmse : .accuracy)
        for record in records { line.add(record) }
        return line
    }

    private static let rates =
        "global rate 1.000  local rate 0.02000 (0.001000 to 0.1000)"

    @Test func `golden text`() {
        #expect(
            line(record(round: 4), name: "[3/60] fedavg, seed 1")
                .text(share: 0.129, secondsLeft: 12.6)
                == "12 %  13 s left  [3/60] fedavg, seed 1  5/30 rounds  accuracy 81.25 %"
                + "  test loss 0.5000  \(Self.rates)")
    }

    @Test func `golden text where numbers are predicted`() {
        let row = record(round: 4, testAccuracy: nil, testRMSE: 12.345)
        #expect(
            line(row).text(share: 5.0 / 30, secondsLeft: 12.6)
                == "16 %  13 s left  5/30 rounds  RMSE 12.35  test loss 0.5000  \(Self.rates)")
    }

    @Test func `the newest evaluation stands until the next, with its round`() {
        let nothing = record(testAccuracy: nil, testLoss: nil)
        #expect(
            line(nothing, rounds: 3).text(share: 1.0 / 3, secondsLeft: .nan)
                == "33 %  ? left  1/3 rounds  train loss 1.2500  \(Self.rates)")
        // Rounds without a line of their own count too.
        var later = nothing
        later.round = 7
        let text = line(
            record(round: 4, testAccuracy: 0.5, testLoss: 0.25),
            record(round: 6, testAccuracy: 0.75, testLoss: 0.125), later
        ).text(share: 0.5, secondsLeft: 1)
        #expect(
            text
                == "50 %  1.0 s left  8/30 rounds  accuracy 75.00 % (round 6)  test loss 0.1250"
                + "  \(Self.rates)")
    }

    @Test(arguments: [260, 120, 100, 80, 79, 74])
    func `what matters is never cut`(columns: Int) {
        var later = record(round: 297, testAccuracy: nil, testLoss: nil)
        later.localRateMean = 0.012345
        let name = "[17/60] both, client.learning_rate 0.1, server.learning_rate 0.5, seed 12"
        let text = line(record(round: 294), later, rounds: 300, name: name)
            .text(share: 0.27, secondsLeft: 11_000, columns: columns)
        #expect(text.count <= columns, "\(text)")
        #expect(text.hasPrefix("27 %  3:03 h left  "))
        #expect(text.contains("298/300 rounds  accuracy 81.25 % (round 294)"))
        // The start and the end of a name tell most of it.
        if columns >= 74 { #expect(text.contains("left  [17/")) }
        if columns >= 79 { #expect(text.contains("12  298/300")) }
        if columns == 260 { #expect(text.hasSuffix(" to 0.1000)") && text.contains(name)) }
    }

    @Test func `the least important goes first`() {
        let all = line(record(round: 4), name: "fedavg, seed 1")
        let parts = ["local rate", "global rate", "test loss"]
        var lost = 0
        for columns in stride(from: 160, through: 70, by: -1) {
            let text = all.text(share: 0.5, secondsLeft: 1, columns: columns)
            #expect(text.contains("fedavg, seed 1  5/30 rounds  accuracy 81.25 %"))
            while lost < parts.count, !text.contains(parts[lost]) { lost += 1 }
            for (index, part) in parts.enumerated() {
                #expect(text.contains(part) == (index >= lost), "\(columns): \(text)")
            }
        }
        #expect(lost == 3)
    }

    @Test(arguments: [1, 2, 7, 10, 11, 30, 99, 100, 101, 12_345])
    func `at most ten milestones, evenly spread, the last round among them`(rounds: Int) {
        let line = ProgressLine(name: "", rounds: rounds)
        let milestones = (0..<UInt32(rounds)).filter { line.isMilestone($0) }.map { Int($0) + 1 }
        #expect(milestones.count == min(10, rounds))
        #expect(milestones.last == rounds)
        let gaps = zip([0] + milestones, milestones).map { $1 - $0 }
        #expect((gaps.max() ?? 0) - (gaps.min() ?? 0) <= 1)
    }
}
