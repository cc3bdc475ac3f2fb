import Reporting
import Simulation

/// What the clients of a variant did, over all its runs that are drawn.
public struct ClientData: Sendable {
    /// Five quantiles of the local rates in bins of rounds, over participants and runs.
    public struct RateQuantiles: Sendable {
        /// The middle of each bin, in rounds from 1, shape (bins).
        public internal(set) var rounds: [Double] = []
        /// Smallest, lower quartile, median, upper quartile and largest, shape (5, bins).
        public internal(set) var values: [[Double]] = Array(repeating: [], count: 5)
    }

    /// The rates over rounds; empty without rows of clients.
    public private(set) var rates = RateQuantiles()
    /// The mean rate of each client and bin of rounds.
    public private(set) var map = RateMap()
    /// Local steps of all participants.
    public private(set) var steps = 0.0
    /// Local steps whose rate was clipped to a bound.
    public private(set) var boundHits = 0.0
    /// The accuracies or RMSEs of the last evaluation of clients, sorted, shape (runs, clients).
    public private(set) var evaluations: [[Double]] = []
    /// Which samples of the clients they are on: "test", "validation" or "train".
    public private(set) var evaluatedPart = ""
    /// The names of the classes, shape (classes); empty if no table has them.
    public private(set) var classes: [String] = []
    /// The recalls after the last evaluation, 0 to 1, shape (runs, classes).
    public private(set) var recalls: [[Double]] = []

    private let metric: Metric
    private var pooled: [[Float]] = []
    private var roundsOfBin = 1

    /// How many bins of rounds quantiles have at most. A chart has fewer pixels.
    private static let mostBins = 300

    init(metric: Metric) { self.metric = metric }

    /// Whether a rate of a client differs from another one.
    public var adapts: Bool {
        guard let low = rates.values[0].min(), let high = rates.values[4].max() else {
            return false
        }
        return high > low * (1 + 1e-6)
    }

    /// Reads the tables of one run.
    ///
    /// - Throws: `NumberTable.Problem` or `SystemError` if a table cannot be used.
    mutating func add(_ run: RunData) throws {
        if Files.exists("\(run.folder)/clients.csv") { try addRates(run) }
        if Files.exists("\(run.folder)/client_evaluations.csv") { try addEvaluations(run) }
        if Files.exists("\(run.folder)/class_evaluations.csv") { try addClasses(run) }
    }

    private mutating func addRates(_ run: RunData) throws {
        let bytes = try Files.readBytes("\(run.folder)/clients.csv", atMost: 2 << 30)
        let names = [
            "round", "client", "samples", "steps", "rate_mean", "lower_bound_hits",
            "upper_bound_hits",
        ]
        let table = try NumberTable(bytes, names)
        guard table.columns.allSatisfy({ $0.count == table.rowCount }) else {
            throw NumberTable.Problem(
                line: 1, expected: "the columns of clients.csv", found: "others")
        }
        if pooled.isEmpty {
            let rounds = max(1, run.plannedRounds)
            roundsOfBin = (rounds + Self.mostBins - 1) / Self.mostBins
            pooled = Array(repeating: [], count: (rounds + roundsOfBin - 1) / roundsOfBin)
            map = RateMap(rounds: rounds)
        }
        let (rounds, rates) = (table.columns[0], table.columns[4])
        for row in 0..<table.rowCount where rates[row].isFinite {
            guard let round = Int(exactly: rounds[row]), round >= 0,
                round / roundsOfBin < pooled.count
            else { continue }
            pooled[round / roundsOfBin].append(Float(rates[row]))
        }
        map.add(rounds: rounds, clients: table.columns[1], samples: table.columns[2], rates)
        steps += table.columns[3].reduce(0, +)
        boundHits += table.columns[5].reduce(0, +) + table.columns[6].reduce(0, +)
    }

    private mutating func addEvaluations(_ run: RunData) throws {
        let bytes = try Files.readBytes("\(run.folder)/client_evaluations.csv", atMost: 2 << 30)
        let parts = ["test", "validation", "train"]
        let names = parts.map { "\($0)_\(metric.evaluationColumn)" }
        let table = try NumberTable(bytes, ["round"] + names)
        for (part, column) in zip(parts, table.columns.dropFirst()) {
            let values = column.map(metric.value(ofEvaluation:))
            guard evaluatedPart.isEmpty || evaluatedPart == part,
                values.contains(where: { $0.isFinite })
            else { continue }
            let rounds = table.columns[0]
            let last = zip(rounds, values).filter { $1.isFinite }.map(\.0).max() ?? 0
            let own = zip(rounds, values).filter { $0 == last && $1.isFinite }.map(\.1)
            // The worst client first: of errors the largest.
            evaluations.append(own.sorted { metric == .accuracy ? $0 < $1 : $0 > $1 })
            evaluatedPart = part
            return
        }
    }

    private mutating func addClasses(_ run: RunData) throws {
        let bytes = try Files.readBytes("\(run.folder)/class_evaluations.csv", atMost: 1 << 30)
        let table = try NumberTable(bytes, ["round", "recall"], text: "name")
        guard let last = table.columns[0].max(), table.columns[1].count == table.rowCount else {
            return
        }
        let rows = (0..<table.rowCount).filter { table.columns[0][$0] == last }
        let names = rows.map { table.text($0) }
        if classes.isEmpty { classes = names }
        guard names == classes else { return }
        recalls.append(rows.map { table.columns[1][$0] })
    }

    /// Computes the quantiles when all runs are read, and frees the values.
    mutating func finish() {
        for (bin, values) in pooled.enumerated() where !values.isEmpty {
            let sorted = values.sorted()
            rates.rounds.append((Double(bin) + 0.5) * Double(roundsOfBin) + 0.5)
            for (index, share) in [0, 0.25, 0.5, 0.75, 1].enumerated() {
                let place = share * Double(sorted.count - 1)
                let low = Int(place)
                let high = min(low + 1, sorted.count - 1)
                let part = place - Double(low)
                rates.values[index].append(
                    Double(sorted[low]) * (1 - part) + Double(sorted[high]) * part)
            }
        }
        pooled = []
    }
}
