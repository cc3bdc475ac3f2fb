public import LinearAlgebra
import RandomStreams

/// One step of an optimizer, on a client or on the server: what a rule sees and may change.
///
/// Owned by whoever trains, and reused for every step and client: all vectors are places in one
/// block, so nothing is allocated.
public struct StepContext<S: Scalar>: ~Copyable {
    /// The block that holds all vectors.
    public var slots: VectorBlock<S>
    /// Steps taken before this one in this round, k = 0, 1, …
    public internal(set) var index = 0
    /// How many steps this round has, K.
    public private(set) var count = 1
    /// How many steps a pass over the client's samples takes.
    public internal(set) var epochSteps = 1
    /// What the optimizer computes with; a scheduler may adapt it. Set anew at each round's start.
    public var hyperparameters = Hyperparameters()
    /// Whether there is a previous movement of the global model (not in the first round).
    public var hasPreviousAggregate = false
    /// Numbers that `normal` gives in place of drawn ones, first to last: for replays of other
    /// programs' perturbations.
    public var givenNormals: ArraySlice<Double> = []
    // Owned here for the length of one round.
    private var stream = RandomKey(seed: 0, .scheduler).stream()
    /// Steps since the optimizer's buffers were set to zero; on the server all of the run.
    public internal(set) var stepsOfBuffers = 0
    /// Which parameters share a rate.
    public let scope: RateScope
    /// The rate of each group; with `.parameter` one number, the mean over the parameters, for
    /// reports. A scheduler sets them through `setRate`.
    public internal(set) var rates: [Double]
    /// The last estimate of ∂loss/∂rate that the scheduler made, of each group; with `.parameter`
    /// one number, the sum over the parameters. For reports: nothing is computed from them.
    public var hypergradients: [Double]
    /// What happened to the rates so far in this round.
    public internal(set) var events = RateEvents()
    /// The rate of each step so far in this round, thinned; the mean over the parameters.
    public internal(set) var series: RateSeries
    /// Where the direction of the step before lies now, d_{k−1}; nil at a round's first step, unless
    /// it was carried over.
    public internal(set) var previousDirection: VectorName?

    /// The rates of a step along the gradient that the scheduler has taken itself, while its own
    /// numbers were at hand: then the weights don't move again. Rates of single parameters only.
    public var fusedUpdateRates: RateSummary?

    /// The mean loss of this step's batch, before the step and without the weight decay's term.
    public internal(set) var loss = 0.0
    /// The products of this step's gradient with itself and the scheduler's partners, where it named
    /// them.
    public internal(set) var products = VectorProducts()

    private var weights: Vector
    private var gradient: Vector
    private var previousGradient: Vector
    private let places: Vectors

    /// A step over a new block.
    ///
    /// - Parameter seriesCapacity: how many rates of a round `series` keeps; even.
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

    /// How many groups of parameters share a rate.
    public var groupCount: Int { places.groups.count }

    /// How many buffers the optimizer has, and how many vectors the scheduler.
    var bufferCount: Int { places.buffers.count }
    var ownCount: Int { places.own.count }

    /// The names of the model's tensors: with the scope `.tensor` those of the groups.
    var tensorNames: [String] { places.tensorNames }

    /// The learning rate of this step: the only one, or the mean over all parameters.
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

    /// The place of a vector at this moment.
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

    /// The places of a gradient's partners at this moment.
    func places(of partners: GradientProducts) -> ProductVectors {
        var places = ProductVectors()
        if let y = partners.y { places.y = vector(y) }
        if let z = partners.z { places.z = vector(z) }
        return places
    }

    /// The part of a vector that belongs to a group.
    public func vector(_ slot: VectorName, group: Int) -> Vector {
        let part = places.groups[group]
        return vector(slot).part(part.start, count: part.count)
    }

    /// The next standard normal number of the round's own stream.
    public mutating func normal() -> Double { givenNormals.popFirst() ?? stream.normal() }

    /// Draws from this key's stream from now on: (seed, scheduler, client, round).
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

    /// Sets the optimizer's buffers and the scheduler's vectors to zero: at the start of a client's
    /// round.
    public mutating func clearBuffers() {
        for buffer in places.buffers { slots.fill(buffer, with: 0) }
        for vector in places.own { slots.fill(vector, with: 0) }
        stepsOfBuffers = 0
    }

    /// Makes this step's gradient the previous one, without moving a number: the place of the one
    /// before it is free for the next gradient.
    public mutating func keepGradient() {
        if previousGradient.count > 0 { swap(&gradient, &previousGradient) }
    }

    /// ⟨x, y⟩ in double precision.
    public func dot(_ x: VectorName, _ y: VectorName) -> Double { slots.dot(vector(x), vector(y)) }

    /// ⟨x, y⟩ over a group's parameters, in double precision.
    public func dot(_ x: VectorName, _ y: VectorName, group: Int) -> Double {
        slots.dot(vector(x, group: group), vector(y, group: group))
    }

    /// ⟨x, x⟩, ⟨x, y⟩ and ⟨x, z⟩ in one pass.
    public func dots(of x: VectorName, with y: VectorName, and z: VectorName) -> (
        xx: Double, xy: Double, xz: Double
    ) {
        slots.dots(of: vector(x), with: vector(y), and: vector(z))
    }

    /// ⟨x, x⟩, ⟨x, y⟩ and ⟨y, y⟩ over a group's parameters, in one pass.
    public func products(
        _ x: VectorName, _ y: VectorName, group: Int
    ) -> (xx: Double, xy: Double, yy: Double) {
        slots.products(vector(x, group: group), vector(y, group: group))
    }

    /// y ← keep y + scale x.
    public mutating func combine(_ y: VectorName, times keep: S, with x: VectorName, times scale: S)
    {
        slots.combine(vector(y), times: keep, with: vector(x), times: scale)
    }

    /// y ← x.
    public mutating func copy(_ x: VectorName, to y: VectorName) {
        slots.copy(vector(x), to: vector(y))
    }

    /// w ← w − rate · direction, with each parameter's rate; then the next step begins.
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
            events.used(rate, smallest: rates.min() ?? rate, largest: rates.max() ?? rate)
        }
        series.add(rate)
        previousDirection = direction == .gradient ? .previousGradient : direction
        index += 1
        stepsOfBuffers += 1
    }
}
