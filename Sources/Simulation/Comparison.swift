public import Datasets
public import Reporting
import Scenarios

/// Runs all variants of a comparison over all its seeds, one after the other.
public enum Comparison {
    /// Runs everything and returns a summary for each variant, in file order.
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
            own.prefix = "[\(index + 1)/\(runs.count)] \(run.variant), seed \(run.scenario.seed)"
            do {
                summaries.append((run, try Simulation.run(run, own, cache: cache)))
            } catch let error as RunError where error.exitCode == 1 {
                writeError("error: \(run.variant), seed \(run.scenario.seed): \(error)")
                summaries.append((run, nil))
            }
        }
        var names: [String] = []
        for run in runs where !names.contains(run.variant) { names.append(run.variant) }
        return names.map { name in
            let own = summaries.filter { $0.run.variant == name }
            let scenario = own.first?.run.scenario
            return VariantSummary(
                name: name,
                schedulers: scenario.map {
                    "\($0.server.schedulerLabel) / \($0.client.schedulerLabel)"
                } ?? "",
                runs: own.compactMap(\.summary), failures: own.count { $0.summary == nil })
        }
    }

    /// VARIANT/seed-N inside the comparison's folder.
    public static func folder(of run: PreparedRun, in folder: String) -> String {
        "\(folder)/\(run.variant)/seed-\(run.scenario.seed)"
    }
}
