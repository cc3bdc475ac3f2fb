import Datasets
import LearningRates
import Scenarios
import Settings

/// Compares a checkpoint with a run that is to continue from it.
struct CheckpointFit {
    private let header: CheckpointHeader
    private let prepared: PreparedRun
    /// Whether the checkpoint belongs to the same run with fewer rounds.
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
        // A run may get more rounds, so they are not a difference.
        differences = own.differences(in: saved).filter { !isLonger || !$0.hasPrefix("\(key): ") }
        isShorter =
            isLonger && differences.isEmpty && header.dataKey == prepared.dataKey
            && header.partitionKey == prepared.partitionKey
    }

    /// Returns why the run cannot continue from the checkpoint, with advice. Returns nil if it can.
    func problem(stretchesSchedules: Bool) -> String? {
        guard header.program == ProgramIdentity.text else {
            return
                "expected a checkpoint of hyperfed \(ProgramIdentity.text), found one of hyperfed"
                + " \(header.program); go on with the program that wrote it, since another build"
                + " may give other numbers"
        }
        // The settings name the file only, so its content is compared first.
        guard header.traceHash == prepared.trace?.contentHash ?? 0 || !differences.isEmpty else {
            return "clients.availability.file: expected the file that the run began with, found one"
                + " that has changed since; put it back, or start a new run with 'hyperfed run'"
        }
        if header.digest == prepared.digest { return nil }
        if isShorter {
            guard prepared.scenario.server.scheduler.needs.followsRunLength, !stretchesSchedules
            else { return nil }
            return "server.scheduler: expected a scheduler that does not depend on the number of"
                + " rounds for a longer run, found \(prepared.scenario.server.schedulerKind); add"
                + " --stretch-schedules to go on with the rates of a run of"
                + " \(counted(prepared.scenario.training.rounds, "round"))"
        }
        guard differences.isEmpty else {
            return "expected the settings of the run as they were, found others in scenario.yaml"
                + " (\(differences.joined(separator: "; "))); put them back, or start a new run"
                + " with 'hyperfed run'"
        }
        return "expected data with the key \(header.dataKey), found \(prepared.dataKey); the data"
            + " files have changed since; put them back, or start a new run with 'hyperfed run'"
    }
}
