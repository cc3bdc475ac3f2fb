import LearningRates
import LinearAlgebra
import RandomStreams
import Testing

/// Polyak steps, by hand.
@Suite struct `FedSPS` {
    /// A batch of each step, with the loss h ‖w‖² / 2 + l.
    private struct Bowls: GradientObjective, ~Copyable {
        let bowls: [(curvature: Double, least: Double)]
        private var next = 0
        var weightDecay: Double

        init(_ bowls: [(curvature: Double, least: Double)], weightDecay: Double = 0) {
            (self.bowls, self.weightDecay) = (bowls, weightDecay)
        }

        mutating func gradient(
            _ slots: inout VectorBlock<Double>, at weights: Vector, into gradient: Vector
        ) -> BatchLoss {
            let (h, least) = bowls[next]
            next += 1
            let w = slots.values(weights)
            let slopes = w.map { (h + weightDecay) * $0 }
            slots.copy(slopes.span, to: gradient)
            // As a mean over two predictions.
            let loss = w.reduce(0) { $0 + h * $1 * $1 / 2 } + least
            return BatchLoss(sum: 2 * loss, count: 2)
        }
    }

    /// The rates and the weights after each step, from (3, 4).
    private func train(
        _ yaml: String, rate: Double, _ bowls: [(curvature: Double, least: Double)],
        weightDecay: Double = 0, events: inout RateEvents
    ) throws -> (rates: [Double], weights: [[Double]]) {
        let (scheduler, sgd) = (try client(yaml, localRate: rate), try optimizer("sgd"))
        var layout = BlockLayout()
        let places = StepContext<Double>.Vectors(
            in: &layout, ParameterGroups(count: 2), scheduler.needs, sgd)
        var steps = LocalOptimization(layout, places, scheduler: scheduler, optimizer: sgd)
        let start = [3.0, 4]
        let place = steps.step.vector(.weights)
        steps.step.slots.copy(start.span, to: place)
        var (rates, weights): ([Double], [[Double]]) = ([], [])
        var problem = Bowls(bowls, weightDecay: weightDecay)
        try steps.begin(
            rate: rate, count: bowls.count, key: RandomKey(seed: 1, .scheduler), state: [],
            &problem)
        for _ in bowls {
            _ = steps.takeStep(&problem)
            rates.append(steps.step.rate)
            weights.append(steps.step.slots.values(place))
        }
        events = steps.step.events
        return (rates, weights)
    }

    private func isClose(_ x: [Double], _ y: [Double]) -> Bool {
        x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) <= 1e-14 * max(1, abs($1)) }
    }

    /// h ‖w‖² / 2 = 25 and ‖g‖² = 100 at (3, 4) with h = 2: with c = 0.5 the rate is 1/h, which leads
    /// to the minimum.
    @Test func `reaches the minimum of a bowl in one step`() throws {
        var events = RateEvents()
        let (rates, weights) = try train(
            "{ kind: fedsps, largest_rate: 1 }", rate: 0.01, [(2, 0), (2, 0)], events: &events)
        // There the gradient is 0: no step, and nothing to say of it.
        #expect(rates == [0.5, 0.5] && weights == [[0, 0], [0, 0]])
        #expect(events.upperBoundHits + events.lowerBoundHits + events.undefined == 0)
    }

    @Test func `each key, by hand`() throws {
        var events = RateEvents()
        func first(_ keys: String, least: Double = 0, decay: Double = 0) throws -> Double {
            try train(
                "{ kind: fedsps, largest_rate: 10\(keys) }", rate: 0.1, [(2, least)],
                weightDecay: decay, events: &events
            ).rates[0]
        }
        #expect(try isClose([first(", scale: 2")], [25.0 / 200]))
        #expect(try isClose([first("", least: 5)], [30.0 / 50]))
        #expect(try isClose([first(", smallest_loss: 5", least: 5)], [25.0 / 50]))
        // With λ = 2: f = 25 + 25, g = 4 (3, 4).
        #expect(try isClose([first("", decay: 2)], [50.0 / 200]))
        #expect(events.upperBoundHits + events.lowerBoundHits + events.undefined == 0)
    }

    @Test func `rates end at the one that the server sent, and at 0`() throws {
        var events = RateEvents()
        // 1/h is 0.5, then 0.05.
        let (rates, weights) = try train("fedsps", rate: 0.1, [(2, 0), (20, 0)], events: &events)
        #expect(isClose(rates, [0.1, 0.05]))
        #expect(isClose(weights[0], [2.4, 3.2]) && isClose(weights[1], [0, 0]))
        #expect(events.upperBoundHits == 1 && events.undefined == 0)
        // A loss below its bound takes no step.
        let (held, _) = try train(
            "fedsps", rate: 0.1, [(2, 0), (2, -100)], events: &events)
        #expect(held == [0.1, 0] && events.upperBoundHits == 1 && events.lowerBoundHits == 1)
    }

    @Test func `what is not finite leaves the rate and is counted`() throws {
        var events = RateEvents()
        let (rates, _) = try train(
            "fedsps", rate: 0.1, [(1e200, 0)], events: &events)
        #expect(rates[0] == 0.1 && events.undefined == 1)
    }

    @Test func `only plain descent`() throws {
        let scheduler = try client("fedsps")
        #expect(scheduler.incompatibility(with: try optimizer("sgd"), weightDecay: 0.1) == nil)
        for yaml in ["{ kind: sgd, momentum: 0.5 }", "adam"] {
            #expect(scheduler.incompatibility(with: try optimizer(yaml), weightDecay: 0) != nil)
        }
    }
}
