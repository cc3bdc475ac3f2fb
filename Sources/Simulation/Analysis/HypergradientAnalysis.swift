import Charts
import ClientRules
public import Datasets
import Federation
import LearningRates
public import Reporting
import Scenarios
import Settings

/// The exact and the estimated hypergradients of one client in one round. The command `hyperfed
/// hypergradient` computes them.
public struct HypergradientAnalysis: Sendable {
    /// The client, from 0.
    public var client: Int
    /// The round, from 0. The rounds before it are computed first, in this process.
    public var round: Int
    /// The kinds of client scheduler to compare. Nil means all kinds that this analysis supports.
    public var methods: [String]?
    /// The folder that the files are written to.
    public var folder: String
    /// Whether files that already exist are replaced.
    public var overwrite: Bool

    /// Creates an analysis of one client in one round.
    public init(
        client: Int, round: Int, methods: [String]? = nil, folder: String, overwrite: Bool = false
    ) {
        (self.client, self.round, self.methods) = (client, round, methods)
        (self.folder, self.overwrite) = (folder, overwrite)
    }

    private static let names = ["hypergradients.csv", "methods.csv", "hypergradients.svg"]

    /// The kinds that estimate a hypergradient and whose rate can be frozen.
    public static var kinds: [String] {
        clientRules.map(\.facts).filter(\.estimatesHypergradient).map(\.kind)
    }

    /// Computes the rounds before, measures the hypergradients and writes the files.
    ///
    /// - Throws: `UsageError` before any round is computed, `RunError` afterwards.
    public func run(_ prepared: PreparedRun, cache: DataCache) throws -> HypergradientReport {
        try check(prepared)
        try prepareFolder()
        do {
            let report = try report(prepared, modelBefore(prepared, cache))
            try write(report, missing: prepared.missing)
            return report
        } catch RunStopped.interrupted(let signal, let round) {
            throw RunError(
                description: "interrupted in round \(round)", exitCode: 128 + signal)
        } catch {
            throw RunError(description: "\(error)", exitCode: 1)
        }
    }

    private func check(_ prepared: PreparedRun) throws {
        let scenario = prepared.scenario
        guard (0..<scenario.clients.count).contains(client) else {
            throw UsageError(
                "--client: expected a number from 0 to \(scenario.clients.count - 1), found"
                    + " \(client)")
        }
        guard (0..<scenario.training.rounds).contains(round) else {
            throw UsageError(
                "--round: expected a number from 0 to \(scenario.training.rounds - 1) (the last"
                    + " round of the scenario), found \(round)")
        }
        guard prepared.phase(of: UInt32(round)).holdout.training.size(of: client) > 0 else {
            throw UsageError(
                "--client: expected a client with training samples, found none of client"
                    + " \(client); choose another client")
        }
        if let methods, methods.isEmpty || Set(methods).count < methods.count {
            throw UsageError(
                "--methods: expected different kinds of client scheduler, found"
                    + " '\(methods.joined(separator: ","))'; known:"
                    + " \(Self.kinds.joined(separator: ", "))")
        }
        for method in methods ?? [] where !Self.kinds.contains(method) {
            throw UsageError(
                "--methods: expected client schedulers with a hyper-rate or levels, found"
                    + " '\(method)'; known: \(Self.kinds.joined(separator: ", "))")
        }
    }

    private func prepareFolder() throws {
        if !overwrite, Self.names.contains(where: { Files.exists("\(folder)/\($0)") }) {
            throw UsageError(
                "\(folder): expected a folder without hypergradients, found some; choose another"
                    + " --output or add --overwrite")
        }
        try OutputFolder.make(folder)
    }

    private struct Model {
        var weights: [Float]
        var previousAggregate: [Float]?
        var localRate: Double
        /// The vectors of a drift correction: those of the server and those of the client. Both are
        /// empty if the correction has none.
        var server: [Float] = []
        var own: [Float] = []
    }

    /// Returns the global model that the round starts from.
    private func modelBefore(_ prepared: PreparedRun, _ cache: DataCache) throws -> Model {
        var loop = CoordinatorLoop(prepared, RunState(prepared), launches: true)
        if round > 0 {
            var world = try InMemoryWorld(prepared, cache: cache, watchesSignals: true)
            var observer = NoObserver()
            _ = try loop.run(until: round, processes: 1, in: &world, observer: &observer)
        }
        loop.state.server.begin(round: UInt32(round))
        var model = Model(
            weights: loop.state.server.weights,
            previousAggregate: loop.state.server.hasPreviousAggregate
                ? previousAggregate(of: loop.state.server) : nil,
            localRate: loop.state.server.localRate)
        if prepared.trainingPlan.correction != nil {
            if loop.state.server.sendsCorrection {
                model.server = correction(of: loop.state.server)
            }
            let carried = loop.state.clients.state(of: UInt32(client))
            model.own =
                carried.vectors?.withFloats { floats in
                    (0..<model.weights.count).map { floats[$0] }
                } ?? []
        }
        return model
    }

