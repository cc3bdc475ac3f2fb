/// What a model is made for: the form of a data set's samples and targets.
public struct SampleForm: Equatable, Sendable {
    /// What is predicted for a sample.
    public enum Target: Equatable, Sendable {
        /// The label is one of `Int` classes at each position; a sequence has more than one
        /// position.
        case classes(Int, positions: Int)
        /// The target is a list of `Int` numbers.
        case numbers(Int)
    }

    /// The dimensions of a sample: [height, width, channels] of an image, [length] of a sequence or
    /// of a row of features.
    public var shape: [Int]
    /// How many symbols there are where a sample is a sequence of them; nil for numbers.
    public var vocabulary: Int?
    /// What the model predicts.
    public var target: Target

    /// Makes a form from its facts.
    public init(shape: [Int], vocabulary: Int? = nil, target: Target) {
        self.shape = shape
        self.vocabulary = vocabulary
        self.target = target
    }

    /// How many numbers a sample has.
    public var features: Int { shape.reduce(1, *) }
}

/// Why a model does not fit a data set, as a sentence that says what would be right.
public struct ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reason as a sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
