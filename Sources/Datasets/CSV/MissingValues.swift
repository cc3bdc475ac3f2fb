/// Words that mean a missing value, and the action on such rows.
package enum MissingValues {
    /// The action on a row without a value that the model needs.
    package enum Policy: UInt64, Sendable {
        /// The first such row is refused.
        case refuse
        /// Such rows are left out, and counted.
        case drop
        /// The words are names of classes and clients like any others; numbers may not be missing.
        case keep
        /// A missing number of a feature becomes the mean of its column. Labels and clients may not
        /// be missing.
        case mean
    }

    /// - Source: those that pandas 3 reads as missing by default, and "?", which UCI's files have.
    private static let words: Set<String> = [
        "", "?", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND",
        "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "NAN", "None", "n/a", "nan", "null", "NaT",
    ]

    /// Returns whether a cell is empty or has a word for a missing value.
    static func contains(_ cell: String) -> Bool { words.contains(cell) }

    /// Returns what a user can do about a missing value.
    ///
    /// - Parameter also: the policy that helps beside `drop`.
    static func advice(_ also: Policy) -> String {
        let other =
            switch also {
            case .keep: ", or keep the word as a name with missing: keep"
            case .mean: ", or use the mean of the column with missing: mean"
            case .refuse, .drop: ""
            }
        return "fill it in, or leave such rows out with data.dataset.missing: drop" + other
    }
}
