public import Federation
import LearningRates

/// The progress line of a run in a terminal.
///
/// Round numbers count from 0, as in all tables and messages. "5/30 rounds" gives the number of
/// complete rounds.
public struct ProgressLine: Sendable {
    private let name: String
    /// The name of the run in a table of several runs, without its seed; may be empty.
    let label: String
    /// The seed of the run in a table of several runs.
    let seed: UInt64?
    let rounds: Int
    let metric: Metric
    private(set) var done = 0
    private(set) var record: RoundRecord?
    private var lastEvaluation: RoundRecord?
    private var series = Sparkline()

    /// - Parameters:
    ///   - name: which run it is, for comparisons; may be empty.
    ///   - label: the name without number and seed, for a table of several runs; may be empty.
    ///   - seed: the seed of the run, for a table of several runs.
    ///   - rounds: rounds of the run.
    ///   - metric: what says how good the model is.
    public init(
        name: String, label: String = "", seed: UInt64? = nil, rounds: Int,
        metric: Metric = .accuracy
    ) {
        (self.name, self.label, self.seed) = (name, label, seed)
        (self.rounds, self.metric) = (rounds, metric)
    }

    /// Takes a round; each one, also where no line is shown after it.
    public mutating func add(_ record: RoundRecord) {
        done = Int(record.round) + 1
        self.record = record
        let value = metric.value(of: record)
        if value != nil { lastEvaluation = record }
        series.add(value, round: Int(record.round))
    }

    /// The value of the newest evaluation; nil before the first one.
    var value: Double? { lastEvaluation.flatMap { metric.value(of: $0) } }

    /// Returns the means of the metric over equal parts of the rounds so far.
    func means(_ count: Int) -> [Double?] { series.means(count) }

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
    ///   - columns: how many columns the line may have; a name is shortened and the least important
    ///     parts are left out for it. Nil for any length.
    ///   - isUnicode: whether other characters than ASCII may stand in the name.
    public func text(
        share: Double, secondsLeft: Double, columns: Int? = nil, isUnicode: Bool = true
    ) -> String {
        let start = [
            "\(fixed((100 * share + 1e-9).rounded(.down), 0)) %", "\(duration(secondsLeft)) left",
        ]
        var middle = ["\(done)/\(rounds) rounds"]
        if let evaluation { middle.append(evaluation) }
        var rest = details
        // Control characters in a name would change the terminal, and a line feed the log.
        let name = TextWidth.shortened(name, to: .max, isUnicode)
        guard let columns else { return joined(start + [name] + middle + rest) }
        while !rest.isEmpty, TextWidth.of(joined(start + [name] + middle + rest)) > columns {
            rest.removeLast()
        }
        let room = columns - joined(start + middle + rest).count - Self.gap.count
        let short = room < 8 ? "" : TextWidth.shortened(name, to: room, isUnicode)
        let isWhole = TextWidth.of(name) <= room
        return joined(start + [isWhole ? name : short] + middle + rest)
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

    /// Returns whether a round gets a line of its own where there is no terminal: ten lines a run.
    public func isMilestone(_ round: UInt32) -> Bool {
        let done = Int(round) + 1
        return done == rounds || done * 10 / rounds > (done - 1) * 10 / rounds
    }
}
