public import Federation
import LearningRates

/// One value of a table.
public enum Cell: Equatable, Sendable {
    /// A number without a fraction.
    case integer(Int)
    /// A whole number in a column where it can be missing.
    case optionalInteger(Int?)
    /// A number, written so that reading it gives the same bits.
    case number(Double)
    /// Text; quoted where CSV needs it.
    case text(String)
    /// No number: `NaN` or an empty cell.
    case empty
    /// No text: an empty cell.
    case noText

    /// A number that can be missing.
    init(_ number: Double?) { self = number.map(Cell.number) ?? .empty }

    /// Returns the cell in a CSV file (RFC 4180).
    ///
    /// Each column keeps one type. If missing numbers are `NaN`, whole numbers that can be missing
    /// are written with a point, because whole numbers have no `NaN`.
    package func text(missing: MissingNumber) -> String {
        switch self {
        case .integer(let value): String(value)
        case .optionalInteger(let value):
            value.map { missing == .nan ? "\($0).0" : "\($0)" } ?? missing.text
        case .number(let value): Self.text(value)
        case .text(let text):
            text.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) ? quoted(text) : text
        case .empty: missing.text
        case .noText: ""
        }
    }

    /// Returns a number as pandas, polars and DuckDB read it. To polars, "nan" is a text. To
    /// DuckDB, a column that begins with "inf" is a text or a date. All read 1e999 as infinite.
    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        return value.isInfinite ? (value < 0 ? "-1e999" : "1e999") : String(value)
    }

    /// Whether the cell is a missing number.
    var isMissingNumber: Bool {
        switch self {
        case .empty, .optionalInteger(nil): true
        case .integer, .optionalInteger, .number, .text, .noText: false
        }
    }
}

/// What stands in a CSV file where a number is missing.
public enum MissingNumber: String, Sendable {
    /// Nothing, but `NaN` in columns that have no number in their first rows. Readers would take
    /// such a column for text.
    case auto
    /// Nothing: a missing value to all readers. Those that guess types by the first rows take a
    /// column that is empty there for text.
    case empty
    /// `NaN`: a number to all readers, and so is the column. Means over it are NaN in polars and
    /// DuckDB until it is filtered out.
    case nan

    fileprivate var text: String { self == .nan ? "NaN" : "" }
}

// By scalars: to Swift, a carriage return with a line feed is one character, neither of the two.
private func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars { out += scalar == "\"" ? "\"\"" : String(scalar) }
    return out + "\""
}

/// One column of a table: CSV header, unit, meaning and value come from this one place.
public struct Column<Row>: Sendable {
    /// The header, stable across versions.
    public let name: String
    /// The meaning of the column, with its unit.
    public let meaning: String
    /// Whether it is a reading of a clock, the only kind that differs between equal runs.
    public let isClock: Bool
    /// Whether the column can have no number in its first 100 rows, by which polars guesses types.
    public private(set) var isSparse = false
    /// Reads the column's value from a row.
    public let value: @Sendable (Row) -> Cell

    init(
        _ name: String, _ meaning: String, isClock: Bool = false,
        _ value: @escaping @Sendable (Row) -> Cell
    ) {
        (self.name, self.meaning, self.isClock, self.value) = (name, meaning, isClock, value)
    }

    /// Returns the column, marked as one that can have no number in its first 100 rows.
    public func sparse(if isSparse: Bool) -> Column {
        var column = self
        column.isSparse = isSparse
        return column
    }

    /// Returns the cell of a row.
    func text(_ row: Row, _ missing: MissingNumber) -> String {
        value(row).text(missing: isSparse && missing == .auto ? .nan : missing)
    }

    /// A column of numbers that can be missing.
    init(_ name: String, _ meaning: String, _ number: any KeyPath<Row, Double?> & Sendable) {
        self.init(name, meaning) { Cell($0[keyPath: number]) }
    }
}

