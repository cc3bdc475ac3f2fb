import Settings

/// The section `output`: how results are written.
public struct OutputSection: Sendable {
    /// The content of a CSV cell without a number, such as the accuracy of a round without an
    /// evaluation.
    public enum Missing: Sendable {
        /// An empty cell, but `NaN` in columns that readers would else take for text.
        case auto
        /// An empty cell, which readers read as a missing value. If all cells are empty, a reader
        /// cannot find out that the column contains numbers.
        case empty
        /// The word `NaN`, with which readers read the column as numbers.
        case nan
    }

    /// The content of a cell without a number.
    public let missing: Missing
    /// Whether the run writes an event file for TensorBoard.
    public let tensorBoard: Bool

    init(_ settings: Settings) {
        missing = settings.choice(
            "missing", of: ["auto": .auto, "empty": .empty, "NaN": .nan], default: "auto",
            "content of CSV cells without a number; auto: empty, but NaN in a column that has no"
                + " number in its first 100 rows")
        tensorBoard = settings.flag(
            "tensorboard", default: false, "write an event file for TensorBoard")
    }
}
