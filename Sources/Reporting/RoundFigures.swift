public import Federation
import LearningRates

/// The numbers of one round that the summary of a run needs.
///
/// While the run goes on they are read from its records, and afterwards from rounds.csv. Both give
/// the same bits.
public struct RoundFigures: Equatable, Sendable {
    /// The wall-clock seconds of the round.
    public var seconds: Double
    /// The bytes that participants send to the server.
    public var bytesUp: Int
    /// The bytes that clients receive.
    public var bytesDown: Int
    /// Whether no update is in the aggregate.
    public var isVoid: Bool
    /// How often a client was dropped, for each reason in the order of `ClientDrop.Reason`.
    public var drops: [Int]
    /// The simulated seconds; nil if nothing takes simulated time.
    public var simulatedSeconds: Double?
    /// The test loss; nil if the model was not evaluated.
    public var testLoss: Double?
    /// The test accuracy, 0...1; nil if there is none.
    public var testAccuracy: Double?
    /// The test RMSE in the data's own units; nil if there is none.
    public var testRMSE: Double?
    /// The global rate of the round.
    public var globalRate: Double
    /// The mean local rate of the participants; nil in a void round.
    public var localRateMean: Double?
    /// The local steps of all participants; 0 if only the tables are known.
    public var clientSteps = 0
    /// How many of these steps were held at a bound of the local rate.
    public var clientBoundHits: Int
    /// Whether the server's rate was held at a bound.
    public var hitsServerBound: Bool
}

extension RoundFigures {
    /// Reads the figures of a record.
    public init(_ record: RoundRecord) {
        seconds = record.seconds
        (bytesUp, bytesDown) = (record.bytesUp, record.bytesDown)
        isVoid = record.isVoid
        drops = ClientDrop.Reason.allCases.map { reason in
            record.drops.count { $0.reason == reason }
        }
        simulatedSeconds = record.simulatedSeconds
        testLoss = record.testLoss
        (testAccuracy, testRMSE) = (record.testAccuracy, record.testRMSE)
        globalRate = record.decision.globalRate
        localRateMean = record.isVoid ? nil : record.localRateMean
        (clientSteps, clientBoundHits) = (record.clientSteps, record.clientBoundHits)
        hitsServerBound = record.decision.hitsBound
    }

    /// Reads the figures of a row of rounds.csv.
    ///
    /// - Parameter drops: the counts of dropped clients by reason, from drops.csv.
    /// - Throws: `TableTextError` if a column is missing or has another form.
    init(_ table: TableText, row: Int, drops: [Int]) throws(TableTextError) {
        seconds = try table.number("seconds", row)
        (bytesUp, bytesDown) = (
            try table.count("bytes_up", row), try table.count("bytes_down", row)
        )
        isVoid = try table.count("void", row) != 0
        self.drops = drops
        simulatedSeconds = try table.optionalNumber("simulated_seconds", row)
        testAccuracy = try table.optionalNumber("test_accuracy", row)
        testRMSE = try table.optionalNumber("test_rmse", row)
        // Where missing numbers are NaN, only an evaluation says that a loss is one.
        let loss = try table.optionalNumber("test_loss", row, isNaNMissing: false)
        let wasEvaluated = testAccuracy != nil || testRMSE != nil
        testLoss = loss.flatMap { $0.isNaN && !wasEvaluated ? nil : $0 }
        globalRate = try table.number("global_rate", row)
        localRateMean = isVoid ? nil : try table.number("local_rate_mean", row)
        clientBoundHits = try table.count("client_bound_hits", row)
        hitsServerBound = try table.count("server_bound_hit", row) != 0
        let dropped = try table.count("dropped", row)
        guard dropped == drops.reduce(0, +) else {
            throw TableTextError(
                table.name, line: row + 2,
                expected: "\(drops.reduce(0, +)) dropped clients, as in"
                    + " drops.csv", found: "\(dropped)")
        }
    }
}

