/// The vectors of implicit differentiation, as many as a configuration uses.
struct ImplicitVectors: Sendable {
    /// p, the sum of the series.
    let sum = VectorName.scheduler(0)
    /// β ∂d/∂g, elementwise.
    let gain: VectorName?
    /// The weights before the step.
    let old: VectorName?
    /// v; H times what is scaled; the gain times v.
    let series: (term: VectorName, product: VectorName, scaled: VectorName)?
    /// The number of the first of two in which tangents of the optimizer's buffers have room: those
    /// of the series, before it begins.
    let states: Int
    /// The velocity before the step.
    let velocity: VectorName?
    /// Of Adam as meta-optimizer, where each parameter has a rate.
    let moments: (mean: VectorName, square: VectorName)?
    let count: Int

    /// Numbers them.
    ///
    /// - Parameters:
    ///   - hasSeries: whether it has more than one term.
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
