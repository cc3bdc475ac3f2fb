public import Datasets
import RealModule

extension Dataset {
    /// Returns the metric of one constant answer for all test samples. A diverged model is scored
    /// with it.
    ///
    /// The answer is the most common class of the training samples (the first of equally common
    /// ones), or the mean of their numbers.
    ///
    /// - Returns: accuracy, 0...1, or RMSE in the data's own units; nil if there are no test
    ///   samples.
    public func constantPrediction() -> Double? {
        switch target {
        case .classes(let classes):
            let labels = labels(of: .test)
            var counts = [Int](repeating: 0, count: classes)
            for label in self.labels(of: .train) { counts[Int(label)] += 1 }
            guard let most = counts.max(), let answer = counts.firstIndex(of: most),
                !labels.isEmpty
            else { return nil }
            return Double(labels.count { Int($0) == answer }) / Double(labels.count)
        case .numbers:
            let (known, asked) = (numbers(of: .train), numbers(of: .test))
            guard !known.isEmpty, !asked.isEmpty else { return nil }
            var means = [Double](repeating: 0, count: targetWidth)
            for (index, value) in known.enumerated() { means[index % targetWidth] += Double(value) }
            for column in means.indices {
                means[column] /= Double(known.count / targetWidth)
            }
            var squares = 0.0
            for (index, value) in asked.enumerated() {
                let error = Double(value) - means[index % targetWidth]
                squares += error * error
            }
            return (squares / Double(asked.count)).squareRoot() * targetScale
        }
    }

    /// Returns the perplexity of one constant answer for all test symbols.
    ///
    /// The answer is the share of each symbol in the training targets. Each symbol is counted once
    /// more than it is there, so that no share is 0 (Laplace's rule).
    ///
    /// - Returns: nil if there are no test samples, or if the targets are numbers.
    public func constantPerplexity() -> Double? {
        let labels = labels(of: .test)
        guard !labels.isEmpty else { return nil }
        var counts = [Double](repeating: 1, count: classes)
        for label in self.labels(of: .train) { counts[Int(label)] += 1 }
        let all = counts.reduce(0, +)
        let loss = labels.reduce(0) { $0 - Double.log(counts[Int($1)] / all) }
        return Metrics.perplexity(ofLoss: loss / Double(labels.count))
    }
}
