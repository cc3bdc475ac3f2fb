public import Datasets
import LearningRates
public import Scenarios
public import Settings

/// Returns the warnings about the data of some runs, each one once. The sources report problems in
/// their files. Partition and holdout report samples that no client uses.
///
/// - Parameter places: the runs with their locations in the scenario file, in the same order.
public func dataWarnings(
    of runs: [PreparedRun], places: [ScenarioFile.ConfiguredRun]
) -> [Diagnostic] {
    var said: Set<String> = []
    var sources: Set<String> = []
    var warnings: [Diagnostic] = []
    for (run, place) in zip(runs, places) {
        var found = run.partWarnings
        // A source reads some of its files again to find its warnings, so each source is asked
        // once.
        if sources.insert("\(run.dataKey) \(run.scenario.data.source.files)").inserted {
            found += run.dataNotes.filter { $0.severity == .warning }.map {
                PartWarning(
                    subject: $0.subject, key: "data.dataset", text: $0.text, startsWithFile: true)
            }
        }
        for warning in found where said.insert(warning.subject).inserted {
            warnings.append(
                Diagnostic(
                    .warning, warning.key, warning.text, at: place.place(of: warning.key),
                    startsWithFile: warning.startsWithFile))
        }
    }
    return warnings
}

/// A warning about the clients' parts of the data.
private struct PartWarning {
    /// The subject of the warning. If several warnings have one subject, only the first is given.
    let subject: String
    let key: String
    let text: String
    /// Whether the text starts with the name of a file, as a note of a source does.
    var startsWithFile = false
}

extension Diagnostic {
    /// A diagnostic about the data of a run, with the key that names them.
    ///
    /// - Parameter startsWithFile: whether the text starts with the name of a file. Behind a
    ///   location, such a text has no key in front.
    init(
        _ severity: Severity, _ key: String, _ text: String, at place: SettingLocation?,
        startsWithFile: Bool
    ) {
        self.init(
            place: place, severity: severity,
            message: place != nil && startsWithFile ? text : "\(key): \(text)")
    }
}

extension PreparedRun {
    /// Warnings about the data set, with the facts that `validate` prints.
    public var dataNotes: [DataNote] { scenario.data.source.notes(of: phases[0].sourceDataset) }

    fileprivate var partWarnings: [PartWarning] {
        phases.flatMap { phase in
            [undealt(phase), unvalidated(phase), untested(phase), unused(phase)].compactMap { $0 }
        }
    }

    /// Returns the warning about samples or classes that no client has.
    private func undealt(_ phase: DataPhase) -> PartWarning? {
        UndealtSamples(
            of: phase.sourceDataset, in: phase.sourcePartition, kind: phase.settings.skewKind,
            type(of: phase.settings.skew).remainder
        ).map { PartWarning(subject: $0.subject, key: phase.settings.skewPath, text: $0.text) }
    }

    /// Returns the warning about clients without validation samples, if the scheduler validates.
    private func unvalidated(_ phase: DataPhase) -> PartWarning? {
        guard scenario.client.scheduler.needs.validation else { return nil }
        return shortage(
            of: phase, \.holdout.validation, what: "validation",
            share: scenario.validationFraction,
            subject: "unvalidated \(scenario.client.schedulerKind)",
            key: "data.validation_fraction",
            ending: "\(scenario.client.schedulerKind) validates there on training samples")
    }

    /// Returns the warning about clients without test samples, if the scenario evaluates on the
    /// clients' own samples.
    private func untested(_ phase: DataPhase) -> PartWarning? {
        let share = scenario.data.clientTestFraction
        guard share > 0, scenario.evaluation.perClient != .none else { return nil }
        return shortage(
            of: phase, \.holdout.test, what: "test", share: share, subject: "untested clients",
            key: "data.client_test_fraction",
            ending: "client_evaluations.csv has no test values of these clients")
    }

    /// Returns the warning about clients' test samples that no evaluation uses.
    private func unused(_ phase: DataPhase) -> PartWarning? {
        let test = phase.holdout.test
        guard test.largestSize > 0, scenario.evaluation.perClient == .none else { return nil }
        let held = test.totalSize
        guard held > 0 else { return nil }
        return PartWarning(
            subject: "unused client tests", key: "data.client_test_fraction",
            text:
                "expected evaluations on \(counted(held, "sample")) held out, found none; no client"
                + " trains on them; set evaluation.per_client: cohort or all, or"
                + " leave client_test_fraction out")
    }

    private func shortage(
        of phase: DataPhase, _ path: KeyPath<DataPhase, any Population>, what: String,
        share: Double, subject: String, key: String,
        ending: String
    ) -> PartWarning? {
        let part = phase[keyPath: path]
        var (lacking, most) = (0, 0)
        var first: [String] = []
        for client in part.surveyed where part.size(of: client) == 0 {
            let own = phase.partition.size(of: client)
            guard own > 0 else { continue }
            lacking += 1
            most = max(most, own)
            if lacking <= 5 { first.append("\(client)") }
        }
        guard lacking > 0 else { return nil }
        let shown = first.joined(separator: ", ")
        let read = (part.isSurveyed ? "" : "the first ") + "\(part.surveyed.count)"
        return PartWarning(
            subject: subject, key: key,
            text: "expected a \(what) sample of each client, found none of \(lacking) of"
                + " \(read) clients (\(shown)\(lacking > 5 ? ", ..." : ""); they have at"
                + " most \(counted(most, "sample"))) with a share of \(share); \(ending); raise"
                + " the share"
        )
    }
}
