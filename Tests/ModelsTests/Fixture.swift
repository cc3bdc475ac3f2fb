import LinearAlgebra
import Models
import Settings

/// Numbers for property tests; the same ones for the same seed.
struct Numbers {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Numbers in −1..<1 with 24 bits, so that float and double hold the same.
    mutating func list(_ count: Int) -> [Double] {
        (0..<count).map { _ in Double(Int64(next() >> 40) - (1 << 23)) / 0x1p23 }
    }
}

/// The network of a model as a scenario names it: "mlp", "{ kind: mlp, hidden: [8] }".
func network(_ model: String, inputs: Int, classes: Int) throws -> Network {
    try network(
        model, SampleForm(shape: [inputs], target: .classes(classes, positions: 1)))
}

func network(_ model: String, _ form: SampleForm) throws -> Network {
    let tree = try SettingsTree(yaml: "model: \(model)", file: "demo.yaml")
    return try tree.load { settings in
        settings.component("model", from: models, default: "softmax_regression", "model")
    }.value.network(for: form)
}

/// Models on both sides of 16 outputs, where dense layers change their storage, and of any depth.
let shapes = [
    "softmax_regression", "{ kind: mlp, hidden: [] }", "{ kind: mlp, hidden: [5] }",
    "{ kind: mlp, hidden: [16] }", "{ kind: mlp, hidden: [17] }", "{ kind: mlp, hidden: [33] }",
    "{ kind: mlp, hidden: [20, 4, 19] }", "{ kind: mlp, hidden: [3, 24, 16] }",
]

/// A network in a block, with a batch: everything that a training step uses.
struct Bench<S: Scalar>: ~Copyable {
    let network: Network
    var slots: VectorBlock<S>
    let weights: Vector
    let gradient: Vector
    let places: Network.Places
    let direction: Vector
    let product: Vector
    var rows = 0

    init(_ network: Network, batch: Int, for use: Network.Use = .training) {
        var plan = BlockLayout()
        self.network = network
        weights = plan.vector(network.parameterCount)
        gradient = plan.vector(network.parameterCount)
        direction = plan.vector(network.parameterCount)
        product = plan.vector(network.parameterCount)
        places = network.places(in: &plan, batch: batch, for: use)
        slots = VectorBlock(plan)
    }

    /// Fills in parameters and a batch.
    mutating func fill(weights: [Double], samples: [[Double]], targets: [[Double]]) {
        // Named arrays: the compiler crashes on spans of temporary ones in debug builds.
        let parameters = weights.map { S($0) }
        slots.copy(parameters.span, to: self.weights)
        let flat = samples.flatMap { $0 }.map { S($0) }
        slots.copy(flat.span, to: places.input.prefix(rows: samples.count).vector)
        let goals = targets.flatMap { $0 }.map { S($0) }
        slots.copy(goals.span, to: places.target.prefix(rows: samples.count).vector)
        rows = samples.count
    }

    /// Fills in parameters and a batch of single labels.
    mutating func fill(weights: [Double], samples: [[Double]], labels: [Int32]) {
        fill(weights: weights, samples: samples, targets: labels.map { [Double($0)] })
    }

    /// The sum of the losses, and the gradient of their mean.
    mutating func step() -> (loss: Double, gradient: [S]) {
        slots.fill(gradient, with: .nan)
        let loss = network.gradient(
            &slots, places, rows: rows, at: weights, into: gradient)
        return (loss, slots.values(gradient))
    }

    /// The outputs that the last forward pass left.
    var outputs: [S] { slots.values(places.output(rows: rows).vector) }
    /// The tangent of the outputs that the last product left.
    var outputTangent: [S] { slots.values(places.outputTangent(rows: rows).vector) }

    /// H v after `step`, and the slope of the loss along v.
    mutating func hessianProduct(along v: [Double]) -> (product: [S], slope: Double) {
        set(v, at: direction)
        slots.fill(product, with: .nan)
        let slope = network.hessianProduct(
            &slots, places, rows: rows, at: weights, along: direction, into: product)
        return (slots.values(product), slope)
    }

    /// H v without a step before.
    mutating func hessianProductAlone(along v: [Double]) -> (product: [S], slope: Double) {
        set(v, at: direction)
        slots.fill(product, with: .nan)
        let slope = network.hessianProductAlone(
            &slots, places, rows: rows, at: weights, along: direction, into: product)
        return (slots.values(product), slope)
    }

    /// The slope of the mean loss along v, by forward mode alone.
    mutating func slope(along v: [Double]) -> Double {
        set(v, at: direction)
        return network.lossTangent(&slots, places, rows: rows, at: weights, along: direction)
    }

    /// Jᵀ u.
    mutating func pullBack(_ u: [Double]) -> [S] {
        network.forward(&slots, places, rows: rows, at: weights)
        set(u, at: places.outputGradient(rows: rows).vector)
        slots.fill(gradient, with: .nan)
        network.backward(&slots, places, rows: rows, at: weights, into: gradient)
        return slots.values(gradient)
    }

    mutating func gaussNewton(along v: [Double]) -> [S] {
        set(v, at: direction)
        network.forward(&slots, places, rows: rows, at: weights)
        slots.fill(product, with: .nan)
        network.gaussNewtonProduct(
            &slots, places, rows: rows, at: weights, along: direction, into: product)
        return slots.values(product)
    }

    private mutating func set(_ values: [Double], at place: Vector) {
        let numbers = values.map { S($0) }
        slots.copy(numbers.span, to: place)
    }

    mutating func evaluate() -> (loss: Double, correct: Int) {
        network.evaluate(&slots, places, rows: rows, at: weights)
    }
}

/// Parameters, samples and labels of a seed.
func batch(_ seed: UInt64, _ network: Network, rows: Int) -> (
    weights: [Double], samples: [[Double]], labels: [Int32]
) {
    var numbers = Numbers(state: seed)
    return (
        numbers.list(network.parameterCount),
        (0..<rows).map { _ in numbers.list(network.inputs) },
        (0..<rows).map { _ in Int32(numbers.next() % UInt64(network.outputs)) }
    )
}

/// The largest difference, as a share of the largest magnitude of what was expected.
func relativeError<S: Scalar>(_ list: [S], _ expected: [Double], scale: Double? = nil) -> Double {
    precondition(list.count == expected.count, "\(list.count), not \(expected.count)")
    let largest = scale ?? expected.map { abs($0) }.max() ?? 0
    let error = zip(list, expected).map { abs(Double($0) - $1) }.reduce(0) {
        $1 > $0 || $1.isNaN ? $1 : $0
    }
    return error / max(largest, 1e-300)
}
