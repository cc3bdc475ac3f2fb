import LearningRates
import Settings

extension Scenario {
    /// Warns of keys that have no effect beside the others. Errors elsewhere would mislead it.
    func warnOfUnusedKeys(_ settings: Settings) {
        guard !settings.hasErrors else { return }
        if !client.scheduler.needs.validation {
            settings.warnUnused(
                "training.validation_batch_size",
                "validation_batch_size has no effect, since client.scheduler"
                    + " \(client.schedulerKind) does not validate")
        }
        if client.schedulerKind == "constant" {
            settings.warnUnused(
                "client.rate_points", default: "16",
                "rate_points has no effect, since client.scheduler constant moves no rate that"
                    + " traces.csv could keep")
        }
        if validationFraction == 0, data.clientTestFraction == 0 {
            settings.warnUnused(
                "data.holdout", default: "drawn",
                "holdout has no effect, since no samples are held out; set validation_fraction or"
                    + " client_test_fraction")
        }
        if client.scheduler.needs.ignoresSentRate {
            settings.warnUnused(
                "client.learning_rate",
                "learning_rate has no effect, since client.scheduler \(client.schedulerKind) with a"
                    + " largest_rate does not use it")
        }
    }
}
