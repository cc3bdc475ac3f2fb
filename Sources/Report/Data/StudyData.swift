public import Reporting
public import Simulation

/// A comparison, one study of a comparison, or a single run, as a report shows it.
public struct StudyData: Sendable {
    /// Which of the three it is.
    public enum Kind: Sendable {
        /// Variants over seeds and cells.
        case comparison
        /// A single run without others.
        case run
    }

    /// Which kind of results it has.
    public let kind: Kind
    /// The name of the comparison, with that of the study.
    public let title: String
    /// The folder that was named, as it was named, with the folder of the study.
    public let folder: String
    /// What says how good a model is.
    public let metric: Metric
    /// The metric that rounds are counted to; nil for none.
    public let target: Double?
    /// The keys of the grid.
    public let grid: [String]
    /// The keys that seeds draw.
    public let drawn: [String]
    /// The seeds in their order.
    public let seeds: [UInt64]
    /// The variants in the order of colours: the baseline first, then in file order.
    public internal(set) var variants: [VariantData]
    /// Whether the scenario names a baseline. Without one the first variant is in its place.
    public let namesBaseline: Bool
    /// How the runs were planned; nil for a single run.
    public let source: ComparisonFile.Source?
    /// What came of the variants over the seeds; nil of a single run.
    public let statistics: StudyStatistics?
    /// The resolved scenario of a run that is shown; nil if it cannot be read.
    public internal(set) var scenario: ScenarioFacts?
    /// How the samples are divided among the clients, in the first run that is shown.
    public internal(set) var partition: PartitionCounts?

    /// All runs, variant by variant.
    public var runs: [RunData] { variants.flatMap(\.runs) }

    /// The variant that the others are compared with; nil if there is only one.
    public var baseline: VariantData? { variants.count > 1 ? variants.first : nil }

    /// The largest number of rounds of a run.
    public var rounds: Int { runs.map(\.plannedRounds).max() ?? 0 }

    /// Whether each seed draws a partition of its own.
    public var hasPartitionOfEachSeed: Bool {
        Set(runs.compactMap { $0.file?.partitionKey }).count > 1
    }

    /// Counts the runs with a status.
    public func count(_ status: RunStatus) -> Int { runs.count { $0.status == status } }

    /// Returns the study with the roles of a whole page: one name has one colour in all studies.
    /// The baseline keeps role 0.
    func withRoles(_ roles: [String: Int]) -> StudyData {
        var study = self
        for (place, variant) in variants.enumerated() where place > 0 {
            let role = roles[variant.name] ?? place
            study.variants[place].index = role > 0 ? role : roles.count
        }
        return study
    }
}
