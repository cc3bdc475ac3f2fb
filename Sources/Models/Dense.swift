import LinearAlgebra
import RandomStreams

/// How the weights of a layer are drawn; biases start at 0, but for `.fanIn`.
public enum Initialization: Sendable {
    /// Uniform in ±√(6 / (inputs + outputs)) (Glorot, Bengio 2010).
    case glorot
    /// Uniform in ±√(6 / inputs), for layers before a ReLU (He et al. 2015, arXiv 1502.01852).
    case he
    /// Uniform in ±1 / √inputs, the biases too: how PyTorch's `Linear` starts by itself.
    case fanIn
    /// Uniform in ± this bound.
    case uniform(Double)

    /// The one that fits a layer before this function.
    init(before activation: Activation) { self = activation == .relu ? .he : .glorot }

    /// Draws a weight tensor in the order of the shape that users see, whatever its storage; what
    /// follows it are the biases.
    func draw(
        _ view: ParameterView, inputs: Int, outputs: Int, into weights: inout [Float],
        key: RandomKey
    ) {
        let bound = bound(inputs: inputs, outputs: outputs)
        var stream = key.stream()
        for index in 0..<view.place.count {
            weights[view.stored(index)] = Float((2 * stream.uniform() - 1) * bound)
        }
        for index in view.place.count..<weights.count {
            if case .fanIn = self {
                weights[index] = Float((2 * stream.uniform() - 1) * bound)
            } else {
                weights[index] = 0
            }
        }
    }

    private func bound(inputs: Int, outputs: Int) -> Double {
        switch self {
        case .glorot: (6 / Double(inputs + outputs)).squareRoot()
        case .he: (6 / Double(inputs)).squareRoot()
        case .fanIn: 1 / Double(inputs).squareRoot()
        case .uniform(let bound): bound
        }
    }
}

/// y = x Wᵀ + b at each position of a sample: x is (rows, width), W is (outputs, width), b is
/// (outputs), y is (rows, outputs), with rows = positions x batch.
///
/// Backward, with dy = ∂loss/∂y: dW = dyᵀ x, db = the column sums of dy, dx = dy W. Tangents along
/// (V, c), with ẋ and the tangent of dy, δ: ẏ = ẋ Wᵀ + x Vᵀ + c; of dW δᵀ x + dyᵀ ẋ, of db the
/// column sums of δ, of dx δ W + dy V.
///
/// In a layer with more than 16 outputs W is stored as its transpose, in a narrower one as it is.
/// So the products read their wide factor row by row, up to twice as fast at batches of 10 to 128.
/// These products can leave out the zeros of x, with the same bits. In a narrower layer that does
/// not pay: the vectors of a product run along x, and few of them are all 0.
struct Dense: Layer {
    /// Numbers per position on the way in.
    let width: Int
    /// Numbers per position on the way out.
    let units: Int
    let initialization: Initialization
    /// How many rows a sample has.
    var positions = 1
    /// The (height, width, channels) of an image whose numbers the layer takes; users then see the
    /// columns of W in PyTorch's order (channels, height, width).
    var image: [Int]?

    var inputs: Int { positions * width }
    var outputs: Int { positions * units }
    /// An image is flattened by a module of its own in PyTorch.
    var modules: Int { image == nil ? 1 : 2 }

    private var isTransposed: Bool { units > 16 }

    var parameters: [ParameterView] {
        let size = width * units
        let (row, column) = isTransposed ? (1, units) : (width, 1)
        var axes = [ParameterView.Axis(units, stride: row)]
        if let image {
            let (height, across, channels) = (image[0], image[1], image[2])
            axes += [
                .init(channels, stride: column), .init(height, stride: across * channels * column),
                .init(across, stride: channels * column),
            ]
        } else {
            axes.append(.init(width, stride: column))
        }
        return [
            ParameterView(
                name: "weight", shape: [units, width], place: Vector(start: 0, count: size),
                axes: axes),
            ParameterView(name: "bias", shape: [units], place: Vector(start: size, count: units)),
        ]
    }

    func workspace(batch: Int) -> Int {
        isTransposed ? transposedProductWorkspace(rows: positions * batch, inner: units) : 0
    }

