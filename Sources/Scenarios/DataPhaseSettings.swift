public import Datasets
import Settings

/// Skew and shifts of the clients' data from one round on. A scenario without drift has one such
/// phase, which begins with round 0.
public struct DataPhaseSettings: Sendable {
    /// The first round of the phase.
    public var firstRound = 0
    /// The kind of the skew.
    public var skewKind: String
    /// The skew, which assigns samples to clients.
    public var skew: any Skew
    /// The path of the key that names the skew.
    public var skewPath = "data.skew"
    /// The kinds of the shifts, in the order in which they are applied.
    public var shiftKinds: [String] = []
    /// The shifts, which change the samples after the partition.
    public var shifts: [any Shift] = []
    /// The path of the key that lists the shifts.
    public var shiftPath = "data.shift"
}

extension DataSection {
    /// The largest number of shifts in a list.
    private static let mostShifts = 16
    /// The largest number of later phases.
    private static let mostPhases = 64

    /// Reads a list of shifts; nil if the key is not given.
    static func shifts(_ settings: Settings) -> (kinds: [String], shifts: [any Shift])? {
        guard
            let list = settings.optionalComponents(
                "shift", from: Datasets.shifts, atMost: mostShifts,
                "changes of the clients' samples after the partition, in the order quantity,"
                    + " features, labels")
        else { return nil }
        let kinds = list.map(\.kind)
        let stages = list.map { type(of: $0.component).stage }
        if let late = stages.indices.dropFirst().first(where: { stages[$0] < stages[$0 - 1] }) {
            let right = stages.indices.sorted { (stages[$0], $0) < (stages[$1], $1) }.map {
                kinds[$0]
            }
            settings.reject(
                "shift[\(late)]",
                expected: "the order quantity, features, labels",
                found: "\(kinds[late]) after \(kinds[late - 1])",
                advice: "write them in the order \(right.joined(separator: ", "))")
        }
        return (kinds, list.map(\.component))
    }

    /// Reads the later phases. Each one has what the phase before it has, with other keys in their
    /// place.
    static func phases(_ settings: Settings, first: DataPhaseSettings) -> [DataPhaseSettings] {
        var phases = [first]
        _ = settings.sections(
            "drift", "a list of phases such as [{ round: 50, skew: iid }]", atMost: mostPhases,
            "later phases of the data, each with round and the skew or shift that holds from then"
                + " on"
        ) { phase in
            var next = phases[phases.count - 1]
            let before = next.firstRound
            next.firstRound =
                phase.optionalInteger(
                    "round", in: .between(1, 1_000_000_000), "first round of the phase") ?? 0
            if !phase.hasValue("round") {
                phase.reject(
                    "round", expected: "the first round of the phase", advice: "add the key")
            } else if next.firstRound > 0, next.firstRound <= before {
                phase.reject(
                    "round", expected: "a round after \(before), the one of the phase before",
                    advice: "write the phases in the order of their rounds")
            }
            if let (kind, skew) = phase.optionalComponent(
                "skew", from: skews, default: "iid", "skew from this round on")
            {
                (next.skewKind, next.skew) = (kind, skew)
                next.skewPath = "\(phase.path).skew"
            }
            if let (kinds, shifts) = Self.shifts(phase) {
                (next.shiftKinds, next.shifts) = (kinds, shifts)
                next.shiftPath = "\(phase.path).shift"
            }
            if !phase.hasValue("skew"), !phase.hasValue("shift") {
                phase.reject(
                    "skew", expected: "a skew or a shift that holds from this round on",
                    advice: "add one of them, or leave the phase out")
            }
            phases.append(next)
        }
        return phases
    }

    /// Warns of phases that begin after the last round.
    func warnOfLatePhases(_ settings: Settings, rounds: Int) {
        for (index, phase) in phases.dropFirst().enumerated() where phase.firstRound >= rounds {
            settings.warn(
                "data.drift[\(index)].round",
                expected: "a round before training.rounds (\(rounds))",
                found: "\(phase.firstRound)", effect: "the phase does not begin",
                advice: "lower it, or raise training.rounds")
        }
    }
}
