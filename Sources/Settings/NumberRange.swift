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

    /// Any finite number.
    public static var any: Self { Self(.none, .none, "", example: 1) }

    /// Greater than 0.
    public static var positive: Self { above(0) }

    /// 0 or more.
    public static var nonNegative: Self { atLeast(0) }

    /// `bound` or more.
    public static func atLeast(_ bound: Value) -> Self {
        Self(.including(bound), .none, "\(spelled(bound)) or more", example: max(bound, 1))
    }

    /// Greater than `bound`.
    public static func above(_ bound: Value) -> Self {
        Self(
            .excluding(bound), .none, "greater than \(spelled(bound))",
            example: bound < 1 ? 1 : bound + 1)
    }

    /// From `lower` to `upper`, both included.
    public static func between(_ lower: Value, _ upper: Value) -> Self {
        Self(
            .including(lower), .including(upper),
            "between \(spelled(lower)) and \(spelled(upper))", example: upper)
    }

    /// At least `min` and less than `bound`.
    public static func below(_ bound: Value, min: Value) -> Self {
        Self(
            .including(min), .excluding(bound),
            "at least \(spelled(min)) and less than \(spelled(bound))", example: min)
    }

    /// Greater than 0 and at most `bound`.
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
    /// 0 or more and less than 1, such as a momentum.
    public static var fraction: Self { below(1, min: 0) }
}
