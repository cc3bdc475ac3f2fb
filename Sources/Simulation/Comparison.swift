public import Datasets
public import Reporting
import Scenarios

/// Runs all variants of a comparison over all its seeds, one after the other.
public enum Comparison {
    /// Runs everything and returns a summary for each variant and cell of the grid, in file order; a
    /// row for each run goes to comparison.csv.
    ///
    /// A run that fails (diverges, for example) is told at once and counted in its variant's summary;
    /// the others still run. An interruption ends the comparison.
    ///
    /// - Parameters:
    ///   - runs: variant by variant and, inside, seed by seed.
    ///   - options: `folder` is the comparison's; each run has VARIANT/seed-N inside.
    public static func run(_ runs: [PreparedRun], _ options: RunOptions, cache: DataCache) throws
        -> [VariantSummary]
    {
        // All folders are checked before the first run starts.
        for run in runs {
            try RunFolder.prepare(folder(of: run, in: options.folder), overwrite: options.overwrite)
        }
        options.announce()
        var summaries: [(run: PreparedRun, summary: RunSummary?)] = []
        for (index, run) in runs.enumerated() {
            var own = options
            own.announcement = ""
            own.folder = folder(of: run, in: options.folder)
            own.prefix = "[\(index + 1)/\(runs.count)] \(run.name), seed \(run.scenario.seed)"
            do {
                summaries.append((run, try Simulation.run(run, own, cache: cache)))
            } catch let error as RunError where error.exitCode == 1 {
                writeError("error: \(run.name), seed \(run.scenario.seed): \(error)")
                summaries.append((run, nil))
            }
        }
        try write(summaries, to: "\(options.folder)/comparison.csv")
        var names: [String] = []
        for run in runs where !names.contains(run.name) { names.append(run.name) }
        return names.compactMap { name in
            let own = summaries.filter { $0.run.name == name }
            guard let run = own.first?.run else { return nil }
            return VariantSummary(
                name: run.variant, cell: run.cell.map { ($0.key, $0.value) },
                schedulers: "\(run.scenario.server.schedulerLabel)"
                    + " / \(run.scenario.client.schedulerLabel)",
                runs: own.compactMap(\.summary), failures: own.count { $0.summary == nil })
        }
    }

    private static func write(
        _ runs: [(run: PreparedRun, summary: RunSummary?)], to path: String
    ) throws {
        let columns = comparisonColumns(grid: runs.first?.run.cell.map(\.key) ?? [])
        let lines = runs.map { run, summary in
            csvLine(
                columns,
                ComparisonRow(
                    variant: run.variant, cell: run.cell.map(\.value), seed: run.scenario.seed,
                    summary: summary))
        }
        let text = ([csvHeader(columns)] + lines).map { $0 + "\n" }.joined()
        try Files.write(Array(text.utf8), to: path)
    }

    /// VARIANT/seed-N inside the comparison's folder.
    public static func folder(of run: PreparedRun, in folder: String) -> String {
        "\(folder)/\(run.name)/seed-\(run.scenario.seed)"
    }
}
