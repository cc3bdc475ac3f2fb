/// The numbers that a key accepts, with the words for a message and an example.
///
///     NumberRange<Double>.positive.phrase         // "greater than 0"
///     NumberRange<Int>.between(1, 8).contains(9)  // false
public struct NumberRange<Value: Comparable & Numeric & Sendable>: Sendable {
    private enum Bound: Sendable {
        case none
        case including(Value)
        case excluding(Value)
    }

    private let lower: Bound
    private let upper: Bound
    /// The range in words, such as "greater than 0"; empty for any number.
    public let phrase: String
    /// The phrase as it follows "a number": "of 0 or more", "greater than 0".
    var phraseAfterNoun: String {
        phrase.hasPrefix("at least") || phrase.first?.isNumber == true || phrase.hasPrefix("-")
            ? "of \(phrase)" : phrase
    }
    /// A value in the range, for messages about keys without a default.
    let example: Value

    private init(_ lower: Bound, _ upper: Bound, _ phrase: String, example: Value) {
        (self.lower, self.upper, self.phrase, self.example) = (lower, upper, phrase, example)
    }

    /// Returns whether the range contains the value; never true for NaN, except in `any`.
    public func contains(_ value: Value) -> Bool {
        let isAbove =
            switch lower {
            case .none: true
            case .including(let bound): value >= bound
            case .excluding(let bound): value > bound
            }
        let isBelow =
            switch upper {
            case .none: true
            case .including(let bound): value <= bound
            case .excluding(let bound): value < bound
            }
        return isAbove && isBelow
    }

    /// The range of all finite numbers.
    public static var any: Self { Self(.none, .none, "", example: 1) }

    /// The range of numbers greater than 0.
    public static var positive: Self { above(0) }

    /// The range of 0 and more.
    public static var nonNegative: Self { atLeast(0) }

    /// Returns the range of `bound` and more.
    public static func atLeast(_ bound: Value) -> Self {
        Self(.including(bound), .none, "\(spelled(bound)) or more", example: max(bound, 1))
    }

    /// Returns the range of numbers greater than `bound`.
    public static func above(_ bound: Value) -> Self {
        Self(
            .excluding(bound), .none, "greater than \(spelled(bound))",
            example: bound < 1 ? 1 : bound + 1)
    }

    /// Returns the range from `lower` to `upper`, with both.
    public static func between(_ lower: Value, _ upper: Value) -> Self {
        Self(
            .including(lower), .including(upper),
            "between \(spelled(lower)) and \(spelled(upper))", example: upper)
    }

    /// Returns the range from `min`, with it, to `bound`, without it.
    public static func below(_ bound: Value, min: Value) -> Self {
        Self(
            .including(min), .excluding(bound),
            "at least \(spelled(min)) and less than \(spelled(bound))", example: min)
    }

    /// Returns the range of numbers greater than 0 and at most `bound`.
    public static func positiveUpTo(_ bound: Value) -> Self {
        Self(
            .excluding(0), .including(bound), "greater than 0 and at most \(spelled(bound))",
            example: bound)
    }

    // Whole numbers without ".0": "between 0 and 1" also for doubles.
    private static func spelled(_ value: Value) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension NumberRange<Double> {
    /// The range of a momentum: from 0 to less than 1.
    public static var fraction: Self { below(1, min: 0) }
}
