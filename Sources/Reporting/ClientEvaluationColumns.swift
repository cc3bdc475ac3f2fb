public import Federation

private typealias PartOfEvaluation = @Sendable (ClientEvaluation) -> ClientEvaluation.Part

private let parts: [(name: String, meaning: String, part: PartOfEvaluation)] = [
    ("train", "the client's training samples", { $0.training }),
    ("validation", "the samples that it holds out for validation", { $0.validation }),
    ("test", "the samples that it holds out for tests", { $0.test }),
]

/// Returns the columns of client_evaluations.csv: a row for each evaluated client and round.
///
/// - Parameter predictsSymbols: whether the model predicts symbols of a text.
public func clientEvaluationColumns(predictsSymbols: Bool = false) -> [Column<ClientEvaluation>] {
    [
        Column("round", "round, from 0; the model is the one after it") {
            .integer(Int($0.round))
        },
        Column("client", "client, from 0") { .integer(Int($0.client)) },
    ] + parts.flatMap(columns) + (predictsSymbols ? parts.map(perplexityColumn) : [])
}

private func columns(
    of name: String, _ meaning: String, _ part: @escaping PartOfEvaluation
) -> [Column<ClientEvaluation>] {
    [
        Column("\(name)_samples", "number of \(meaning)") { .integer(part($0).samples) },
        Column("\(name)_loss", "mean loss of the global model on \(meaning)") {
            Cell(part($0).metrics?.loss)
        },
        Column("\(name)_accuracy", "accuracy on \(meaning), 0 to 1; empty for numbers") {
            Cell(part($0).metrics?.accuracy)
        },
        Column("\(name)_rmse", "RMSE on \(meaning), in the data's own units; empty for classes") {
            Cell(part($0).metrics?.rmse)
        },
    ]
}

private func perplexityColumn(
    of name: String, _: String, _ part: @escaping PartOfEvaluation
) -> Column<ClientEvaluation> {
    Column(
        "\(name)_perplexity",
        "e to \(name)_loss, per predicted symbol; only if the model predicts symbols of a text"
    ) {
        Cell(part($0).metrics?.perplexity)
    }
}
