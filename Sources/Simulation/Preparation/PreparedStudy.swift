import Datasets
import Reporting
public import Scenarios
public import Settings

/// A study whose data are there and whose partitions are drawn; or the one comparison of a file
/// without studies.
public struct PreparedStudy: Sendable {
    /// The name of the study; nil in a file without studies.
    public let name: String?
    /// Variant by variant, inside cell by cell of the grid, inside seed by seed; at least one.
    public let runs: [PreparedRun]
    /// The variant that the others are compared with; nil if there is none.
    public let baseline: ScenarioFile.Baseline?

    /// Prepares all runs of a study.
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
