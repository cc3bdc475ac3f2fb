import Federation

/// The number that says how good a global model is.
public enum Metric: String, Hashable, Sendable {
    /// Share of right classes on the test part: more is better.
    case accuracy
    /// Root of the mean squared error on the test part, in the data's own units: less is better.
    case rmse
    /// e to the mean cross-entropy for each predicted symbol of the test part: less is better.
    case perplexity

    /// The name of the metric in texts.
    public var name: String {
        switch self {
        case .accuracy: "accuracy"
        case .rmse: "RMSE"
        case .perplexity: "perplexity"
        }
    }

    /// The name at the beginning of a title: "Perplexity".
    public var title: String {
        switch self {
        case .accuracy: "Accuracy"
        case .rmse: "RMSE"
        case .perplexity: "Perplexity"
        }
    }

    /// Whether larger values are better. Such a metric is a share; others have a unit of their own.
    public var largerIsBetter: Bool { self == .accuracy }

    /// The unit of a gain: points of accuracy, or % less of an error.
    public var gainUnit: String { largerIsBetter ? "points" : "% less \(name)" }

    /// Returns a value as text, with its unit.
    public func text(_ value: Double) -> String {
        switch self {
        case .accuracy: percent(value)
        case .rmse, .perplexity: brief(value)
        }
    }

    /// A standard deviation of values for people, to stand behind their mean.
    func deviationText(_ value: Double) -> String {
        switch self {
        case .accuracy: fixed(100 * value, 2)
        case .rmse, .perplexity: brief(value)
        }
    }

    /// Its value after a round; nil when the model was not evaluated.
    func value(of record: RoundRecord) -> Double? {
        switch self {
        case .accuracy: record.testAccuracy
        case .rmse: record.testRMSE
        case .perplexity: record.testPerplexity
        }
    }

    /// Its value after a round; nil when the model was not evaluated.
    func value(of round: RoundFigures) -> Double? {
        switch self {
        case .accuracy: round.testAccuracy
        case .rmse: round.testRMSE
        case .perplexity: round.testLoss.map(Metrics.perplexity)
        }
    }

    /// Its value on some samples; nil if the model predicts other things.
    func value(of metrics: Metrics) -> Double? {
        switch self {
        case .accuracy: metrics.accuracy
        case .rmse: metrics.rmse
        case .perplexity: metrics.perplexity
        }
    }

    /// The column of client_evaluations.csv that the metric comes from, without the samples' name.
    public var evaluationColumn: String { self == .perplexity ? "loss" : rawValue }

    /// Returns the metric that belongs to a number in that column.
    public func value(ofEvaluation number: Double) -> Double {
        self == .perplexity ? Metrics.perplexity(ofLoss: number) : number
    }

    /// Returns whether a value is as good as another one, or better.
    func reaches(_ value: Double, _ other: Double) -> Bool {
        switch self {
        case .accuracy: value >= other
        case .rmse, .perplexity: value <= other
        }
    }
}
