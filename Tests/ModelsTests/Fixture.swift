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
    let tree = try SettingsTree(yaml: "model: \(model)", file: "demo.yaml")
    return try tree.load { settings in
        settings.component("model", from: models, default: "softmax_regression", "model")
    }.value.network(inputs: inputs, classes: classes)
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
    var slots: Slots<S>
    let weights: Vector
    let gradient: Vector
    let places: Network.Places
    var labels: [Int32] = []

    init(_ network: Network, batch: Int, training: Bool = true) {
        var plan = SlotsLayout()
        self.network = network
        weights = plan.vector(network.parameterCount)
        gradient = plan.vector(network.parameterCount)
        places = network.places(in: &plan, batch: batch, training: training)
        slots = Slots(plan)
    }

    /// Fills in parameters and a batch.
    mutating func fill(weights: [Double], samples: [[Double]], labels: [Int32]) {
        // Named arrays: the compiler crashes on spans of temporary ones in debug builds.
        let parameters = weights.map { S($0) }
        slots.copy(parameters.span, to: self.weights)
        let flat = samples.flatMap { $0 }.map { S($0) }
        slots.copy(flat.span, to: places.input.prefix(rows: samples.count).vector)
        self.labels = labels
    }

    /// The sum of the losses, and the gradient of their mean.
    mutating func step() -> (loss: Double, gradient: [S]) {
        slots.fill(gradient, with: .nan)
        let loss = network.gradient(
            &slots, places, rows: labels.count, labels: labels, at: weights, into: gradient)
        return (loss, slots.values(gradient))
    }

    mutating func evaluate() -> (loss: Double, correct: Int) {
        network.evaluate(&slots, places, rows: labels.count, labels: labels, at: weights)
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
func relativeError<S: Scalar>(_ list: [S], _ expected: [Double]) -> Double {
    precondition(list.count == expected.count, "\(list.count), not \(expected.count)")
    let largest = expected.map { abs($0) }.max() ?? 0
    let error = zip(list, expected).map { abs(Double($0) - $1) }.reduce(0) {
        $1 > $0 || $1.isNaN ? $1 : $0
    }
    return error / max(largest, 1e-300)
}
