import Federation
public import Reporting
import Statistics

/// The figures of a run in run.json: what came of its rounds so far.
public struct RunFigures: Equatable, Sendable {
    /// How many rounds are done.
    public let roundsDone: Int
    /// The mean of the last evaluations; nil without any, and of a run without any update.
    public let final: Double?
    /// The best of any evaluation.
    public let best: Double?
    /// The test loss of the last evaluation.
    public let finalLoss: Double?
    /// How many rounds it took to reach the target; nil if it was not reached.
    public let roundsToTarget: Int?
    /// What participants would have sent, in bytes.
    public let bytesUp: Int
    /// What drawn clients would have received, in bytes.
    public let bytesDown: Int
    /// Both until the target was reached; nil if it was not.
    public let bytesToTarget: Int?
    /// The global rate of the last round.
    public let lastGlobalRate: Double?
    /// The mean local rate of the last round.
    public let lastLocalRate: Double?
    /// How many rounds no update came in.
    public let voidRounds: Int
    /// How often a client was dropped, for each reason.
    public let drops: [Int]
    /// The simulated seconds of all rounds; nil where nothing takes simulated time.
    public let simulatedSeconds: Double?
    /// The simulated seconds until the target was reached; nil if it was not.
    public let simulatedSecondsToTarget: Double?
    /// The mean of the metric over the rounds, by the trapezoid rule.
    public let areaUnderCurve: Double?
    /// The local steps of all participants; nil in a file of an earlier version.
    public let clientSteps: Int?
    /// How evenly the model serves the clients; nil without evaluations of single clients.
    public let fairness: ClientFairness?

    /// Reads the figures of a summary.
    public init(_ summary: RunSummary) {
        // What JSON can't write is missing in it.
        func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
        func ofModel(_ value: Double?) -> Double? { summary.isVoid ? nil : finite(value) }
        roundsDone = summary.rounds
        (final, best) = (ofModel(summary.finalValue), ofModel(summary.bestValue))
        finalLoss = ofModel(summary.finalLoss)
        roundsToTarget = summary.roundsToTarget
        (bytesUp, bytesDown) = (summary.bytesUp, summary.bytesDown)
        bytesToTarget = summary.bytesToTarget
        lastGlobalRate = finite(summary.lastGlobalRate)
        lastLocalRate = finite(summary.lastLocalRate)
        voidRounds = summary.voidRounds
        drops = ClientDrop.Reason.allCases.map { summary.drops($0) }
        simulatedSeconds = finite(summary.simulatedSeconds)
        simulatedSecondsToTarget = finite(summary.simulatedSecondsToTarget)
        areaUnderCurve = ofModel(summary.areaUnderCurve)
        (clientSteps, fairness) = (summary.clientSteps, summary.fairness)
    }

    private static let dropKeys = ClientDrop.Reason.allCases.map { "clients_\($0.rawValue)" }

    /// Returns the figures as keys of run.json.
    func json(_ metric: Metric) -> JSONText.Object {
        func number(_ value: Double?, of other: Metric) -> JSONText {
            .optional(other == metric ? value : nil)
        }
        // Files of other runs stay as they were.
        let perplexity: JSONText.Object =
            metric == .perplexity
            ? ["final_perplexity": .optional(final), "best_perplexity": .optional(best)] : [:]
        let own: JSONText.Object = [
            "rounds_done": .integer(roundsDone), "metric": .text(metric.rawValue),
            "final_accuracy": number(final, of: .accuracy),
            "best_accuracy": number(best, of: .accuracy),
            "final_rmse": number(final, of: .rmse), "best_rmse": number(best, of: .rmse),
            "final_loss": .optional(finalLoss),
            "rounds_to_target": .optional(roundsToTarget),
            "bytes_up": .integer(bytesUp), "bytes_down": .integer(bytesDown),
            "bytes_to_target": .optional(bytesToTarget),
            "last_global_rate": .optional(lastGlobalRate),
            "last_local_rate": .optional(lastLocalRate), "void_rounds": .integer(voidRounds),
            "clients_dropped": .integer(drops.reduce(0, +)),
        ]
        return own + perplexity
            + JSONText.Object(zip(Self.dropKeys, drops).map { ($0, .integer($1)) })
            + [
                "simulated_seconds": .optional(simulatedSeconds),
                "simulated_seconds_to_target": .optional(simulatedSecondsToTarget),
                "area_under_curve": .optional(areaUnderCurve),
                "client_steps": .optional(clientSteps),
            ] + Self.json(fairness)
    }

    /// Reads the figures back.
    init(_ file: ResultReading, _ metric: Metric) throws(UsageError) {
        roundsDone = try file.count("rounds_done")
        final = try file.optionalNumber("final_\(metric.rawValue)")
        best = try file.optionalNumber("best_\(metric.rawValue)")
        finalLoss = try file.optionalNumber("final_loss")
        roundsToTarget = try file.optionalCount("rounds_to_target")
        (bytesUp, bytesDown) = (try file.count("bytes_up"), try file.count("bytes_down"))
        bytesToTarget = try file.optionalCount("bytes_to_target")
        lastGlobalRate = try file.optionalNumber("last_global_rate")
        lastLocalRate = try file.optionalNumber("last_local_rate")
        voidRounds = try file.count("void_rounds")
        var drops: [Int] = []
        // Files of earlier versions lack the reasons that they did not have.
        for key in Self.dropKeys { drops.append(try file.ifThere(key, file.count) ?? 0) }
        self.drops = drops
        simulatedSeconds = try file.optionalNumber("simulated_seconds")
        // Files of earlier versions lack the rest.
        simulatedSecondsToTarget = try file.ifThere(
            "simulated_seconds_to_target", file.optionalNumber)
        areaUnderCurve = try file.ifThere("area_under_curve", file.optionalNumber)
        clientSteps = try file.ifThere("client_steps", file.optionalCount)
        fairness = try file.ifThere("client_samples") {
            _ throws(UsageError) in try Self.fairness(file)
        }
    }

    private static func json(_ fairness: ClientFairness?) -> JSONText.Object {
        let values = fairness?.values
        return [
            "client_samples": .optional(fairness?.samples.rawValue),
            "evaluated_clients": .optional(values?.clients),
            "clients_without_samples": .optional(values?.leftOut),
            "worst_tenth": .optional(values?.worstTenth),
            "client_median": .optional(values?.median),
            "best_tenth": .optional(values?.bestTenth),
            "client_deviation": .optional(values?.deviation),
            "jain_index": .optional(values?.jainIndex),
        ]
    }

    private static func fairness(_ file: ResultReading) throws(UsageError) -> ClientFairness? {
        let kind: ClientFairness.Samples? = try file.optionalWord(
            "client_samples", "test, validation, train or null")
        guard let kind else { return nil }
        return ClientFairness(
            samples: kind,
            values: Fairness(
                clients: try file.count("evaluated_clients"),
                leftOut: try file.count("clients_without_samples"),
                worstTenth: try file.number("worst_tenth"),
                median: try file.number("client_median"),
                bestTenth: try file.number("best_tenth"),
                deviation: try file.number("client_deviation"),
                jainIndex: try file.optionalNumber("jain_index")))
    }
}
