import Datasets
import Scenarios
import Simulation

/// Returns a line about the shifts, and a line for each later phase of the data; empty if there are
/// none.
func phaseLines(_ run: PreparedRun) -> String {
    run.phases.enumerated().map { index, phase in
        let shifts = phase.settings.shiftKinds
        if index == 0 {
            return shifts.isEmpty
                ? ""
                : "shift: \(shifts.joined(separator: ", ")); the test samples are not shifted\n"
        }
        let sizes = phase.partition.surveyedPart.sizeCounts()
        return "from round \(phase.firstRound) on: skew \(phase.settings.skewKind), shift "
            + (shifts.isEmpty ? "none" : shifts.joined(separator: ", "))
            + "; samples per client \(sizes.last?.size ?? 0) to \(sizes.first?.size ?? 0)\n"
    }.joined()
}
