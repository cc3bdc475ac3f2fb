public import Federation
import Statistics

/// One run of a comparison: a row of comparison.csv.
public struct ComparisonRow: Equatable, Sendable {
    /// The folder of the run inside that of the table.
    public var folder: String
    /// The name of the variant.
    public var variant: String
    /// The values of the grid's keys, in the grid's order.
    public var cell: [String]
    /// The values that the seed draws, in the order of their keys.
    public var drawn: [String]
    /// The seed of the run.
    public var seed: UInt64
    /// What came of it; nil where it failed.
    public var summary: RunSummary?
    /// What came of the rounds of a run that failed; nil where it finished.
    public var partialSummary: RunSummary?
    /// Where it diverged: what a constant prediction comes to, as which it then counts
    /// beside a baseline; nil where it failed in another way.
    public var constant: Double?
    /// Why it failed, in words; nil where it finished.
    public var reason: String?
    /// The rounds until its metric was as good as a share of the best of the baseline's run with
    /// its seed in its cell. The share is `compare.target`. Nil where it never was.
    public var roundsToCompareTarget: Int?
    /// The methods that made the run.
    public var methods: Methods
    /// Names what the run computes; empty if it could not start.
    public var digest: String
    /// Names the partition of its data; empty if it could not start.
    public var partitionKey: String
    /// The recalls of the classes after the last evaluation, in class order; none where they were
    /// not counted, or the run failed.
    public var recalls: [ClassEvaluation]

    /// Makes the row of a run.
    public init(
        folder: String = "", variant: String, cell: [String], drawn: [String] = [], seed: UInt64,
        summary: RunSummary?, partialSummary: RunSummary? = nil, constant: Double? = nil,
        reason: String? = nil, methods: Methods = Methods(), digest: String = "",
        partitionKey: String = "", recalls: [ClassEvaluation] = []
    ) {
        (self.folder, self.variant, self.cell, self.drawn) = (folder, variant, cell, drawn)
        (self.seed, self.summary, self.partialSummary) = (seed, summary, partialSummary)
        (self.constant, self.reason, self.methods) = (constant, reason, methods)
        (self.digest, self.partitionKey, self.recalls) = (digest, partitionKey, recalls)
    }

    /// The mean recall of the classes with test samples, 0...1; nil if none was counted.
    public var balancedAccuracy: Double? { mean(recalls.compactMap(\.recall.value)) }
}
