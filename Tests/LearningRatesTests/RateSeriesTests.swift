import LearningRates
import LinearAlgebra
import Testing

@Suite struct `Series of rates` {
    /// The series of a round whose step k has the rate k + 1.
    private func series(steps: Int, capacity: Int) throws -> RateSeries {
        var plan = BlockLayout()
        let places = StepContext<Double>.Vectors(
            in: &plan, ParameterGroups(count: 1), SchedulerNeeds(), try optimizer("sgd"))
        var step = StepContext<Double>(plan, places, seriesCapacity: capacity)
        step.begin(rate: 9, count: steps, Hyperparameters())
        step.move(along: .gradient)
        // A new round forgets the one before.
        step.begin(rate: 1, count: steps, Hyperparameters())
        for index in 0..<steps {
            step.setRate(to: RateChange(rate: Double(index + 1)))
            step.move(along: .gradient)
        }
        return step.series
    }

    @Test(arguments: 0..<70, [2, 4, 6, 16])
    func `keep every s-th step, as many as fit`(steps: Int, capacity: Int) throws {
        let series = try series(steps: steps, capacity: capacity)
        var stride = 1
        while (steps + stride - 1) / stride > capacity { stride *= 2 }
        #expect(series.stride == stride)
        #expect(series.rates == Swift.stride(from: 0, to: steps, by: stride).map { Double($0 + 1) })
    }

    @Test func `without a capacity nothing is kept`() throws {
        #expect(try series(steps: 9, capacity: 0).rates.isEmpty)
    }
}