/// Returns the columns of rounds.csv.
///
/// - Parameters:
///   - server: the server scheduler with its form: every row names what made it.
///   - client: the client scheduler with its form.
///   - hasPhases: whether the clients' data change during the run.
///   - hasClasses: whether the recall of each class is counted.
///   - hasStaleness: whether updates can start from older versions of the model.
///   - predictsSymbols: whether the model predicts symbols of a text.
public func roundColumns(
    server: String, client: String, hasPhases: Bool = false, hasClasses: Bool = false,
    hasStaleness: Bool = false, predictsSymbols: Bool = false
)
    -> [Column<RoundRecord>]
{
    [
        Column("round", "round, from 0") { .integer(Int($0.round)) },
        Column("participants", "clients in the aggregate") { .integer($0.participants) },
        Column("samples", "training samples of the participants") { .integer($0.samples) },
        Column("train_loss", "mean training loss of the participants, weighted like updates") {
            ofUpdates($0, $0.trainLoss)
        },
        Column("test_loss", "test loss of the global model after the round", \.testLoss),
        Column(
            "test_accuracy", "test accuracy of the global model after the round, 0 to 1",
            \.testAccuracy),
        Column("global_rate", "global rate applied to this round's aggregate") {
            .number($0.decision.globalRate)
        },
        Column("local_rate", "local rate sent with the tasks") { .number($0.localRate) },
        Column("local_rate_mean", "mean over participants of their mean local rate") {
            ofUpdates($0, $0.localRateMean)
        },
        Column("local_rate_min", "smallest local rate of any step") {
            ofUpdates($0, $0.localRateSmallest)
        },
        Column("local_rate_max", "largest local rate of any step") {
            ofUpdates($0, $0.localRateLargest)
        },
        Column(
            "product_with_previous", "inner product of this aggregate and the one before",
            \.productWithPrevious),
        Column("cosine", "cosine of this aggregate and the one before", \.cosine),
        Column("aggregate_norm", "norm of the aggregate, before the global rate") {
            ofUpdates($0, $0.aggregateNorm)
        },
        Column("mean_update_norm", "mean norm of the participants' updates") {
            ofUpdates($0, $0.meanUpdateNorm)
        },
        Column("server_bound_hit", "1 where the server's rate was held at a bound") {
            .integer($0.decision.hitsBound ? 1 : 0)
        },
        Column("client_bound_hits", "local steps held at a bound, all participants") {
            .integer($0.clientBoundHits)
        },
        Column("server_scheduler", "server scheduler and its form") { _ in .text(server) },
        Column("client_scheduler", "client scheduler and its form") { _ in .text(client) },
        Column("seconds", "wall-clock seconds of the round", isClock: true) {
            .number($0.seconds)
        },
        Column(
            "test_rmse", "RMSE after the round, in the data's own units; empty for classes",
            \.testRMSE),
    ] + participationColumns + (hasPhases ? [phaseColumn] : [])
        + (hasClasses ? [balancedColumn] : []) + (hasStaleness ? stalenessColumns : [])
        + (predictsSymbols ? [perplexityColumn] : [])
}

private let perplexityColumn = Column<RoundRecord>(
    "test_perplexity",
    "e to the test loss, per predicted symbol; only if the model predicts symbols of a text",
    \.testPerplexity)

private let balancedColumn = Column<RoundRecord>(
    "balanced_accuracy",
    "mean recall of the classes with test samples, 0 to 1; only with evaluation.per_class",
    \.balancedAccuracy)

private let phaseColumn = Column<RoundRecord>(
    "data_phase", "phase of the clients' data, from 0; only with data.drift"
) {
    .optionalInteger($0.dataPhase)
}

private let participationColumns: [Column<RoundRecord>] = [
    Column(
        "update_diversity",
        "weighted mean of the updates' squared norms over that of the aggregate; 1: all equal",
        \.diversity),
    Column("aggregate_scale", "factor of the aggregate before the server's optimizer") {
        .number($0.decision.aggregateScale)
    },
    Column("dropped", "clients of the cohort that are not in the aggregate; see drops.csv") {
        .integer($0.drops.count)
    },
    Column("void", "1 where no update came: model, rates and all states stay as they were") {
        .integer($0.isVoid ? 1 : 0)
    },
    Column(
        "simulated_seconds", "until the last used report, or the deadline; empty: no time",
        \.simulatedSeconds),
    Column(
        "bytes_up",
        "per participant the packed form of its update, 4 bytes a parameter without compression (4"
            + " also for SCAFFOLD's control variate), and 32: samples, steps, losses, norm"
    ) {
        .integer($0.bytesUp)
    },
    Column(
        "bytes_down",
        "per drawn client, dropped or not, the packed form of the model, 4 bytes a parameter"
            + " without compression (4 also for the last aggregate or SCAFFOLD's control variate,"
            + " where clients use it), and 8: the local rate"
    ) {
        .integer($0.bytesDown)
    },
]

/// A number that a void round has not.
private func ofUpdates(_ record: RoundRecord, _ value: Double) -> Cell {
    record.isVoid ? .empty : .number(value)
}

/// The columns of drops.csv: a row for each client and round that is not in the aggregate.
public let dropColumns: [Column<ClientDrop>] = [
    Column("round", "round, from 0") { .integer(Int($0.round)) },
    Column("client", "client, from 0") { .integer(Int($0.client)) },
    Column(
        "reason",
        "dropped_out: no report came; late: after the deadline, or when there were enough;"
            + " diverged; stale: above largest_staleness"
    ) {
        .text($0.reason.rawValue)
    },
    Column(
        "step",
        "where it diverged: the local step, from 0, at which it showed, or their number at the end"
    ) {
        .optionalInteger($0.failure.map { Int($0.step) })
    },
    Column("local_rate", "where it diverged: the local rate of that step") {
        $0.failure.map { .number($0.localRate) } ?? .empty
    },
    Column("problem", "where it diverged: what was not finite or too large") {
        $0.failure.map { .text($0.reason) } ?? .noText
    },
]
