import Federation
import LearningRates
import Scenarios

/// Watches the rates of both sides of a run.
struct RateWatches {
    private let adaptsLocal: Bool
    private var server: RateWatch
    private var client: RateWatch

    init(_ scenario: Scenario) {
        adaptsLocal = scenario.server.scheduler.adaptedRate == .local
        server = RateWatch(
            scheduler: scenario.server.schedulerKind, form: scenario.server.scheduler.form,
            rate: adaptsLocal ? "local rate" : "global rate",
            start: adaptsLocal ? scenario.client.learningRate : scenario.server.learningRate)
        client = RateWatch(
            scheduler: scenario.client.schedulerKind, form: scenario.client.scheduler.form,
            rate: "local rate", start: scenario.client.learningRate,
            // Where the server sends other rates, those move.
            adapts: scenario.client.schedulerKind != "constant"
                && !scenario.server.scheduler.changesLocalRate)
    }

    /// Takes a committed round; returns what is to be said about it.
    mutating func note(
        _ record: RoundRecord, _ outcome: ServerStep.Outcome, _ reports: [ClientReport],
        nextLocalRate: Double
    ) -> [String] {
        let serverText = server.note(
            rates: [adaptsLocal ? nextLocalRate : outcome.globalRate],
            saturatedAtOnce: record.round == 1 && outcome.change?.bound != nil)
        let clientText = client.note(
            rates: [record.localRateSmallest, record.localRateLargest],
            saturatedAtOnce: reports.contains { $0.rates.saturatedAtOnce })
        return [serverText, clientText].compactMap(\.self)
    }
}
