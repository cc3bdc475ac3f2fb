package import Settings

/// Which scheduler state a client keeps for its next round. The comment of each rule says what this
/// means for the rule.
public enum CarryOver: String, Sendable {
    /// The client keeps the whole state, as if all rounds were one.
    case all
    /// The client keeps the rates, without values that belong to the weights of the last round.
    case ratesOnly = "lr_only"
    /// The client keeps nothing: each round starts from the sent rate.
    case reset

    /// Reads the key `carry`.
    package init(_ settings: Settings, default word: CarryOver) {
        self = settings.choice(
            "carry", of: ["all": .all, "lr_only": .ratesOnly, "reset": .reset],
            default: word.rawValue, "what a client takes from its round into its next one")
    }
}
