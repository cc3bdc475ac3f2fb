public import LinearAlgebra

extension StepContext {
    /// Starts a round at another rate than the round's: one that was carried over.
    public mutating func start(at rate: Double) {
        for group in rates.indices { rates[group] = rate }
        if scope == .parameter {
            let each = vector(.rates)
            slots.fill(each, with: S(rate))
        }
    }

    /// Starts a round at these rates, one for each group.
    public mutating func start(at groupRates: [Double]) {
        for (group, rate) in zip(rates.indices, groupRates) { rates[group] = rate }
    }

    /// Sets the rate of this step, held inside the bounds; counts what happened.
    public mutating func setRate(to change: RateChange, group: Int = 0) {
        events.add(change)
        rates[group] = change.rate
    }

    /// Counts what happened to rates of single parameters, after they were changed in their place.
    public mutating func countRateEvents(_ tally: RateTally) {
        countRateEvents(
            lowerBoundHits: tally.lowerBoundHits, upperBoundHits: tally.upperBoundHits,
            undefined: tally.undefined)
    }

    /// The same by numbers.
    public mutating func countRateEvents(lowerBoundHits: Int, upperBoundHits: Int, undefined: Int) {
        events.addParameters(
            lowerBoundHits: lowerBoundHits, upperBoundHits: upperBoundHits, undefined: undefined)
    }
}
