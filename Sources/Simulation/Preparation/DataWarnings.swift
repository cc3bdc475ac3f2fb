public import Datasets
import LearningRates
public import Scenarios
public import Settings

/// What is odd about the data of some runs, each thing once: what the sources found in their files,
/// and what partition and holdout leave out.
///
/// - Parameter places: the runs as their file has them, in the same order.
public func dataWarnings(
    of runs: [PreparedRun], places: [ScenarioFile.Run]
) -> [Diagnostic] {
    var said: Set<String> = []
    var sources: Set<String> = []
    var warnings: [Diagnostic] = []
    for (run, place) in zip(runs, places) {
        var found = run.partWarnings
        // Asking about files reads some of them again.
        if sources.insert("\(run.dataKey) \(run.scenario.data.source.files)").inserted {
            found += run.dataNotes.filter { $0.severity == .warning }.map {
                PartWarning(subject: $0.subject, key: "data.dataset", text: $0.text)
            }
        }
        for warning in found where said.insert(warning.subject).inserted {
            let location = place.place(of: warning.key)
            warnings.append(
                Diagnostic(
                    place: location, severity: .warning,
                    message: location == nil ? "\(warning.key): \(warning.text)" : warning.text))
        }
    }
    return warnings
}

/// Something odd about the clients' parts of the data.
private struct PartWarning {
    /// Of several warnings about one subject only the first is given.
    let subject: String
    let key: String
    let text: String
}

extension PreparedRun {
    /// Warnings about the data set, with the facts that `validate` prints.
    public var dataNotes: [DataNote] { scenario.data.source.notes(of: dataset) }

    fileprivate var partWarnings: [PartWarning] {
        [undealt, unvalidated, untested, unused].compactMap { $0 }
    }

    /// Samples that no client has: half of them or more, or, where nobody asked for that, a
    /// twentieth.
    private var undealt: PartWarning? {
        let (all, kind) = (partition.sampleCount, scenario.data.skewKind)
        let dealt = partition.sizes.reduce(0, +)
        let limit = kind == "natural" ? all / 2 : all / 20
        guard all - dealt > limit else { return nil }
        let why =
            kind == "natural"
            ? "natural takes the \(partition.clients) owners with the most samples; raise"
                + " clients.count to have more of them"
            : "\(kind) deals equal parts; set data.skew.keep_incomplete: true to deal all"
        return PartWarning(
            subject: "undealt \(kind)", key: "data.skew",
            text: "\(all - dealt) of \(all) training samples belong to no client and are not used:"
                + " \(why)")
    }

    /// Clients that have nothing to validate on, where the scheduler validates.
    private var unvalidated: PartWarning? {
        guard scenario.client.scheduler.needs.validation else { return nil }
        return shortage(
            of: holdout.validation, what: "validation", share: scenario.validationFraction,
            subject: "unvalidated \(scenario.client.schedulerKind)",
            key: "data.validation_fraction",
            ending: "there \(scenario.client.schedulerKind) validates on the samples that it trains"
                + " on")
    }

    /// Clients that have nothing to test on, where the scenario evaluates on each client's own
    /// samples.
    private var untested: PartWarning? {
        let share = scenario.data.clientTestFraction
        guard share > 0, scenario.evaluation.perClient != .none else { return nil }
        return shortage(
            of: holdout.test, what: "test", share: share, subject: "untested clients",
            key: "data.client_test_fraction",
            ending: "client_evaluations.csv has no test values of them")
    }

    /// Test samples of clients that nothing tests on.
    private var unused: PartWarning? {
        let held = holdout.test.sizes.reduce(0, +)
        guard held > 0, scenario.evaluation.perClient == .none else { return nil }
        return PartWarning(
            subject: "unused client tests", key: "data.client_test_fraction",
            text: "client_test_fraction keeps \(held) samples from training, but nothing is tested"
                + " on them; set evaluation.per_client: cohort or all, or leave it out")
    }

    private func shortage(
        of part: Partition, what: String, share: Double, subject: String, key: String,
        ending: String
    ) -> PartWarning? {
        let (sizes, all) = (part.sizes, partition.sizes)
        let lacking = sizes.indices.filter { sizes[$0] == 0 && all[$0] > 0 }
        guard !lacking.isEmpty else { return nil }
        let most = lacking.map { all[$0] }.max() ?? 0
        let shown = lacking.prefix(5).map(String.init).joined(separator: ", ")
        return PartWarning(
            subject: subject, key: key,
            text: "a share of \(share) leaves \(lacking.count) of \(sizes.count) clients without a"
                + " \(what) sample (\(shown)\(lacking.count > 5 ? ", ..." : ""); they have at most"
                + " \(most)); \(ending)")
    }
}
