import Settings

/// `evaluation`: when the global model is tested.
public struct EvaluationSection: Sendable {
    /// Every so many rounds, and after the last; 0 turns evaluation off.
    public let every: Int
    /// The accuracy that "rounds to target" waits for.
    public let targetAccuracy: Double?

    init(_ settings: Settings) {
        every = settings.integer(
            "every", default: 1, in: .nonNegative,
            "evaluate after every so many rounds and after the last; 0 for never")
        targetAccuracy = settings.optionalNumber(
            "target_accuracy", in: .positiveUpTo(1), "accuracy that rounds to target waits for")
    }

    /// Whether the model is evaluated after this round (from 0) of so many.
    public func isDue(round: Int, of rounds: Int) -> Bool {
        every > 0 && ((round + 1) % every == 0 || round + 1 == rounds)
    }
}
