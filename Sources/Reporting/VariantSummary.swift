/// One variant of a comparison, in one cell of its grid, over its seeds.
public struct VariantSummary: Sendable {
    /// A key that the comparison's grid sets, and its value.
    public typealias CellValue = (key: String, value: String)

    /// The variant's name.
    public let name: String
    /// The cell of the grid; empty where the comparison has none.
    public let cell: [CellValue]
    /// Its schedulers, with forms.
    public let schedulers: String
    /// A summary for each seed whose run finished.
    public let runs: [RunSummary]
    /// How many runs failed: diverged, for example.
    public let failures: Int

    /// A variant.
    public init(
        name: String, cell: [CellValue] = [], schedulers: String, runs: [RunSummary],
        failures: Int = 0
    ) {
        self.name = name
        self.cell = cell
        self.schedulers = schedulers
        self.runs = runs
        self.failures = failures
    }
}