    func initialize(_ weights: inout [Float], key: RandomKey) {
        initialization.draw(
            parameters[0], inputs: width, outputs: units, into: &weights, key: key)
    }

    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        let (weight, bias) = split(places.weights)
        affine(
            &slots, places.input.split(into: positions), weight, bias,
            places.output.split(into: positions), skipsZeros: places.inputHasManyZeros)
    }

    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        let (weight, _) = split(places.weights)
        let (weightGradient, biasGradient) = split(places.gradient)
        let dy = places.outputGradient.split(into: positions)
        let x = places.input.split(into: positions)
        if places.wantsGradient {
            if isTransposed {
                slots.outerSum(
                    x, dy, into: weightGradient, skipsZeros: places.inputHasManyZeros)
            } else {
                slots.narrowOuterSum(dy, x, into: weightGradient)
            }
            slots.columnSums(of: dy, into: biasGradient)
        }
        if let dx = places.inputGradient {
            multiply(
                &slots, dy, weight, into: dx.split(into: positions), workspace: places.workspace)
        }
    }

    /// Computes the gradients. The wide product also computes the products of the weights; the bias
    /// follows.
    func backward<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, with partners: ProductVectors
    ) -> VectorProducts {
        guard isTransposed else {
            backward(&slots, places)
            return slots.products(of: places.gradient, with: partners)
        }
        let size = width * units
        let (weightGradient, biasGradient) = split(places.gradient)
        var products = slots.outerSum(
            places.input.split(into: positions), places.outputGradient.split(into: positions),
            into: weightGradient, with: partners.part(0, count: size),
            skipsZeros: places.inputHasManyZeros)
        var rest = places
        rest.wantsGradient = false
        backward(&slots, rest)
        slots.columnSums(of: places.outputGradient.split(into: positions), into: biasGradient)
        products += slots.products(
            of: biasGradient, with: partners.part(size, count: units))
        return products
    }

    /// Moves a wide layer's weights while their gradient is in registers.
    func descend<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces, times scale: S) {
        let (weight, bias) = split(places.weights)
        let (weightGradient, biasGradient) = split(places.gradient)
        guard isTransposed else {
            backward(&slots, places)
            return slots.add(places.gradient, times: scale, to: places.weights)
        }
        let dy = places.outputGradient.split(into: positions)
        // The input's gradient needs the weights before they move.
        var rest = places
        rest.wantsGradient = false
        backward(&slots, rest)
        slots.add(
            outerSumOf: places.input.split(into: positions), dy, times: scale, to: weight,
            through: weightGradient, skipsZeros: places.inputHasManyZeros)
        slots.columnSums(of: dy, into: biasGradient)
        slots.add(biasGradient, times: scale, to: bias)
    }

    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        let (weight, _) = split(places.weights)
        let (direction, bias) = split(tangents.weights)
        let y = tangents.output.split(into: positions)
        affine(&slots, places.input.split(into: positions), direction, bias, y)
        if let input = tangents.input {
            slots.product(
                input.split(into: positions), isTransposed ? weight.plain : weight.transposed,
                into: y, keep: true)
        }
    }

    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        let (weight, _) = split(places.weights)
        let (direction, _) = split(tangents.weights)
        let (weightGradient, biasGradient) = split(tangents.gradient)
        let (dy, moved) = (
            places.outputGradient.split(into: positions),
            tangents.outputGradient.split(into: positions)
        )
        let x = places.input.split(into: positions)
        if isTransposed {
            slots.outerSum(x, moved, into: weightGradient)
        } else {
            slots.narrowOuterSum(moved, x, into: weightGradient)
        }
        if let input = tangents.input {
            let input = input.split(into: positions)
            if isTransposed {
                slots.outerSum(input, dy, into: weightGradient, keep: true)
            } else {
                slots.outerSum(dy, input, into: weightGradient, keep: true)
            }
        }
        slots.columnSums(of: moved, into: biasGradient)
        if let dx = tangents.inputGradient {
            let dx = dx.split(into: positions)
            multiply(&slots, moved, weight, into: dx, workspace: places.workspace)
            multiply(&slots, dy, direction, into: dx, keep: true, workspace: places.workspace)
        }
    }

    private func affine<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ x: Matrix, _ weight: Matrix, _ bias: Vector, _ y: Matrix,
        skipsZeros: Bool = false
    ) {
        if isTransposed {
            slots.affine(x, weight, bias: bias, into: y, skipsZeros: skipsZeros)
        } else {
            slots.narrowAffine(x, weight, bias: bias, into: y)
        }
    }

    /// dx ← dy W, or with `keep` dx ← dx + dy W.
    private func multiply<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ dy: Matrix, _ weight: Matrix, into dx: Matrix,
        keep: Bool = false, workspace: Vector
    ) {
        if isTransposed {
            slots.transposedProduct(dy, weight, into: dx, keep: keep, workspace: workspace)
        } else {
            slots.product(dy, weight.plain, into: dx, keep: keep)
        }
    }

    private func split(_ flat: Vector) -> (weight: Matrix, bias: Vector) {
        let size = width * units
        let weight = flat.part(0, count: size).matrix(
            rows: isTransposed ? width : units, columns: isTransposed ? units : width)
        return (weight, flat.part(size, count: units))
    }
}
