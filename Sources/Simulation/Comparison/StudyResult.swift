public import Reporting
import Settings

/// What came of a study, or of that part of it that has ended.
public struct StudyResult: Sendable {
    /// The study with all its runs.
    public let study: PlannedStudy
    /// A summary for each variant and cell of the grid, in file order.
    public let summaries: [VariantSummary]
    /// The variants beside the baseline, if there is one and it has a run.
    public let against: AgainstBaseline?
    /// The statistics over the seeds.
    public let statistics: StudyStatistics
    /// How many runs are missing, since the comparison ended before them.
    public let missing: Int
    /// How many runs have files that cannot be used.
    public let damaged: Int

    /// Whether no run has finished or failed.
    public var isEmpty: Bool { summaries.allSatisfy { $0.runs.isEmpty && $0.failures == 0 } }

    /// Computes the summaries of a study's runs.
    ///
    /// - Parameter entries: the runs of the study in its order; their rows are read.
    public init(_ study: PlannedStudy, _ entries: [ComparisonState.Entry]) {
        self.study = study
        let rows = entries.map(\.row)
        damaged = entries.count { $0.status == .damaged }
        let ended = rows.compactMap(\.self)
        against = study.baseline.flatMap { baseline in
            guard ended.contains(where: { $0.variant == baseline }) else { return nil }
            return AgainstBaseline(
                ended, grid: study.grid, metric: study.metric, baseline: baseline,
                target: study.target)
        }
        missing = rows.count - ended.count - damaged
        var names: [String] = []
        // Looked up only, so their order does not matter.
        var members: [String: [Int]] = [:]
        for (index, run) in study.runs.enumerated() {
            if members[run.name] == nil { names.append(run.name) }
            members[run.name, default: []].append(index)
        }
        summaries = names.compactMap { name in
            guard let own = members[name], let first = own.first else { return nil }
            let run = study.runs[first]
            let there = own.compactMap { rows[$0] }
            return VariantSummary(
                name: run.variant, cell: run.cell.map { ($0.key, $0.value) },
                methods: run.methods, runs: there.compactMap(\.summary),
                failures: there.count { $0.summary == nil }, missing: own.count - there.count)
        }
        statistics = StudyStatistics(
            ended,
            planned: names.compactMap { name in
                guard let own = members[name], let first = own.first else { return nil }
                let run = study.runs[first]
                return PlannedVariant(
                    name: run.variant, cell: run.cell.map(\.value), methods: run.methods,
                    runs: own.count)
            }, grid: study.grid, baseline: study.baseline, targetShare: study.target,
            seed: study.runs.map(\.seed).min() ?? 0, map: JobQueue.map)
    }

    /// Returns the printed tables of the study, under its name.
    ///
    /// - Parameter cutsNames: whether long names of variants are cut, for a terminal.
    public func text(cutsNames: Bool) -> String {
        (study.name.map { "study \($0)\n" } ?? "")
            + comparisonText(summaries, statistics, cutsNames: cutsNames)
            + incomplete
            + (against.map { "\n" + $0.text } ?? "") + (study.name == nil ? "" : "\n")
    }

    private var incomplete: String {
        let parts = [(missing, "missing"), (damaged, "damaged")].filter { $0.0 > 0 }
        guard let first = parts.first else { return "" }
        return "the comparison is not complete: \(first.0) of"
            + " \(counted(study.runs.count, "run")) \(first.0 == 1 ? "is" : "are") \(first.1)"
            + parts.dropFirst().map { ", \($0.0) \($0.1)" }.joined() + "\n"
    }
}
