/// One variant of a comparison, in one cell of its grid, over its seeds.
public struct VariantSummary: Sendable {
    /// A key that the comparison's grid sets, and its value.
    public typealias CellValue = (key: String, value: String)

    /// The name of the variant.
    public let name: String
    /// The cell of the grid; empty where the comparison has none.
    public let cell: [CellValue]
    /// The methods that made its runs.
    public let methods: Methods
    /// A summary for each seed whose run finished.
    public let runs: [RunSummary]
    /// How many runs failed: diverged, for example.
    public let failures: Int
    /// How many runs are missing: the comparison ended before they did.
    public let missing: Int

    /// Makes the summary of a variant.
    public init(
        name: String, cell: [CellValue] = [], methods: Methods, runs: [RunSummary],
        failures: Int = 0, missing: Int = 0
    ) {
        self.name = name
        self.cell = cell
        self.methods = methods
        self.runs = runs
        self.failures = failures
        self.missing = missing
    }

    /// How many of its runs failed or are missing, in brackets and with a space in front; empty
    /// where all finished.
    var gaps: String {
        let parts = [(failures, "failed"), (missing, "missing")].filter { $0.0 > 0 }
        return parts.isEmpty
            ? "" : " (\(parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")))"
    }
}
