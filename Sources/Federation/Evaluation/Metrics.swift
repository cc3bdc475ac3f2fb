public import Datasets
public import Models

/// Sums over samples that were evaluated. Sums of several lots of samples are added in a fixed
/// order, so that the bits don't depend on who evaluated which lot.
public struct LossSums: Equatable, Sendable {
    /// How many samples the sums are over.
    public var samples: UInt32
    /// The sum of the losses of all predictions.
    public var loss: Double
    /// How many classes were right; 0 where numbers are predicted.
    public var hits: UInt64

    /// Sums from their numbers; of nothing by default.
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

/// How well a model does on some samples. Each position of a sequence is a prediction of its own.
public struct Metrics: Equatable, Sendable {
    /// The mean loss over the predictions: cross-entropy (natural logarithm), or the mean squared
    /// error in the units of training.
    public var loss: Double
    /// Share of predictions whose largest logit is their label, 0...1; nil where numbers are
    /// predicted.
    public var accuracy: Double?
    /// √(mean squared error) in the data's own units; nil where classes are predicted.
    public var rmse: Double?

    /// Metrics from their numbers.
    public init(loss: Double, accuracy: Double? = nil, rmse: Double? = nil) {
        self.loss = loss
        self.accuracy = accuracy
        self.rmse = rmse
    }

    /// The metrics of sums; nil of no samples.
    ///
    /// - Parameters:
    ///   - targets: predictions per sample.
    ///   - target: what is predicted.
    ///   - scale: how many of the data's own units the unit of training is, for numbers.
    public init?(_ sums: LossSums, targets: Int, target: Dataset.Target, scale: Double) {
        guard sums.samples > 0 else { return nil }
        let predictions = Double(Int(sums.samples) * targets)
        loss = sums.loss / predictions
        switch target {
        case .classes: accuracy = Double(sums.hits) / predictions
        case .numbers: rmse = loss.squareRoot() * scale
        }
    }

    /// The metrics of sums over samples of this data set; nil of no samples.
    public init?(_ sums: LossSums, of network: Network, on dataset: Dataset) {
        self.init(
            sums, targets: network.targets, target: dataset.target, scale: dataset.targetScale)
    }
}
