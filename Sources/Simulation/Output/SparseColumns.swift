import Datasets
import Federation
import Reporting
import Scenarios

/// Finds the columns of a run's tables that readers would take for text.
extension PreparedRun {
    /// Returns the columns of numbers that can have no number in the first 100 rows of a table.
    ///
    /// The settings decide it, because a table grows row by row. By that many rows polars guesses
    /// the type of a column, and the others guess by more.
    func sparseColumns(of table: String) -> Set<String> {
        switch table {
        case "rounds.csv": sparseRoundColumns
        case "client_evaluations.csv": sparseEvaluationColumns
        // Only a client that diverged has them, and others can be dropped before.
        case "drops.csv": ["step", "local_rate"]
        default: []
        }
    }

    private var sparseRoundColumns: Set<String> {
        var columns: Set<String> = [metric == .rmse ? "test_accuracy" : "test_rmse"]
        let every = scenario.evaluation.every
        if every == 0 || every > 100 || dataset.count(of: .test) == 0 {
            columns.formUnion(["test_loss", "test_accuracy", "test_rmse", "test_perplexity"])
        }
        // The first round has no aggregate before it.
        if scenario.training.rounds == 1 { columns.formUnion(["product_with_previous", "cosine"]) }
        if !scenario.clients.participation.devices.haveTime { columns.insert("simulated_seconds") }
        return columns
    }

    private var sparseEvaluationColumns: Set<String> {
        let other = metric == .rmse ? "accuracy" : "rmse"
        var columns = Set(["train", "validation", "test"].map { "\($0)_\(other)" })
        for (name, part) in [("validation", holdout.validation), ("test", holdout.test)]
        where part.largestSize == 0 {
            columns.formUnion(
                ["loss", "accuracy", "rmse", "perplexity"].map { "\(name)_\($0)" })
        }
        return columns
    }
}
