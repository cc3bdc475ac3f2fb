public import Settings

/// A model's recipe: what the scenario says of it, before the data's form is known.
public struct ModelRecipe: Sendable {
    /// A one-line description: "mlp 200".
    public let label: String
    /// Whether the model predicts words, so that perplexity says how good it is.
    public let predictsWords: Bool
    private let make: @Sendable (SampleForm) throws(ModelError) -> Network

    init(
        _ label: String, predictsWords: Bool = false,
        _ make: @escaping @Sendable (SampleForm) throws(ModelError) -> Network
    ) {
        (self.label, self.predictsWords, self.make) = (label, predictsWords, make)
    }

    /// Returns the network for samples of this form.
    ///
    /// - Throws: `ModelError` where the model can't take such samples.
    public func network(for form: SampleForm) throws(ModelError) -> Network { try make(form) }
}

/// The kinds of model: `model.kind` in a scenario.
public let models: [Registered<ModelRecipe>] = [
    Registered("softmax_regression", "one dense layer and softmax; convex", softmaxRegression),
    Registered("linear_regression", "one dense layer and squared error; convex", linearRegression),
    Registered(
        "mlp", "multilayer perceptron of any depth; relu, tanh or sigmoid", multilayerPerceptron),
    Registered(
        "cnn", "convolutions with pooling, then dense layers; McMahan et al. 2017",
        convolutionalNetwork),
    Registered("lenet", "LeNet-5 as used for CIFAR-10: two convolutions, three dense", leNet),
    Registered(
        "resnet", "residual network with group normalization, as used for CIFAR; He et al. 2015",
        residualNetwork),
    Registered(
        "char_lstm", "LSTM over sequences of characters; predicts each next one or one class",
        characterLSTM),
    Registered(
        "char_gru", "GRU over sequences of characters; predicts each next one or one class",
        characterGRU),
    Registered(
        "word_lstm", "LSTM over sequences of words; predicts each next one; Zaremba et al. 2014",
        wordLSTM),
]
