import LearningRates
import LinearAlgebra
import Testing

@Suite struct `Steps and optimizers` {
    /// A step over vectors of two numbers.
    private func step(previous: Bool = true, _ yaml: String = "sgd") throws -> StepContext<Double> {
        var plan = BlockLayout()
        var needs = SchedulerNeeds()
        needs.previousGradient = previous
        let places = StepContext<Double>.Vectors(
            in: &plan, ParameterGroups(count: 2), needs, try optimizer(yaml))
        return StepContext<Double>(plan, places)
    }

    @Test func `gradients take turns without moving a number`() throws {
        var step = try step()
        step.slots.copy(([1, 2] as [Double]).span, to: step.vector(.gradient))
        let before = step.vector(.gradient)
        step.keepGradient()
        #expect(step.vector(.previousGradient) == before)
        step.slots.copy(([3, 4] as [Double]).span, to: step.vector(.gradient))
        let (square, both, same) = step.dots(
            of: .gradient, with: .previousGradient, and: .gradient)
        #expect((square, both, same) == (25, 11, 25))
        let product = step.dot(.previousGradient, .previousGradient)
        #expect(product == 5)
    }

    @Test func `without a previous gradient nothing is exchanged`() throws {
        var step = try step(previous: false)
        let before = step.vector(.gradient)
        step.keepGradient()
        #expect(step.vector(.gradient) == before)
    }

    @Test func `events are those of the steps of one round`() throws {
        var step = try step()
        step.begin(rate: 0.5, count: 3, Hyperparameters())
        step.move(along: .gradient)
        step.setRate(to: RateChange(rate: 0.25, bound: .lower))
        step.move(along: .gradient)
        step.setRate(to: RateChange(rate: 0.25, wasUndefined: true))
        step.setRate(to: RateChange(rate: 2, bound: .upper))
        step.move(along: .gradient)
        let events = step.events
        #expect(step.index == 3)
        #expect((events.first, events.last) == (0.5, 2))
        #expect((events.smallest, events.largest, events.sum) == (0.25, 2, 2.75))
        #expect((events.steps, events.undefined) == (3, 1))
        #expect((events.lowerBoundHits, events.upperBoundHits) == (1, 1))
        #expect(events.saturatedAtOnce)
        step.begin(rate: 1, count: 1, Hyperparameters())
        let fresh = step.events
        #expect(fresh == RateEvents())
        step.setRate(to: RateChange(rate: 1))
        step.setRate(to: RateChange(rate: 1, bound: .upper))
        let late = step.events
        #expect(!late.saturatedAtOnce)
    }

    @Test func `momentum multiplies the velocity, the rate comes last`() throws {
        // v: (1, 2), then 0.5 (1, 2) + (3, 4) = (3.5, 5). w = −0.1 (1, 2) − 0.2 (3.5, 5).
        let sgd = try optimizer("{ kind: sgd, momentum: 0.5 }")
        var step = try step("{ kind: sgd, momentum: 0.5 }")
        for (rate, gradient) in [(0.1, [1.0, 2]), (0.2, [3, 4])] {
            step.slots.copy(gradient.span, to: step.vector(.gradient))
            step.begin(rate: rate, count: 1, sgd.hyperparameters)
            step.move(along: sgd.direction(&step))
        }
        let weights = step.slots.values(step.vector(.weights))
        #expect(abs(weights[0] + 0.8) < 1e-15 && abs(weights[1] + 1.2) < 1e-15)
        step.clearBuffers()
        let velocity = step.slots.values(step.vector(.buffer(0)))
        #expect(velocity == [0, 0])
    }

    @Test func `without momentum there is no buffer, and the direction is the gradient`() throws {
        let sgd = try optimizer("sgd")
        #expect(sgd.buffers == 0)
        var step = try step()
        let direction = sgd.direction(&step)
        #expect(direction == .gradient)
    }

    @Test(arguments: [
        (1.0, 4.0, 1.0, 0.5), (-2, 4, 1, -1), (0, 1, 1, 0), (1e60, 1e60, 1e60, 1),
        (1e-24, 1e-24, 1e-24, 1),
    ])
    func `a cosine is a product over two norms`(
        product: Double, square: Double, other: Double, expected: Double
    ) throws {
        #expect(abs(try #require(cosine(product, square, other)) - expected) < 1e-15)
    }

    @Test(arguments: [
        (0.0, 0.0, 1.0), (0, 1, 0), (1e-25, 0.99e-24, 1), (.nan, 1, 1), (1, .nan, 1),
        (1, 1, .infinity), (.infinity, 1, 1), (1, -1, 1),
    ])
    func `it is not defined for short or infinite vectors`(
        product: Double, square: Double, other: Double
    ) {
        #expect(cosine(product, square, other) == nil)
    }
}
