import Federation
public import Reporting
import Scenarios

/// The result of a study, or of the part of it that has finished.
public struct StudyResult: Sendable {
    /// A summary for each variant and cell of the grid, in file order.
    public let summaries: [VariantSummary]
    /// The variants compared with the baseline; nil if there is no baseline or if it has no run.
    public let against: AgainstBaseline?
    /// The number of runs that are missing because the comparison ended before they started.
    public let missing: Int

    /// Whether no run has finished or failed.
    public var isEmpty: Bool { summaries.allSatisfy { $0.runs.isEmpty && $0.failures == 0 } }

    /// Computes the summaries of a study's runs.
    ///
    /// - Parameter ends: the rows of the study's runs, in their order. A run that has neither
    ///   finished nor failed is missing and has nil.
    init(_ study: PreparedStudy, _ ends: [ComparisonRow?]) {
        let grid = study.grid
        let rows = ends.compactMap(\.self)
        against = study.baseline.flatMap { baseline in
            guard rows.contains(where: { $0.variant == baseline.variant }) else { return nil }
            return AgainstBaseline(
                rows, grid: grid, metric: study.metric, baseline: baseline.variant,
                target: baseline.target)
        }
        missing = study.runs.count - rows.count
        var names: [String] = []
        for run in study.runs where !names.contains(run.name) { names.append(run.name) }
        summaries = names.compactMap { name in
            let runs = study.runs.filter { $0.name == name }
            guard let run = runs.first else { return nil }
            let own = zip(study.runs, ends).filter { $0.0.name == name }.compactMap(\.1)
            return VariantSummary(
                name: run.variant, cell: run.cell.map { ($0.key, $0.value) },
                methods: Methods(of: run.scenario), runs: own.compactMap(\.summary),
                failures: own.count { $0.summary == nil }, missing: runs.count - own.count)
        }
    }
}

extension PreparedStudy {
    /// The keys of the grid; empty if there is no grid.
    var grid: [String] { runs.first?.cell.map(\.key) ?? [] }

    /// The metric of the first run; all runs of a study have the same.
    var metric: Metric { runs.first?.metric ?? .accuracy }
}

extension Methods {
    /// Collects the methods that a scenario names.
    init(of scenario: Scenario) {
        self.init(
            serverOptimizer: scenario.server.optimizerLabel,
            clientOptimizer: scenario.client.optimizerLabel,
            correction: scenario.training.correctionKind,
            serverScheduler: scenario.server.schedulerLabel,
            clientScheduler: scenario.client.schedulerLabel)
    }
}
