import LinearAlgebra
import RandomStreams

/// How the weights of a layer are drawn; biases start at 0.
public enum Initialization: Sendable {
    /// Uniform in ±√(6 / (inputs + outputs)) (Glorot, Bengio 2010).
    case glorot
    /// Uniform in ±√(6 / inputs), for layers before a ReLU (He et al. 2015, arXiv 1502.01852).
    case he

    func bound(inputs: Int, outputs: Int) -> Double {
        switch self {
        case .glorot: (6 / Double(inputs + outputs)).squareRoot()
        case .he: (6 / Double(inputs)).squareRoot()
        }
    }
}

/// y = x Wᵀ + b: x is (batch, inputs), W is (outputs, inputs), b is (outputs), y is (batch,
/// outputs).
///
/// Backward, with dy = ∂loss/∂y: dW = dyᵀ x, db = the column sums of dy, dx = dy W.
///
/// W is stored as its transpose in layers with more than 16 outputs and as it is in narrower ones,
/// so that the products read their wide factor row by row (batch 10 to 128: up to twice as fast).
struct Dense: Layer {
    let inputs: Int
    let outputs: Int
    let initialization: Initialization

    private var isTransposed: Bool { outputs > 16 }

    var parameters: [ParameterView] {
        [
            ParameterView(
                name: "weight", shape: [outputs, inputs],
                place: Vector(start: 0, count: outputs * inputs), isStoredTransposed: isTransposed),
            ParameterView(
                name: "bias", shape: [outputs],
                place: Vector(start: outputs * inputs, count: outputs)),
        ]
    }

    func initialize(_ weights: inout [Float], key: RandomKey) {
        let bound = initialization.bound(inputs: inputs, outputs: outputs)
        var stream = key.stream()
        let view = parameters[0]
        // Drawn in the order of the shape that users see, whatever the storage.
        for index in 0..<view.place.count {
            weights[view.stored(index)] = Float((2 * stream.uniform() - 1) * bound)
        }
        for index in 0..<outputs { weights[outputs * inputs + index] = 0 }
    }

    func forward<S: Scalar>(_ slots: inout Slots<S>, _ places: LayerPlaces) {
        let (weight, bias) = split(places.weights)
        if isTransposed {
            slots.affine(places.input, weight, bias: bias, into: places.output)
        } else {
            slots.multiply(places.input.plain, weight.transposed, into: places.output)
            slots.add(row: bias, toEachRowOf: places.output)
        }
    }

    func backward<S: Scalar>(_ slots: inout Slots<S>, _ places: LayerPlaces) {
        let (weight, _) = split(places.weights)
        let (weightGradient, biasGradient) = split(places.gradient)
        let dy = places.outputGradient
        if isTransposed {
            slots.outerSum(places.input, dy, into: weightGradient)
        } else {
            slots.outerSum(dy, places.input, into: weightGradient)
        }
        slots.columnSums(of: dy, into: biasGradient)
        if let dx = places.inputGradient {
            slots.multiply(dy.plain, isTransposed ? weight.transposed : weight.plain, into: dx)
        }
    }

    private func split(_ flat: Vector) -> (weight: Matrix, bias: Vector) {
        let size = inputs * outputs
        let weight = flat.part(0, count: size).matrix(
            rows: isTransposed ? inputs : outputs, columns: isTransposed ? outputs : inputs)
        return (weight, flat.part(size, count: outputs))
    }
}
