import Datasets
import Reporting
public import Scenarios
public import Settings

/// A study with its data and its partitions. A file without studies has one such value, its
/// comparison.
public struct PreparedStudy: Sendable {
    /// The name of the study; nil in a file without studies.
    public let name: String?
    /// The runs: variants outside, then cells of the grid, then seeds inside. There is at least
    /// one.
    public let runs: [PreparedRun]
    /// The variant that the others are compared with; nil if there is none.
    public let baseline: ScenarioFile.Baseline?

    /// Prepares all runs of a study.
    ///
    /// - Parameter supply: contains the data that earlier runs use.
    /// - Throws: `SettingsError` if data are missing, cannot be divided, or cannot be compared.
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
            SettingsError(diagnostics: [
                Diagnostic(place: baseline.place, message: "compare.baseline: \(message)")
            ])
        }
        if let blind = runs.first(where: { $0.dataset.count(of: .test) == 0 }) {
            throw mistake(
                "expected test samples in all runs, found none in the data set of \(blind.name);"
                    + " use other data, or leave the baseline out")
        }
        if let other = runs.first(where: { $0.metric != runs[0].metric }) {
            throw mistake(
                "expected one metric for all variants, found \(runs[0].metric.name) of"
                    + " \(runs[0].name) and \(other.metric.name) of \(other.name); leave the"
                    + " baseline out")
        }
    }
}
