public import Datasets
import Federation
public import Reporting
public import Scenarios
public import Settings

/// A study whose data are there and whose partitions are drawn; or the one comparison of a file
/// without studies.
public struct PreparedStudy: Sendable {
    /// The name of the study; nil in a file without studies.
    public let name: String?
    /// Variant by variant, inside cell by cell of the grid, inside seed by seed; at least one.
    public let runs: [PreparedRun]
    /// What the others are compared with, if anything.
    public let baseline: ScenarioFile.Baseline?

    /// Prepares all runs.
    ///
    /// - Parameter supply: has what runs before them use.
    /// - Throws: `SettingsError` for data that can't be had, dealt or compared.
    public init(
        _ study: ScenarioFile.Study, _ supply: inout DataSupply
    ) throws(SettingsError) {
        name = study.name
        baseline = study.baseline
        var runs: [PreparedRun] = []
        for run in study.runs { runs.append(try PreparedRun(run, &supply)) }
        self.runs = runs
        guard let baseline else { return }
        func mistake(_ message: String) -> SettingsError {
            SettingsError(diagnostics: [Diagnostic(place: baseline.place, message: message)])
        }
        if let blind = runs.first(where: { $0.dataset.count(of: .test) == 0 }) {
            throw mistake(
                "a baseline compares evaluations on the test part, but the data set of"
                    + " \(blind.name) has none")
        }
        if let other = runs.first(where: { $0.metric != runs[0].metric }) {
            throw mistake(
                "a baseline needs one metric for all variants, but \(runs[0].name) has"
                    + " \(runs[0].metric.name) and \(other.name) has \(other.metric.name)")
        }
    }
}

/// What came of a study.
public struct StudyResult: Sendable {
    /// A summary for each variant and cell of the grid, in file order.
    public let summaries: [VariantSummary]
    /// The variants beside the baseline, if there is one.
    public let against: AgainstBaseline?

    /// How many runs failed.
    public var failures: Int { summaries.reduce(0) { $0 + $1.failures } }
}

/// Runs all variants of a comparison over all its seeds, one after the other.
public enum Comparison {
    /// Makes the folders of all runs of all studies, before the first one starts.
    ///
    /// - Throws: `UsageError` when one holds a run already or can't be written.
    public static func prepareFolders(_ studies: [PreparedStudy], _ options: RunOptions) throws {
        for study in studies {
            let folder = folder(of: study, in: options.folder)
            for run in study.runs {
                try RunFolder.prepare(
                    Self.folder(of: run, in: folder), overwrite: options.overwrite)
            }
        }
    }

    /// Runs a study whose folders are made, and writes comparison.csv, a row for each run; with a
    /// baseline against.csv; with a grid of two keys heatmap.svg.
    ///
    /// A run that fails (diverges, for example) is told at once and counted in its variant's summary;
    /// the others still run. An interruption ends the comparison.
    ///
    /// - Parameter options: `folder` is that of all studies; each run has VARIANT/seed-N inside, or
    ///   STUDY/VARIANT/seed-N.
    public static func run(_ study: PreparedStudy, _ options: RunOptions, cache: DataCache) throws
        -> StudyResult
    {
        options.announce()
        let folder = folder(of: study, in: options.folder)
        for name in ["comparison.csv", "against.csv", "heatmap.svg"] {
            Files.remove("\(folder)/\(name)")
        }
        let title = study.name.map { "\($0): " } ?? ""
        var rows: [ComparisonRow] = []
        for (index, run) in study.runs.enumerated() {
            let name = "\(title)\(run.name), seed \(run.scenario.seed)"
            var own = options
            own.announcement = ""
            own.folder = Self.folder(of: run, in: folder)
            own.prefix = "[\(index + 1)/\(study.runs.count)] \(name)"
            var row = ComparisonRow(
                variant: run.variant, cell: run.cell.map(\.value), seed: run.scenario.seed,
                summary: nil)
            do {
                row.summary = try Simulation.run(run, own, cache: cache)
            } catch let error as RunError where error.exitCode == 1 {
                writeError("error: \(name): \(error)")
                if error.isDivergence { row.constant = run.dataset.constantPrediction() }
            }
            rows.append(row)
        }
        return try result(study, rows, folder)
    }

    private static func result(
        _ study: PreparedStudy, _ rows: [ComparisonRow], _ folder: String
    ) throws -> StudyResult {
        let grid = study.runs.first?.cell.map(\.key) ?? []
        let metric = study.runs.first?.metric ?? .accuracy
        let against = study.baseline.map {
            AgainstBaseline(
                rows, grid: grid, metric: metric, baseline: $0.variant, target: $0.target)
        }
        let missing = study.runs.first?.missing ?? .empty
        try write(
            rows, comparisonColumns(grid: grid), missing, to: "\(folder)/comparison.csv")
        if let against {
            try write(
                against.rows, againstColumns(grid: grid), missing, to: "\(folder)/against.csv")
        }
        if Set(study.runs.map(\.metric)).count == 1,
            let map = heatMap(rows, grid: grid, metric: metric, against: against)
        {
            try Files.write(Array(map.svg().utf8), to: "\(folder)/heatmap.svg")
        }
        return StudyResult(summaries: summaries(study, rows), against: against)
    }

    private static func summaries(_ study: PreparedStudy, _ rows: [ComparisonRow])
        -> [VariantSummary]
    {
        var names: [String] = []
        for run in study.runs where !names.contains(run.name) { names.append(run.name) }
        return names.compactMap { name in
            let own = zip(study.runs, rows).filter { $0.0.name == name }
            guard let run = own.first?.0 else { return nil }
            return VariantSummary(
                name: run.variant, cell: run.cell.map { ($0.key, $0.value) },
                schedulers: "\(run.scenario.server.schedulerLabel)"
                    + " / \(run.scenario.client.schedulerLabel)",
                runs: own.compactMap(\.1.summary), failures: own.count { $0.1.summary == nil })
        }
    }

    private static func write<Row>(
        _ rows: [Row], _ columns: [Column<Row>], _ missing: MissingNumber, to path: String
    ) throws {
        let lines = [csvHeader(columns)] + rows.map { csvLine(columns, $0, missing: missing) }
        try Files.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: path)
    }

    /// The study's own folder in the one of all, or just that one.
    private static func folder(of study: PreparedStudy, in folder: String) -> String {
        study.name.map { "\(folder)/\($0)" } ?? folder
    }

    /// VARIANT/seed-N inside the comparison's folder.
    public static func folder(of run: PreparedRun, in folder: String) -> String {
        "\(folder)/\(run.name)/seed-\(run.scenario.seed)"
    }
}
