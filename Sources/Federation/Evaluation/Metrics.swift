public import Datasets
public import Models
import RealModule

/// Sums over evaluated samples. Sums of several parts are added in a fixed order, so that bits do
/// not depend on the process that evaluated a part.
public struct LossSums: Equatable, Sendable {
    /// The number of samples in the sums.
    public var samples: UInt32
    /// The sum of the losses of all predictions.
    public var loss: Double
    /// The number of correct classes; 0 if the model predicts numbers.
    public var hits: UInt64

    /// Creates sums from their numbers. By default they are sums over no samples.
    public init(samples: UInt32 = 0, loss: Double = 0, hits: UInt64 = 0) {
        self.samples = samples
        self.loss = loss
        self.hits = hits
    }

    /// Adds the sums of further samples.
    public mutating func add(_ other: LossSums) {
        samples += other.samples
        loss += other.loss
        hits += other.hits
    }
}

/// The quality of a model on some samples. Each position of a sequence is a prediction.
public struct Metrics: Equatable, Sendable {
    /// The mean loss over the predictions: cross-entropy (natural logarithm), or the mean squared
    /// error in the units of training.
    public var loss: Double
    /// The share of predictions whose largest logit is their label, 0...1. It is nil if the model
    /// predicts numbers.
    public var accuracy: Double?
    /// √(mean squared error) in the data's own units; nil if the model predicts classes.
    public var rmse: Double?
    /// The recall of each class, in class order. It is empty if classes are not counted.
    public var recalls: [ClassRecall] = []

    /// e^loss, the perplexity of the predictions, if they are symbols of a text: the number of
    /// equally likely symbols among which a choice is as hard. A model that gives all of V symbols
    /// the same probability has V, and a perfect one has 1.
    public var perplexity: Double { Self.perplexity(ofLoss: loss) }

    /// Returns e^loss for a mean cross-entropy in nats for each predicted symbol; infinite from a
    /// loss of about 709.8 on.
    public static func perplexity(ofLoss loss: Double) -> Double { .exp(loss) }

    /// Creates metrics from their numbers.
    public init(loss: Double, accuracy: Double? = nil, rmse: Double? = nil) {
        self.loss = loss
        self.accuracy = accuracy
        self.rmse = rmse
    }

    /// Computes the metrics of sums. The result is nil if there are no samples.
    ///
    /// - Parameters:
    ///   - targets: the number of predictions per sample.
    ///   - target: what is predicted.
    ///   - scale: the size of a unit of training in the data's own units, for numbers.
    public init?(_ sums: LossSums, targets: Int, target: Dataset.Target, scale: Double) {
        guard sums.samples > 0 else { return nil }
        let predictions = Double(Int(sums.samples) * targets)
        loss = sums.loss / predictions
        switch target {
        case .classes: accuracy = Double(sums.hits) / predictions
        case .numbers: rmse = loss.squareRoot() * scale
        }
    }

    /// Computes the metrics of sums over samples of this data set; nil if there are no samples.
    public init?(_ sums: LossSums, of network: Network, on dataset: Dataset) {
        self.init(
            sums, targets: network.targets, target: dataset.target, scale: dataset.targetScale)
    }
}
