import Datasets
import LinearAlgebra
import Models

/// A scalar type that clients train in: `Float` in runs, `Double` in measurements of derivatives.
protocol SampleScalar: Scalar {
    /// Copies training samples into a batch.
    static func gather(
        _ batch: ArraySlice<Int32>, of dataset: Dataset, into places: Network.Places,
        _ slots: inout VectorBlock<Self>)
}

extension Float: SampleScalar {
    static func gather(
        _ batch: ArraySlice<Int32>, of dataset: Dataset, into places: Network.Places,
        _ slots: inout VectorBlock<Float>
    ) {
        slots.withMutableSpans(
            places.input.prefix(rows: batch.count).vector,
            places.target.prefix(rows: batch.count).vector
        ) { features, targets in
            dataset.gather(batch.span, from: .train, into: &features, targets: &targets)
        }
    }
}

extension Double: SampleScalar {
    // Data are stored in single precision. Only measurements use this function, which needs extra
    // memory.
    static func gather(
        _ batch: ArraySlice<Int32>, of dataset: Dataset, into places: Network.Places,
        _ slots: inout VectorBlock<Double>
    ) {
        let input = places.input.prefix(rows: batch.count).vector
        let target = places.target.prefix(rows: batch.count).vector
        var features = [Float](repeating: 0, count: input.count)
        var targets = [Float](repeating: 0, count: target.count)
        var featureSpan = features.mutableSpan
        var targetSpan = targets.mutableSpan
        dataset.gather(batch.span, from: .train, into: &featureSpan, targets: &targetSpan)
        let (wideFeatures, wideTargets) = (features.map(Double.init), targets.map(Double.init))
        slots.copy(wideFeatures.span, to: input)
        slots.copy(wideTargets.span, to: target)
    }
}
