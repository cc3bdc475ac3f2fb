import Settings

/// The section `evaluation`: when the global model is evaluated, and on which samples.
public struct EvaluationSection: Sendable {
    /// The clients on whose own samples the global model is evaluated.
    public enum PerClient: Equatable, Sendable {
        /// The global model is not evaluated on clients' own samples.
        case none
        /// The clients of the round's cohort, without those that were dropped before training.
        case cohort
        /// All clients of the population.
        case all
    }

    /// The number that says how good a model of classes is.
    public enum Metric: Equatable, Sendable {
        /// Perplexity if the model is one of words, else accuracy.
        case auto
        /// The share of right classes.
        case accuracy
        /// e to the mean cross-entropy of the predicted symbols.
        case perplexity
    }

    /// The rounds from one evaluation to the next; 0 for no evaluations. The last round always has
    /// one.
    public let every: Int
    /// The accuracy to which "rounds to target" counts; nil for none.
    public let targetAccuracy: Double?
    /// The RMSE to which "rounds to target" counts, if the model predicts numbers; nil for none.
    public let targetRMSE: Double?
    /// The perplexity to which "rounds to target" counts, if the model predicts symbols; nil for
    /// none.
    public let targetPerplexity: Double?
    /// The number that says how good a model of classes is. Models of numbers have the RMSE.
    public let metric: Metric
    /// The clients whose own losses are written at each evaluation.
    public let perClient: PerClient
    /// Whether the recall of each class is written at each evaluation.
    public let perClass: Bool

    init(_ settings: Settings) {
        every = settings.integer(
            "every", default: 1, in: .nonNegative,
            "rounds from one evaluation to the next; 0 for no evaluations")
        targetAccuracy = settings.optionalNumber(
            "target_accuracy", in: .positiveUpTo(1), "accuracy to which rounds are counted")
        targetRMSE = settings.optionalNumber(
            "target_rmse", in: .positive,
            "RMSE to which rounds are counted, if the model predicts numbers")
        targetPerplexity = settings.optionalNumber(
            "target_perplexity", in: .above(1),
            "perplexity to which rounds are counted, if the model predicts symbols")
        metric = settings.choice(
            "metric", of: ["auto": .auto, "accuracy": .accuracy, "perplexity": .perplexity],
            default: "auto",
            "what says how good a model is; auto: RMSE for numbers, perplexity for word_lstm, else"
                + " accuracy")
        perClient = settings.choice(
            "per_client", of: ["none": .none, "cohort": .cohort, "all": .all], default: "none",
            "clients whose own losses are written to client_evaluations.csv")
        perClass = settings.flag(
            "per_class", default: false,
            "whether the recall of each class in the test samples is written to"
                + " class_evaluations.csv")
        if perClass, every == 0 {
            settings.reject(
                "per_class", expected: "evaluations", found: "none (evaluation.every is 0)",
                advice: "set every to 1 or per_class to false")
        }
        if perClient != .none, every == 0 {
            settings.reject(
                "per_client", expected: "evaluations", found: "none (evaluation.every is 0)",
                advice: "set every to 1 or per_client to none")
        }
    }

    /// Returns whether the model is evaluated after a round.
    ///
    /// - Parameters:
    ///   - round: the number of the round, from 0.
    ///   - rounds: the number of rounds of the run.
    public func isDue(round: Int, of rounds: Int) -> Bool {
        every > 0 && ((round + 1) % every == 0 || round + 1 == rounds)
    }
}
