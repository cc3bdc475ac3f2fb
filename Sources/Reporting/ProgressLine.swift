public import Federation
import LearningRates

/// The progress line of a run in a terminal.
///
/// Round numbers count from 0, as in all tables and messages. "5/30 rounds" gives the number of
/// complete rounds.
public struct ProgressLine: Sendable {
    private let name: String
    private let rounds: Int
    private let metric: Metric
    private var done = 0
    private var record: RoundRecord?
    private var lastEvaluation: RoundRecord?

    /// - Parameters:
    ///   - name: which run it is, for comparisons; may be empty.
    ///   - rounds: rounds of the run.
    ///   - metric: what says how good the model is.
    public init(name: String, rounds: Int, metric: Metric = .accuracy) {
        self.metric = metric
        self.name = name
        self.rounds = rounds
    }

    /// Takes a round; each one, also where no line is shown after it.
    public mutating func add(_ record: RoundRecord) {
        done = Int(record.round) + 1
        self.record = record
        if metric.value(of: record) != nil { lastEvaluation = record }
    }

    /// Whether a round is done.
    public var hasRounds: Bool { done > 0 }

    /// Whether all rounds are done.
    public var isComplete: Bool { done == rounds }

    /// Returns the line after the last round. It has the share done, the time left, the name, the
    /// rounds, the metric, the test loss and the rates. A metric of an earlier round has the number
    /// of that round. Until there is a test loss, the training loss is shown.
    ///
    /// - Parameters:
    ///   - share: how much of all work is done, 0...1.
    ///   - secondsLeft: of all work; an estimate.
    ///   - columns: how long the line may be; a name is shortened and the least important parts are
    ///     left out for it. Nil for any length.
    public func text(share: Double, secondsLeft: Double, columns: Int? = nil) -> String {
        let start = [
            "\(fixed((100 * share + 1e-9).rounded(.down), 0)) %", "\(duration(secondsLeft)) left",
        ]
        var middle = ["\(done)/\(rounds) rounds"]
        if let evaluation { middle.append(evaluation) }
        var rest = details
        guard let columns else { return joined(start + [name] + middle + rest) }
        while !rest.isEmpty, joined(start + [name] + middle + rest).count > columns {
            rest.removeLast()
        }
        let room = columns - joined(start + middle + rest).count - Self.gap.count
        return joined(start + [shortened(name, to: room)] + middle + rest)
    }

    private static let gap = "  "

    private func joined(_ parts: [String]) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: Self.gap)
    }

    private var evaluation: String? {
        guard let last = lastEvaluation, let value = metric.value(of: last) else { return nil }
        let age = Int(last.round) + 1 == done ? "" : " (round \(last.round))"
        return "\(metric.name) \(metric.text(value))\(age)"
    }

    private var details: [String] {
        guard let record else { return [] }
        return [
            lastEvaluation?.testLoss.map { "test loss \(fixed($0, 4))" }
                ?? (record.isVoid ? "void" : "train loss \(fixed(record.trainLoss, 4))"),
            "global rate \(brief(record.decision.globalRate))",
            "local rate \(brief(record.localRateMean)) (\(brief(record.localRateSmallest))"
                + " to \(brief(record.localRateLargest)))",
        ]
    }

    /// A name with its middle left out: the variant is at its start, the seed at its end.
    private func shortened(_ name: String, to room: Int) -> String {
        if name.count <= room { return name }
        guard room >= 8 else { return "" }
        let tail = (room - 1) / 2
        return name.prefix(room - 1 - tail) + "…" + name.suffix(tail)
    }

    /// Returns whether a round gets a line of its own where there is no terminal: ten lines a run.
    public func isMilestone(_ round: UInt32) -> Bool {
        let done = Int(round) + 1
        return done == rounds || done * 10 / rounds > (done - 1) * 10 / rounds
    }
}
