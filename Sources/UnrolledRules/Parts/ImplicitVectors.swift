import LearningRates

/// The vectors of implicit differentiation. A configuration has only those that it needs.
struct ImplicitVectors: Sendable {
    /// The sum p of the series.
    let sum = VectorName.scheduler(0)
    /// The product β ∂d/∂g, elementwise.
    let gain: VectorName?
    /// The weights before the step.
    let old: VectorName?
    /// The vectors v, H times the scaled vector, and the gain times v.
    let series: (term: VectorName, product: VectorName, scaled: VectorName)?
    /// The number of the first of two vectors for tangents of the optimizer's buffers. They are
    /// vectors of the series, which are free before it begins.
    let states: Int
    /// The velocity before the step.
    let velocity: VectorName?
    /// The moments of Adam as meta-optimizer, if each parameter has its own rate.
    let moments: (mean: VectorName, square: VectorName)?
    let count: Int

    /// Numbers the vectors.
    ///
    /// - Parameters:
    ///   - hasSeries: whether the series has more than one term.
    ///   - velocity: whether the momentum is tuned.
    ///   - old: whether the weight decay is tuned.
    init(hasSeries: Bool, velocity: Bool, old: Bool, moments: Bool) {
        var count = 1
        func next() -> VectorName {
            defer { count += 1 }
            return .scheduler(count)
        }
        gain = hasSeries || old ? next() : nil
        self.old = hasSeries || old ? next() : nil
        states = count
        if hasSeries {
            series = (next(), next(), next())
        } else {
            series = nil
            count += old ? 2 : 0
        }
        self.velocity = velocity ? next() : nil
        self.moments = moments ? (next(), next()) : nil
        self.count = count
    }
}
