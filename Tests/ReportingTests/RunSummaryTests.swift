import Federation
import Reporting
import Testing

@Suite struct `Run summaries` {
    @Test func `final accuracy is the mean of the last ten evaluations`() {
        // 0.00 … 0.24: the last ten are 0.15 … 0.24, mean 0.195.
        let many = summary((0..<25).map { Double($0) / 100 })
        #expect(abs((many.finalValue ?? 0) - 0.195) < 1e-15)
        #expect(many.bestValue == 0.24)
        #expect(many.rounds == 25 && many.seconds == 12.5)
        let few = summary([0.5, 0.25])
        #expect(few.finalValue == 0.375 && few.bestValue == 0.5)
    }

    @Test func `rounds without an evaluation count as rounds and as nothing else`() {
        let sparse = summary([nil, nil, 0.5, nil, nil, 0.75, nil])
        #expect(sparse.finalValue == 0.625)
        #expect(sparse.roundsToTarget == 6)
        #expect(sparse.rounds == 7)
    }

    @Test func `rounds to target count from 1, and the first time counts`() {
        #expect(summary([0.7]).roundsToTarget == 1)
        #expect(summary([0.69, 0.71, 0.5, 0.9]).roundsToTarget == 2)
        #expect(summary([0.1, 0.2]).roundsToTarget == nil)
        #expect(summary([0.9], target: nil).roundsToTarget == nil)
    }

    @Test func `the final loss is that of the last evaluation`() {
        var summary = RunSummary(target: nil)
        summary.add(record(testAccuracy: 0.5, testLoss: 2))
        summary.add(record(testAccuracy: 0.5, testLoss: 1))
        summary.add(record(testAccuracy: nil, testLoss: nil))
        #expect(summary.finalLoss == 1)
    }

    @Test func `of nothing there is nothing`() {
        let none = RunSummary(target: 0.5)
        #expect(none.finalValue == nil && none.bestValue == nil && none.finalLoss == nil)
        #expect(none.rounds == 0 && none.seconds == 0)
        #expect(summary([nil, nil]).finalValue == nil)
    }

    @Test func `of errors the least is best, and the target is reached from above`() {
        let run = summary(errors: [4, 2, nil, 1, 3], target: 2)
        #expect(run.metric == .rmse)
        #expect(run.bestValue == 1 && run.finalValue == 2.5 && run.finalLoss == 9)
        #expect(run.roundsToTarget == 2 && run.finalEvaluations == 4)
        #expect(summary(errors: [4, 3], target: 2).roundsToTarget == nil)
    }

    @Test func `dropped clients and void rounds are a concern`() {
        var summary = RunSummary(target: nil)
        summary.add(record(round: 0))
        #expect(summary.dropWarning == nil && summary.simulatedSeconds == nil)
        var row = record(round: 1)
        row.drops = [ClientDrop(round: 1, client: 1, reason: .late)]
        row.simulatedSeconds = 1.5
        summary.add(row)
        #expect(
            summary.dropWarning == "dropped client updates: 1 (1 late), see drops.csv")
        row.drops.append(
            ClientDrop(
                ClientFailure(
                    round: 2, client: 3, attempt: 1, step: 0, localRate: 1, reason: "nan")))
        (row.round, row.participants) = (2, 0)
        summary.add(row)
        #expect(summary.drops == 3 && summary.drops(.diverged) == 1 && summary.voidRounds == 1)
        #expect(summary.simulatedSeconds == 3 && summary.rounds == 3)
        let text =
            "dropped client updates: 3 (2 late, 1 diverged), see drops.csv; void rounds, without any update:"
            + " 1 of 3"
        #expect(summary.dropWarning == text)
        let variants = [
            VariantSummary(name: "a", schedulers: "b / c", runs: [summary]),
            VariantSummary(name: "d", schedulers: "b / c", runs: []),
        ]
        #expect(comparisonText(variants, study([])).hasSuffix("\nwarning: a: \(text)\n"))
        let cells = [
            VariantSummary(
                name: "a", cell: [("client.learning_rate", "1")], schedulers: "b / c",
                runs: [summary])
        ]
        #expect(
            comparisonText(cells, study([], grid: ["client.learning_rate"])).hasSuffix(
                "\nwarning: a, client.learning_rate 1: \(text)\n"))
    }
}
