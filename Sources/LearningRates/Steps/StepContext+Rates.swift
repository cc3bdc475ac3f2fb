public import LinearAlgebra

extension StepContext {
    /// Starts a round at a rate that was carried over, instead of the sent rate.
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

    /// Sets the rate of this step, already clipped to the bounds, and counts the event.
    public mutating func setRate(to change: RateChange, group: Int = 0) {
        events.add(change)
        rates[group] = change.rate
    }

    /// Counts events of single parameters' rates, after these rates were changed in their vector.
    public mutating func countRateEvents(_ tally: RateTally) {
        countRateEvents(
            lowerBoundHits: tally.lowerBoundHits, upperBoundHits: tally.upperBoundHits,
            undefined: tally.undefined)
    }

    /// Counts events of rates from their numbers.
    public mutating func countRateEvents(lowerBoundHits: Int, upperBoundHits: Int, undefined: Int) {
        events.addParameters(
            lowerBoundHits: lowerBoundHits, upperBoundHits: upperBoundHits, undefined: undefined)
    }
}
