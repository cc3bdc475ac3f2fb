import Federation

/// The number that says how good a global model is.
public enum Metric: String, Hashable, Sendable {
    /// Share of right classes on the test part: more is better.
    case accuracy
    /// Root of the mean squared error on the test part, in the data's own units: less is better.
    case rmse

    /// The name of the metric in texts.
    public var name: String {
        switch self {
        case .accuracy: "accuracy"
        case .rmse: "RMSE"
        }
    }

    /// Returns a value as text, with its unit.
    public func text(_ value: Double) -> String {
        switch self {
        case .accuracy: percent(value)
        case .rmse: brief(value)
        }
    }

    /// A standard deviation of values for people, to stand behind their mean.
    func deviationText(_ value: Double) -> String {
        switch self {
        case .accuracy: fixed(100 * value, 2)
        case .rmse: brief(value)
        }
    }

    /// Its value after a round; nil when the model was not evaluated.
    func value(of record: RoundRecord) -> Double? {
        switch self {
        case .accuracy: record.testAccuracy
        case .rmse: record.testRMSE
        }
    }

    /// Its value after a round; nil when the model was not evaluated.
    func value(of round: RoundFigures) -> Double? {
        switch self {
        case .accuracy: round.testAccuracy
        case .rmse: round.testRMSE
        }
    }

    /// Returns whether a value is as good as another one, or better.
    func reaches(_ value: Double, _ other: Double) -> Bool {
        switch self {
        case .accuracy: value >= other
        case .rmse: value <= other
        }
    }
}
