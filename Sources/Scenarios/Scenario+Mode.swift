import Federation
import LearningRates
import Settings

extension Scenario {
    /// Refuses settings that do not fit the mode of the rounds, or have no effect in it.
    func checkMode(_ settings: Settings) {
        let (mode, kind) = (training.mode, training.modeKind)
        guard mode.hasStaleness else { return }
        func reject(_ key: String, _ expected: String, _ found: String, _ advice: String) {
            settings.reject(key, expected: expected, found: found, advice: advice)
        }
        if !clients.devices.haveTime {
            reject(
                "training.mode", "a device speed with \(kind), on which simulated time is based",
                "no value",
                "set clients.devices.samples_per_second, bytes_per_second_down or"
                    + " bytes_per_second_up")
        }
        if clients.samplingKind != "uniform" {
            reject(
                "clients.sampling", "uniform with training.mode: \(kind)", clients.samplingKind,
                "set it to uniform: clients that are at work cannot be drawn again")
        }
        if training.correction.keepsVectors {
            reject(
                "training.correction", "none, fedprox or fednova with training.mode: \(kind)",
                training.correctionKind,
                "use one of these: a control variate of another model version has no definition")
        }
        switch mode.form {
        case .sync: break
        case .async: checkAsync(settings)
        case .semiSync:
            if clients.deadline == nil, clients.overSelection == 1,
                mode.buffer == clients.perRound
            {
                reject(
                    "training.mode", "a reason for late updates with semi_sync", "none",
                    "set clients.deadline, raise clients.over_selection or lower"
                        + " training.mode.count below clients.per_round")
            }
        }
    }

    private func checkAsync(_ settings: Settings) {
        if clients.deadline != nil {
            settings.reject(
                "clients.deadline", expected: "no deadline with training.mode: async",
                found: "\(clients.deadline ?? 0)",
                advice: "remove it: a round ends when its buffer is full")
        }
        if clients.overSelection > 1 {
            settings.reject(
                "clients.over_selection", expected: "1 with training.mode: async",
                found: "\(clients.overSelection)",
                advice: "remove it, and set training.mode.buffer below clients.per_round")
        }
    }
}
