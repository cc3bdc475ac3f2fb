import Settings

/// What a client takes from its round into its next one. Each method's own documentation says what
/// that is for it.
public enum CarryOver: String, Sendable {
    /// All of its state: as if the rounds were one.
    case all
    /// What it has learnt of rates, without what belongs to the points of the round before.
    case ratesOnly = "lr_only"
    /// Nothing: each round starts from the rate that the server sent.
    case reset

    /// Reads `carry`.
    init(_ settings: Settings, default word: CarryOver) {
        self = settings.choice(
            "carry", of: ["all": .all, "lr_only": .ratesOnly, "reset": .reset],
            default: word.rawValue, "what a client takes from its round into its next one")
    }
}
