/// What a model is made for: the form of a data set's samples and targets.
public struct SampleForm: Equatable, Sendable {
    /// What is predicted for a sample.
    public enum Target: Equatable, Sendable {
        /// One of so many classes at each position; sequences have more positions than one.
        case classes(Int, positions: Int)
        /// So many numbers.
        case numbers(Int)
    }

    /// The dimensions of a sample: [height, width, channels] of an image, [length] of a sequence or
    /// of a row of features.
    public var shape: [Int]
    /// How many symbols there are where a sample is a sequence of them; nil for numbers.
    public var vocabulary: Int?
    /// What is predicted.
    public var target: Target

    /// A form.
    public init(shape: [Int], vocabulary: Int? = nil, target: Target) {
        self.shape = shape
        self.vocabulary = vocabulary
        self.target = target
    }

    /// Numbers per sample.
    public var features: Int { shape.reduce(1, *) }
}

/// Why a model can't be made for a data set, as a sentence that says what would be right.
public struct ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
