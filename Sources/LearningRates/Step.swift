public import LinearAlgebra

/// The parameter-sized vectors that a rule may name.
public enum Slot: Equatable, Sendable {
    /// The parameters w.
    case weights
    /// The gradient g of this step; on the server −Δ, minus the aggregate.
    case gradient
    /// The gradient of the step before, where the scheduler asked for it.
    case previousGradient
    /// The last movement of the global model before its rate, Δ_{t−1}; clients only, where the
    /// scheduler asked for it.
    case movement
    /// A buffer of the optimizer's.
    case buffer(Int)
}

/// One step of an optimizer, on a client or on the server: what a rule sees and may change.
///
/// Owned by whoever trains, and reused for every step and client: all vectors are places in one
/// block, so nothing is allocated.
public struct Step<S: Scalar>: ~Copyable {
    /// The block that holds all vectors.
    public var slots: Slots<S>
    /// Steps taken before this one in this round, k = 0, 1, …
    public var index = 0
    /// How many steps this round has, K.
    public var count = 1
    /// The learning rate of this step. A scheduler sets it through `change`.
    public private(set) var rate = 0.0
    /// Whether there is a previous movement of the global model (not in the first round).
    public var hasMovement = false
    /// Steps since the optimizer's buffers were set to zero; on the server all of the run.
    public private(set) var stepsOfBuffers = 0
    /// What happened to the rate so far in this round.
    public private(set) var events = RateEvents()

    private var weights: Vector
    private var gradient: Vector
    private var previousGradient: Vector
    private var movement: Vector
    private let buffers: [Vector]

    /// Places of the vectors, planned before the block is made.
    public struct Places: Sendable {
        let weights: Vector
        let gradient: Vector
        let previousGradient: Vector
        let movement: Vector
        let buffers: [Vector]

        /// Plans the vectors of a step; those that are not kept take no memory.
        ///
        /// - Parameters:
        ///   - parameters: length of each.
        ///   - buffers: how many the optimizer needs.
        public init(
            in plan: inout SlotsLayout, parameters: Int, keepsPreviousGradient: Bool,
            keepsMovement: Bool, buffers: Int
        ) {
            let none = Vector(start: 0, count: 0)
            weights = plan.vector(parameters)
            gradient = plan.vector(parameters)
            previousGradient = keepsPreviousGradient ? plan.vector(parameters) : none
            movement = keepsMovement ? plan.vector(parameters) : none
            self.buffers = (0..<buffers).map { _ in plan.vector(parameters) }
        }
    }

    /// A step over a new block.
    public init(_ plan: SlotsLayout, _ places: Places) {
        slots = Slots(plan)
        weights = places.weights
        gradient = places.gradient
        previousGradient = places.previousGradient
        movement = places.movement
        buffers = places.buffers
    }

    /// The place of a vector at this moment.
    public func place(_ slot: Slot) -> Vector {
        switch slot {
        case .weights: weights
        case .gradient: gradient
        case .previousGradient: previousGradient
        case .movement: movement
        case .buffer(let index): buffers[index]
        }
    }

    /// Starts a round: first step, this rate, no events.
    public mutating func begin(rate: Double, count: Int) {
        self.rate = rate
        self.count = count
        index = 0
        events = RateEvents()
    }

    /// Sets the optimizer's buffers to zero: at the start of a client's round.
    public mutating func clearBuffers() {
        for buffer in buffers { slots.fill(buffer, with: 0) }
        stepsOfBuffers = 0
    }

    /// Makes this step's gradient the previous one, without moving a number: the place of the one
    /// before it is free for the next gradient.
    public mutating func keepGradient() {
        if previousGradient.count > 0 { swap(&gradient, &previousGradient) }
    }

    /// ⟨x, y⟩ in double precision.
    public func dot(_ x: Slot, _ y: Slot) -> Double { slots.dot(place(x), place(y)) }

    /// ⟨x, x⟩, ⟨x, y⟩ and ⟨x, z⟩ in one pass.
    public func dots(of x: Slot, with y: Slot, and z: Slot) -> (xx: Double, xy: Double, xz: Double)
    {
        slots.dots(of: place(x), with: place(y), and: place(z))
    }

    /// y ← keep y + scale x.
    public mutating func combine(_ y: Slot, times keep: S, with x: Slot, times scale: S) {
        slots.combine(place(y), times: keep, with: place(x), times: scale)
    }

    /// Starts a round at another rate than the round's: one that was carried over.
    public mutating func start(at rate: Double) { self.rate = rate }

    /// Sets the rate of this step, held inside the bounds; counts what happened.
    public mutating func change(to change: RateChange) {
        events.add(change)
        rate = change.rate
    }

    /// w ← w − rate · direction; then the next step begins.
    public mutating func move(along direction: Slot) {
        slots.add(place(direction), times: S(-rate), to: weights)
        events.used(rate)
        index += 1
        stepsOfBuffers += 1
    }
}
