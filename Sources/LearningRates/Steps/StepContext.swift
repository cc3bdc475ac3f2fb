public import LinearAlgebra
import RandomStreams

/// The vectors, rates and counters that optimizers and schedulers read and change in one step.
///
/// A client uses it for all local steps of a round, and the server uses it for its step in each
/// round. All vectors are in one block, so a step allocates no memory.
public struct StepContext<S: Scalar>: ~Copyable {
    /// The block with all vectors.
    public var slots: VectorBlock<S>
    /// The number k = 0, 1, … of the step in this round.
    public internal(set) var index = 0
    /// The number K of steps in this round.
    public private(set) var count = 1
    /// The number of steps in one pass over the client's samples.
    public internal(set) var epochSteps = 1
    /// The hyperparameters that the optimizer uses. A scheduler may adapt them. They are set anew
    /// at the start of each round.
    public var hyperparameters = Hyperparameters()
    /// Whether there is a previous aggregate. In the first round there is none.
    public var hasPreviousAggregate = false
    /// Numbers that `normal` returns instead of drawn ones, first to last. Replays of other
    /// programs' perturbations use them.
    public var givenNormals: ArraySlice<Double> = []
    // The step owns the stream for the length of one round.
    private var stream = RandomKey(seed: 0, .scheduler).stream()
    /// The number of steps since the optimizer's buffers were set to zero. On the server it counts
    /// all rounds.
    public internal(set) var stepsOfBuffers = 0
    /// The parameters that share a rate.
    public let scope: RateScope
    /// The rate of each group. With `.parameter` it is one number for reports, the mean over the
    /// parameters. A scheduler sets rates with `setRate`.
    public internal(set) var rates: [Double]
    /// The last estimate of ∂loss/∂rate by the scheduler, for each group. With `.parameter` it is
    /// one number, the sum over the parameters. It is only for reports.
    public var hypergradients: [Double]
    /// The events of the rates so far in this round.
    public package(set) var events = RateEvents()
    /// The rate of each step so far in this round, thinned. It is the mean over the parameters.
    public internal(set) var series: RateSeries
    /// The vector of the previous step's direction, d_{k−1}. It is nil at a round's first step,
    /// unless it was carried over.
    public package(set) var previousDirection: VectorName?

    /// The rates that the scheduler used if it already updated the weights in its own pass. `move`
    /// then skips the update. The value is always nil for other scopes than `.parameter`.
    public var fusedUpdateRates: RateSummary?

    /// The mean loss of this step's batch, before the step and without the weight decay term.
    public internal(set) var loss = 0.0
    /// The products of this step's gradient with itself and with the vectors that the scheduler
    /// named.
    public internal(set) var products = VectorProducts()

    private var weights: Vector
    private var gradient: Vector
    private var previousGradient: Vector
    private let places: Vectors

    /// Creates a step with a new block.
    ///
    /// - Parameter seriesCapacity: the number of rates of a round that `series` keeps; even.
    public init(_ layout: BlockLayout, _ places: Vectors, seriesCapacity: Int = 0) {
        slots = VectorBlock(layout)
        self.places = places
        scope = places.scope
        weights = places.weights
        gradient = places.gradient
        previousGradient = places.previousGradient
        rates = [Double](repeating: 0, count: places.groups.count)
        hypergradients = rates
        series = RateSeries(capacity: seriesCapacity)
    }

    /// The number of groups whose parameters share a rate.
    public var groupCount: Int { places.groups.count }

    /// The number of the optimizer's buffers, and of the scheduler's vectors.
    package var bufferCount: Int { places.buffers.count }
    var ownCount: Int { places.own.count }

    /// The names of the model's tensors. With the scope `.tensor` they are the names of the groups.
    package var tensorNames: [String] { places.tensorNames }

    /// The learning rate of this step. With several rates it is the mean over all parameters.
    public var rate: Double {
        guard rates.count > 1 else { return rates[0] }
        var sum = 0.0
        for group in rates.indices { sum += rates[group] * Double(places.groups[group].count) }
        return held(
            sum / Double(max(weights.count, 1)), between: rates.min() ?? sum,
            and: rates.max() ?? sum)
    }

    /// Whether this step is the first of a pass over the client's samples.
    public var startsEpoch: Bool { index % max(epochSteps, 1) == 0 }

    /// Returns the current location of a vector.
    public func vector(_ slot: VectorName) -> Vector {
        switch slot {
        case .weights: weights
        case .gradient: gradient
        case .previousGradient: previousGradient
        case .previousAggregate: places.previousAggregate
        case .rates: places.rates
        case .buffer(let index): places.buffers[index]
        case .scheduler(let index): places.own[index]
        }
    }

