import LearningRates
import Settings

extension Scenario {
    /// Warns about keys that have no effect because of other keys. After an error there is no
    /// warning, since it could be wrong.
    func warnOfUnusedKeys(_ settings: Settings) {
        guard !settings.hasErrors else { return }
        if !client.scheduler.needs.validation {
            settings.warnUnused(
                "training.validation_batch_size", expected: "a client.scheduler that validates",
                found: client.schedulerKind)
        }
        if client.schedulerKind == "constant" {
            settings.warnUnused(
                "client.rate_points", default: "16",
                expected: "a client.scheduler that adapts the rate", found: client.schedulerKind)
        }
        if validationFraction == 0, data.clientTestFraction == 0 {
            settings.warnUnused(
                "data.holdout", default: "drawn", expected: "held-out samples",
                found: "none (validation_fraction and client_test_fraction are 0)")
        }
        if client.scheduler.needs.ignoresSentRate {
            settings.warnUnused(
                "client.learning_rate", expected: "a client.scheduler that uses it",
                found: "\(client.schedulerKind) with a largest_rate")
        }
    }
}
