public import Settings

/// A model's recipe: what the scenario says of it, before the data's shape is known.
public struct ModelRecipe: Sendable {
    /// A one-line description: "mlp 200".
    public let label: String
    private let layers: @Sendable (_ inputs: Int, _ classes: Int) -> [any Layer]

    init(
        _ label: String,
        _ layers: @escaping @Sendable (_ inputs: Int, _ classes: Int) -> [any Layer]
    ) {
        self.label = label
        self.layers = layers
    }

    /// The network for samples of `inputs` numbers and `classes` classes.
    public func network(inputs: Int, classes: Int) -> Network { Network(layers(inputs, classes)) }
}

/// The kinds of model: `model.kind` in a scenario.
public let models: [Registered<ModelRecipe>] = [
    Registered("softmax_regression", "one dense layer and softmax; convex", softmaxRegression),
    Registered("mlp", "multilayer perceptron with ReLU, of any depth", multilayerPerceptron),
]

private func softmaxRegression(_ settings: Settings) -> ModelRecipe {
    ModelRecipe("softmax_regression") { inputs, classes in
        [Dense(inputs: inputs, outputs: classes, initialization: .glorot)]
    }
}

private func multilayerPerceptron(_ settings: Settings) -> ModelRecipe {
    let hidden = settings.integers(
        "hidden", default: [200], in: .between(1, 1_000_000), "widths of the hidden layers")
    return ModelRecipe("mlp \(hidden.map(String.init).joined(separator: "-"))") { inputs, classes in
        var layers: [any Layer] = []
        var width = inputs
        for next in hidden {
            layers.append(Dense(inputs: width, outputs: next, initialization: .he))
            layers.append(ReLU(width: next))
            width = next
        }
        layers.append(Dense(inputs: width, outputs: classes, initialization: .glorot))
        return layers
    }
}
