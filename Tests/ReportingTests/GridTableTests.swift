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
                variant           0.01                      0.1
                fedavg         62.50 %  50.00 % (1 of 2 failed)
                hypergradient   failed                        -
                final accuracy: mean of the last 10 evaluations, or of all, then mean over 2 seeds; \
                failed runs are left out

                """)
    }

    @Test func `comparison.csv has a row for each run`() {
        let columns = comparisonColumns(
            grid: ["client.learning_rate"], drawn: ["client.optimizer.momentum"])
        #expect(
            csvHeader(columns)
                == "folder,variant,client.learning_rate,seed,client.optimizer.momentum,"
                + "server_optimizer,client_optimizer,correction,server_scheduler,client_scheduler,"
                + "finished,rounds_done,metric,final,best,final_loss,rounds_to_target,bytes_up,"
                + "bytes_down,bytes_to_target,rounds_to_compare_target,simulated_seconds,"
                + "simulated_seconds_to_target,area_under_curve,client_bound_share,"
                + "server_bound_share,last_global_rate,last_local_rate,client_samples,"
                + "evaluated_clients,clients_without_samples,worst_tenth,client_median,"
                + "best_tenth,client_deviation,jain_index,balanced_accuracy,digest,partition_key,"
                + "seconds,reason")
        let failed = ComparisonRow(
            folder: "a-b/seed-3", variant: "a, b", cell: ["0.1"], drawn: ["0.9"], seed: 3,
            summary: nil, partialSummary: summary([0.5]), reason: "too fast, it diverged",
            methods: Methods(
                serverOptimizer: "adam", clientOptimizer: "sgd", correction: "scaffold",
                serverScheduler: "constant", clientScheduler: "rtho"), digest: "12",
            partitionKey: "34")
        #expect(
            csvLine(columns, failed)
                == "a-b/seed-3,\"a, b\",0.1,3,0.9,adam,sgd,scaffold,constant,rtho,0,1,,,,,,0,0,,,,,,,1.0,"
                + "1.0,0.02,,,,,,,,,,12,34,,\"too fast, it diverged\"")
        let done = ComparisonRow(
            variant: "a", cell: ["0.1"], seed: 3, summary: summary([0.5, 0.75], target: 0.6))
        #expect(
            csvLine(columns, done)
                == ",a,0.1,3,,,,,,,1,2,accuracy,0.625,0.75,0.5,2,0,0,0,,,,0.625,,1.0,1.0,0.02,,,,,,,,,,,,1.0,"
        )
    }

    @Test func `variants with other methods say so below the table`() {
        func cell(_ name: String, _ rate: String, _ methods: Methods, missing: Int = 0)
            -> VariantSummary
        {
            VariantSummary(
                name: name, cell: [("server.learning_rate", rate)], methods: methods,
                runs: missing == 2 ? [] : [summary([0.5])], missing: missing)
        }
        let fedavg = Methods(
            serverOptimizer: "sgd", clientOptimizer: "sgd", correction: "none",
            serverScheduler: "constant", clientScheduler: "constant")
        var adam = fedavg
        (adam.serverOptimizer, adam.clientScheduler) = ("adam", "rtho")
        let text = comparisonText(
            [
                cell("one", "1", fedavg), cell("one", "2", fedavg, missing: 1),
                cell("two", "1", adam, missing: 2), cell("two", "2", adam),
            ], study([], grid: ["server.learning_rate"]))
        #expect(
            text
                == """
                final accuracy by server.learning_rate
                variant              1                    2
                one            50.00 %  50.00 % (1 missing)
                two      - (2 missing)              50.00 %
                final accuracy: mean of the last 10 evaluations, or of all

                variant
                0 seeds, 1 cell; final metric: mean of the last 10 evaluations, or of all, then
                over the cells

                variant  server optimizer  client scheduler
                one      sgd               constant
                two      adam              rtho

                """)
    }
}
