import Settings

/// `output`: how results are written.
public struct OutputSection: Sendable {
    /// What stands in a CSV file where a number is missing, such as the accuracy of a round without
    /// an evaluation.
    public enum Missing: Sendable {
        /// Nothing. Readers take it for a missing value, but one that sees only empty cells cannot
        /// tell that the column holds numbers.
        case empty
        /// The word `NaN`. Readers then take each such column for numbers.
        case nan
    }

    /// What stands where a number is missing.
    public let missing: Missing

    init(_ settings: Settings) {
        missing = settings.choice(
            "missing", of: ["empty": .empty, "NaN": .nan], default: "empty",
            "what CSV files have where a number is missing")
    }
}
