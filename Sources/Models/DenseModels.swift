import LinearAlgebra
import Settings

func softmaxRegression(_ settings: Settings) -> ModelRecipe {
    let isFanIn = settings.drawsByFanIn()
    return ModelRecipe("softmax_regression") { form throws(ModelError) in
        let classes = try form.classes(for: "softmax_regression")
        return Network(
            [
                Dense(
                    width: form.features, units: classes,
                    initialization: isFanIn ? .fanIn : .glorot)
            ],
            loss: .crossEntropy(positions: 1))
    }
}

func linearRegression(_ settings: Settings) -> ModelRecipe {
    let isFanIn = settings.drawsByFanIn()
    return ModelRecipe("linear_regression") { form throws(ModelError) in
        try form.refuseSymbols(for: "linear_regression")
        guard case .numbers(let targets) = form.target else {
            throw ModelError(
                "expected a data set with numbers to predict for linear_regression, found classes;"
                    + " use softmax_regression")
        }
        return Network(
            [
                Dense(
                    width: form.features, units: targets,
                    initialization: isFanIn ? .fanIn : .glorot)
            ],
            loss: .squaredError)
    }
}

func multilayerPerceptron(_ settings: Settings) -> ModelRecipe {
    let hidden = settings.integers(
        "hidden", default: [200], in: .between(1, 1_000_000), "widths of the hidden layers")
    let activation = settings.activation("the function after each hidden layer")
    let last: Activation? = settings.choice(
        "output_activation",
        of: ["none": nil, "relu": .relu, "tanh": .tanh, "sigmoid": .sigmoid], default: "none",
        "the function after the last layer, before the loss")
    let isFanIn = settings.drawsByFanIn()
    let label =
        "mlp \(hidden.map(String.init).joined(separator: "-"))"
        + (activation == .relu ? "" : " \(activation.rawValue)")
        + (last.map { ", outputs \($0.rawValue)" } ?? "")
    return ModelRecipe(label) {
        form throws(ModelError) in
        let (outputs, loss) = try form.outputs(for: "mlp")
        var layers: [any Layer] = []
        var width = form.features
        for next in hidden {
            layers.append(
                Dense(
                    width: width, units: next,
                    initialization: isFanIn ? .fanIn : Initialization(before: activation)))
            layers.append(ElementWise(f: activation, width: next))
            width = next
        }
        layers.append(
            Dense(width: width, units: outputs, initialization: isFanIn ? .fanIn : .glorot))
        if let last { layers.append(ElementWise(f: last, width: outputs)) }
        return Network(layers, loss: loss)
    }
}

extension Settings {
    /// Reads `initialization`: whether weights and biases are drawn as PyTorch does by itself.
    fileprivate func drawsByFanIn() -> Bool {
        choice(
            "initialization", of: ["standard": false, "pytorch": true], default: "standard",
            "He before a ReLU, else Glorot, biases 0; or both uniform in 1/sqrt(inputs) as PyTorch")
    }

    /// Reads the key `activation` of a model.
    func activation(_ meaning: String) -> Activation {
        choice(
            "activation", of: ["relu": Activation.relu, "tanh": .tanh, "sigmoid": .sigmoid],
            default: "relu", meaning)
    }
}

/// The sizes of an image between two layers.
struct ImageSize {
    var height: Int, width: Int, channels: Int

    /// How many places a channel has.
    var places: Int { height * width }
}

extension SampleForm {
    /// Returns how many outputs the targets of samples without symbols ask for, and the loss that
    /// fits.
    func outputs(for model: String) throws(ModelError) -> (count: Int, loss: Loss) {
        try refuseSymbols(for: model)
        switch target {
        case .numbers(let targets): return (targets, .squaredError)
        case .classes: return (try classes(for: model), .crossEntropy(positions: 1))
        }
    }

    /// Returns the classes of samples that have one label and no symbols.
    func classes(for model: String) throws(ModelError) -> Int {
        try refuseSymbols(for: model)
        guard case .classes(let classes, 1) = target else {
            throw ModelError(
                "expected a data set with one class per sample for \(model), found numbers to"
                    + " predict; use linear_regression or mlp")
        }
        return classes
    }

    /// Returns the sizes of samples that are images.
    func image(for model: String) throws(ModelError) -> ImageSize {
        guard shape.count == 3 else {
            throw ModelError(
                "expected images (height, width, channels) for \(model), found samples of the shape"
                    + " \(shape); use mlp")
        }
        return ImageSize(height: shape[0], width: shape[1], channels: shape[2])
    }

    func refuseSymbols(for model: String) throws(ModelError) {
        if vocabulary != nil {
            throw ModelError(
                "expected samples of numbers for \(model), found sequences of symbols; use"
                    + " char_lstm, char_gru or word_lstm")
        }
    }
}
