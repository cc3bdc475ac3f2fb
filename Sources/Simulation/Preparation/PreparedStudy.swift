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
        if let index = runs.firstIndex(where: { $0.metric != runs[0].metric }) {
            throw SettingsError(diagnostics: [
                Diagnostic(
                    place: study.runs[index].place(of: "model"),
                    message: "model: expected one metric for all variants of a study, found"
                        + " \(runs[0].metric.name) of \(runs[0].name) and"
                        + " \(runs[index].metric.name) of \(runs[index].name); set"
                        + " evaluation.metric, or put them into studies of their own")
            ])
        }
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
    }

    /// Returns the warning about perplexities over different symbols; nil if there are none.
    ///
    /// - Parameter places: the runs with their locations in the scenario file, in the same order.
    public func vocabularyWarning(_ places: [ScenarioFile.ConfiguredRun]) -> Diagnostic? {
        guard runs[0].metric == .perplexity else { return nil }
        let first = runs[0].dataset
        let other = zip(runs, places).first { run, _ in
            run.dataKey != runs[0].dataKey && run.dataset.classNames != first.classNames
        }
        guard let (run, place) = other else { return nil }
        return Diagnostic(
            place: place.place(of: "data.dataset"), severity: .warning,
            message: "data.dataset: expected one vocabulary for all runs of a study, found"
                + " \(counted(first.classes, "symbol")) of \(runs[0].name) and"
                + " \(counted(run.dataset.classes, "symbol")) of \(run.name), which differ;"
                + " perplexities over different symbols cannot be compared")
    }
}
