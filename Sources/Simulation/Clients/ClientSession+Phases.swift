import Datasets
import Federation

extension ClientSession {
    /// Makes the trainer for a phase of the data, after the memory of the one before is released.
    mutating func enterPhase(_ index: Int) {
        guard let prepared else { return }
        trainer = nil
        evaluator = nil
        evaluatedVersion = nil
        phase = index
        let data = prepared.phases[index]
        trainer = LocalTrainer(
            prepared.trainingPlan, network: prepared.network, dataset: data.dataset,
            partition: data.holdout.training, validation: data.holdout.validation)
    }

    /// Enters the phase of a round, if it is another one. So memory is allocated only when the
    /// data change.
    mutating func enterPhase(of round: UInt32) {
        let index = prepared?.phaseIndex(of: Int(round)) ?? 0
        if index != phase { enterPhase(index) }
    }
}