    private func correction(of server: borrowing UpdateAggregator) -> [Float] {
        var vector = server.weights
        var span = vector.mutableSpan
        server.write(correction: &span)
        return vector
    }

    private func previousAggregate(of server: borrowing UpdateAggregator) -> [Float] {
        var previousAggregate = server.weights
        var span = previousAggregate.mutableSpan
        server.write(previousAggregate: &span)
        return previousAggregate
    }

    private func report(_ prepared: PreparedRun, _ model: Model) throws -> HypergradientReport {
        let scenario = prepared.scenario
        let task = ClientTask(
            round: UInt32(round), client: UInt32(client), attempt: 1, localRate: model.localRate)
        let data = prepared.phase(of: UInt32(round))
        let microscope = HypergradientMeasurement(
            prepared.trainingPlan, network: prepared.network, dataset: data.dataset,
            partition: data.holdout.training, validation: data.holdout.validation,
            task: task, weights: model.weights, previousAggregate: model.previousAggregate,
            server: model.server, own: model.own)
        let truth = try microscope.truth()
        var report = HypergradientReport(
            scenario: scenario.name, client: client, round: round, rate: model.localRate,
            optimizer: scenario.client.optimizerKind, truth: truth, estimates: [], refused: [])
        if methods == nil {
            for facts in clientRules.map(\.facts) where facts.neutral == nil {
                report.refused.append(
                    (facts.kind, "expected a hyper_rate that can be 0, found no such key"))
            }
        }
        for kind in methods ?? Self.kinds {
            let scheduler: any ClientScheduler
            do {
                scheduler = try frozenScheduler(kind, prepared)
            } catch {
                let reasons = error.diagnostics.filter { $0.severity == .error }.map(\.message)
                report.refused.append((kind, reasons.joined(separator: "; ")))
                continue
            }
            do {
                report.estimates.append(
                    try microscope.estimates(of: scheduler, named: kind, beside: truth))
            } catch {
                report.refused.append((kind, error.reason))
            }
        }
        return report
    }

    /// Makes a scheduler whose rate never changes, from the neutral settings of its rule. If the
    /// scenario has this kind, its other settings stay where the rule allows it. Other kinds use
    /// their defaults. The scheduler starts as in a run.
    private func frozenScheduler(_ kind: String, _ prepared: PreparedRun) throws(SettingsError)
        -> any ClientScheduler
    {
        let facts = clientRules.map(\.facts).first { $0.kind == kind }
        let keepsOwn =
            kind == prepared.scenario.client.schedulerKind && facts?.isNeutralAlone != true
        let changes =
            keepsOwn
            ? (facts?.neutral ?? [:]).map {
                ScenarioFile.Override("client.scheduler.\($0.key)", $0.value)
            } : [ScenarioFile.Override("client.scheduler", facts?.neutralText ?? kind)]
        let file = try ScenarioFile(
            text: prepared.resolved, file: "the scenario", workingFolder: "", overrides: changes)
        return try file.baseRun().scenario.client.scheduler
    }

    private func write(_ report: HypergradientReport, missing: MissingNumber) throws {
        func table<Row>(_ columns: [Column<Row>], _ rows: [Row]) -> String {
            ([csvHeader(columns)] + rows.map { csvLine(columns, $0, missing: missing) })
                .map { $0 + "\n" }.joined()
        }
        let chart = report.chart.svg(.file(width: 960, height: 540), id: "chart")
        let texts = [
            table(hypergradientColumns, report.rows),
            table(hypergradientSummaryColumns, report.summaries), chart,
        ]
        // Write all three files or none.
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        for (name, text) in zip(Self.names, texts) {
            try Files.write(Array(text.utf8), to: "\(folder)/\(name)")
        }
    }
}

/// Reports only warnings, because the rounds before the analysed round have no output.
private struct NoObserver: RunObserver, ~Copyable {
    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) {}
    mutating func warn(_ text: String) { writeError(text) }
}
