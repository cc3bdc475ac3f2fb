import LearningRates
import Scenarios

/// Whether a checkpoint is one of a run, and what differs where it is not.
struct CheckpointFit {
    private let header: CheckpointHeader
    private let prepared: PreparedRun
    /// Whether the checkpoint is of the same run with fewer rounds: this one goes on longer.
    let isShorter: Bool
    private let differences: [String]

    init(_ header: CheckpointHeader, _ prepared: PreparedRun) {
        (self.header, self.prepared) = (header, prepared)
        guard header.digest != prepared.digest,
            let own = try? ResolvedSettings(prepared.resolved, file: "scenario").withoutPlaces,
            let saved = try? ResolvedSettings(header.settings, file: "checkpoint").withoutPlaces
        else {
            (isShorter, differences) = (false, [])
            return
        }
        let key = "training.rounds"
        let rounds = saved.settings.first { $0.path == key }.flatMap { Int($0.value) } ?? .max
        let isLonger = rounds < prepared.scenario.training.rounds
        // More rounds are no difference that matters.
        differences = own.differences(in: saved).filter { !isLonger || !$0.hasPrefix("\(key): ") }
        isShorter =
            isLonger && differences.isEmpty && header.dataKey == prepared.dataKey
            && header.partitionKey == prepared.partitionKey
    }

    /// Why the run can't go on from the checkpoint: what was expected, what was found, and what to
    /// do; nil if it can.
    func problem(stretchesSchedules: Bool) -> String? {
        guard header.program == ProgramIdentity.text else {
            return
                "expected a checkpoint of hyperfed \(ProgramIdentity.text), found one of hyperfed"
                + " \(header.program); go on with the program that wrote it, since another build may"
                + " give other numbers"
        }
        if header.digest == prepared.digest { return nil }
        if isShorter {
            guard prepared.scenario.server.scheduler.needs.followsRunLength, !stretchesSchedules
            else { return nil }
            return "server.scheduler: expected a scheduler that does not depend on the number of"
                + " rounds for a longer run, found \(prepared.scenario.server.schedulerKind); add"
                + " --stretch-schedules to go on with the rates of a run of"
                + " \(prepared.scenario.training.rounds) rounds"
        }
        guard differences.isEmpty else {
            return "expected the settings of the run as they were, found others in scenario.yaml"
                + " (\(differences.joined(separator: "; "))); put them back, or start a new run with"
                + " 'hyperfed run'"
        }
        return "expected data with the key \(header.dataKey), found \(prepared.dataKey); the data"
            + " files have changed since; put them back, or start a new run with 'hyperfed run'"
    }
}
