import Reporting
import Testing

@Suite struct `The table of a grid` {
    private func variant(_ name: String, _ rate: String, _ values: [[Double]], failures: Int = 0)
        -> VariantSummary
    {
        VariantSummary(
            name: name, cell: [("client.learning_rate", rate)], schedulers: "",
            runs: values.map { summary($0) }, failures: failures)
    }

    @Test func `golden text, with failures and a missing cell`() {
        #expect(
            gridTable([
                variant("fedavg", "0.01", [[0.5], [0.75]]),
                variant("fedavg", "0.1", [[0.5]], failures: 1),
                variant("hypergradient", "0.01", [], failures: 2),
            ]) == """
                final accuracy by client.learning_rate
                variant                   0.01                      0.1
                fedavg         62.50 % ± 17.68  50.00 % (1 of 2 failed)
                hypergradient           failed                        -
                final accuracy: mean of the last 10 evaluations, or of all, then mean ± standard deviation \
                over 2 seeds; failed runs are left out

                """)
    }

    @Test func `comparison.csv has a row for each run`() {
        let columns = comparisonColumns(grid: ["client.learning_rate"])
        #expect(
            csvHeader(columns)
                == "variant,client.learning_rate,seed,finished,metric,final,best,final_loss,"
                + "rounds_to_target,seconds")
        let failed = ComparisonRow(variant: "a, b", cell: ["0.1"], seed: 3, summary: nil)
        #expect(csvLine(columns, failed) == "\"a, b\",0.1,3,0,,,,,,")
        let done = ComparisonRow(
            variant: "a", cell: ["0.1"], seed: 3, summary: summary([0.5, 0.75], target: 0.6))
        #expect(csvLine(columns, done).hasPrefix("a,0.1,3,1,accuracy,0.625,0.75,"))
    }
}