extension RoundFigures {
    /// Reads the figures of all rounds; nil if a number is missing that each round has.
    ///
    /// - Parameter drops: the counts of dropped clients by reason, from drops.csv, by round.
    static func rounds(_ series: RoundSeries, drops: [Int: [Int]]) -> [RoundFigures]? {
        let none = ClientDrop.Reason.allCases.map { _ in 0 }
        // Each column is looked up once.
        let (seconds, globalRate) = (series[.seconds], series[.globalRate])
        let (bytesUp, bytesDown) = (series[.bytesUp], series[.bytesDown])
        let (void, dropped) = (series[.void], series[.dropped])
        let (clientHits, serverHit) = (series[.clientBoundHits], series[.serverBoundHit])
        let (simulated, localRate) = (series[.simulatedSeconds], series[.localRateMean])
        let (accuracy, rmse, loss) = (
            series[.testAccuracy], series[.testRMSE], series[.testLoss]
        )
        func number(_ value: Double) -> Double? { value.isNaN ? nil : value }
        func count(_ value: Double) -> Int? {
            (0...0x1p53).contains(value) ? Int(exactly: value) : nil
        }
        var rounds: [RoundFigures] = []
        rounds.reserveCapacity(series.roundCount)
        for row in 0..<series.roundCount {
            let own = drops[row] ?? none
            guard let void = count(void[row]), let bytesUp = count(bytesUp[row]),
                let bytesDown = count(bytesDown[row]), let clientHits = count(clientHits[row]),
                let serverHit = count(serverHit[row]), count(dropped[row]) == own.reduce(0, +),
                let seconds = number(seconds[row]), let globalRate = number(globalRate[row]),
                void != 0 || !localRate[row].isNaN,
                // The loss of an evaluation can be NaN. Its text says whether it is.
                !loss[row].isNaN || (accuracy[row].isNaN && rmse[row].isNaN)
            else { return nil }
            rounds.append(
                RoundFigures(
                    seconds: seconds, bytesUp: bytesUp, bytesDown: bytesDown, isVoid: void != 0,
                    drops: own, simulatedSeconds: number(simulated[row]),
                    testLoss: number(loss[row]), testAccuracy: number(accuracy[row]),
                    testRMSE: number(rmse[row]), globalRate: globalRate,
                    localRateMean: void != 0 ? nil : localRate[row],
                    clientBoundHits: clientHits, hitsServerBound: serverHit != 0))
        }
        return rounds
    }
}

extension RunSummary {
    /// Makes the summary of a run anew from the numbers of its tables.
    ///
    /// - Parameter drops: the text of drops.csv; nil if there is no such file.
    /// - Returns: nil if a number has not the form that a run writes. The summary of the text then
    ///   has it, or says what is wrong.
    /// - Throws: `TableTextError` if drops.csv has another form than the run wrote.
    package init?(
        metric: Metric, target: Double?, _ series: RoundSeries, drops: String?,
        clientSteps: Int = 0, fairness: ClientFairness? = nil
    ) throws(TableTextError) {
        let counts = try drops.map { text throws(TableTextError) in try Self.drops(text) } ?? [:]
        guard !series.hasOtherText, let rounds = RoundFigures.rounds(series, drops: counts) else {
            return nil
        }
        self.init(metric: metric, target: target)
        (self.clientSteps, self.fairness) = (clientSteps, fairness)
        for round in rounds { add(round) }
    }

    /// Makes the summary of a run anew from its tables. It is the same as the one that the run had,
    /// to the last bit.
    ///
    /// - Parameters:
    ///   - rounds: the text of rounds.csv.
    ///   - drops: the text of drops.csv; nil if there is no such file.
    ///   - clientSteps: the local steps of all participants of all rounds. No table has them in a
    ///     column; run.json has their number.
    ///   - fairness: how evenly the model serves the clients, from run.json.
    /// - Throws: `TableTextError` if a table has another form than the run wrote.
    public init(
        metric: Metric, target: Double?, rounds: String, drops: String?, clientSteps: Int = 0,
        fairness: ClientFairness? = nil
    ) throws(TableTextError) {
        self.init(metric: metric, target: target)
        (self.clientSteps, self.fairness) = (clientSteps, fairness)
        let table = try TableText(rounds, name: "rounds.csv")
        let counts = try drops.map { text throws(TableTextError) in try Self.drops(text) } ?? [:]
        let none = ClientDrop.Reason.allCases.map { _ in 0 }
        for row in 0..<table.rowCount {
            let round = try table.count("round", row)
            guard round == row else {
                throw TableTextError(
                    table.name, line: row + 2, expected: "round \(row)", found: "\(round)")
            }
            add(try RoundFigures(table, row: row, drops: counts[round] ?? none))
        }
    }

    /// Counts the dropped clients by reason, for each round that has some.
    private static func drops(_ text: String) throws(TableTextError) -> [Int: [Int]] {
        let table = try TableText(text, name: "drops.csv")
        var counts: [Int: [Int]] = [:]
        for row in 0..<table.rowCount {
            let word = try table.text("reason", row)
            guard let reason = ClientDrop.Reason(rawValue: word),
                let index = ClientDrop.Reason.allCases.firstIndex(of: reason)
            else {
                throw TableTextError(
                    table.name, line: row + 2, expected: "a reason", found: "'\(word)'")
            }
            let none = ClientDrop.Reason.allCases.map { _ in 0 }
            counts[try table.count("round", row), default: none][index] += 1
        }
        return counts
    }
}