    /// Returns the current locations of the vectors whose products with a gradient are computed.
    func places(of partners: GradientProducts) -> ProductVectors {
        var places = ProductVectors()
        if let y = partners.y { places.y = vector(y) }
        if let z = partners.z { places.z = vector(z) }
        return places
    }

    /// Returns the part of a vector that belongs to a group.
    public func vector(_ slot: VectorName, group: Int) -> Vector {
        let part = places.groups[group]
        return vector(slot).part(part.start, count: part.count)
    }

    /// Returns the next standard normal number of the round's own stream.
    public mutating func normal() -> Double { givenNormals.popFirst() ?? stream.normal() }

    /// Sets the stream of random numbers: (seed, scheduler, client, round).
    mutating func draw(from key: RandomKey) { stream = key.stream() }

    /// Starts a round: first step, this rate for all parameters, no events.
    public mutating func begin(rate: Double, count: Int, _ hyperparameters: Hyperparameters) {
        self.count = count
        self.hyperparameters = hyperparameters
        index = 0
        (previousDirection, fusedUpdateRates) = (nil, nil)
        events = RateEvents()
        series.clear()
        for group in hypergradients.indices { hypergradients[group] = 0 }
        start(at: rate)
    }

    /// Sets the optimizer's buffers and the scheduler's vectors to zero, at the start of a client's
    /// round.
    public mutating func clearBuffers() {
        for buffer in places.buffers { slots.fill(buffer, with: 0) }
        for vector in places.own { slots.fill(vector, with: 0) }
        stepsOfBuffers = 0
    }

    /// Makes this step's gradient the previous one, without copying a number. The next gradient
    /// uses the memory of the old previous one.
    public mutating func keepGradient() {
        if previousGradient.count > 0 { swap(&gradient, &previousGradient) }
    }

    /// Returns ⟨x, y⟩ in double precision.
    public func dot(_ x: VectorName, _ y: VectorName) -> Double { slots.dot(vector(x), vector(y)) }

    /// Returns ⟨x, y⟩ over a group's parameters, in double precision.
    public func dot(_ x: VectorName, _ y: VectorName, group: Int) -> Double {
        slots.dot(vector(x, group: group), vector(y, group: group))
    }

    /// Returns ⟨x, x⟩, ⟨x, y⟩ and ⟨x, z⟩ from one pass.
    public func dots(of x: VectorName, with y: VectorName, and z: VectorName) -> (
        xx: Double, xy: Double, xz: Double
    ) {
        slots.dots(of: vector(x), with: vector(y), and: vector(z))
    }

    /// Returns ⟨x, x⟩, ⟨x, y⟩ and ⟨y, y⟩ over a group's parameters, from one pass.
    public func products(
        _ x: VectorName, _ y: VectorName, group: Int
    ) -> (xx: Double, xy: Double, yy: Double) {
        slots.products(vector(x, group: group), vector(y, group: group))
    }

    /// Computes y ← keep y + scale x.
    public mutating func combine(_ y: VectorName, times keep: S, with x: VectorName, times scale: S)
    {
        slots.combine(vector(y), times: keep, with: vector(x), times: scale)
    }

    /// Copies one vector: y ← x.
    public mutating func copy(_ x: VectorName, to y: VectorName) {
        slots.copy(vector(x), to: vector(y))
    }

    /// Moves the weights, w ← w − rate · direction, with each parameter's rate. Then the next step
    /// begins.
    public mutating func move(along direction: VectorName) {
        if scope == .parameter {
            let (d, each) = (vector(direction), vector(.rates))
            let summary = fusedUpdateRates ?? slots.move(weights, along: d, rates: each)
            fusedUpdateRates = nil
            rates[0] = held(
                summary.sum / Double(max(weights.count, 1)), between: summary.smallest,
                and: summary.largest)
            events.used(rates[0], smallest: summary.smallest, largest: summary.largest)
        } else {
            for group in rates.indices {
                let (d, w) = (vector(direction, group: group), vector(.weights, group: group))
                slots.add(d, times: S(-rates[group]), to: w)
            }
        }
        didMove(along: direction)
    }

    /// Begins the next step after the weights moved along this direction.
    mutating func didMove(along direction: VectorName) {
        if scope != .parameter {
            events.used(rate, smallest: rates.min() ?? rate, largest: rates.max() ?? rate)
        }
        series.add(rate)
        previousDirection = direction == .gradient ? .previousGradient : direction
        index += 1
        stepsOfBuffers += 1
    }
}
