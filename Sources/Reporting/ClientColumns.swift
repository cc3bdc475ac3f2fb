public import Federation

/// A row of clients.csv: what a client's update of a round was.
public struct ClientRow: Sendable {
    /// The report of the client.
    public var report: ClientReport
    /// τ of the update; nil if rounds are synchronous.
    public var staleness: UInt32?

    /// Creates a row from its parts.
    public init(_ report: ClientReport, staleness: UInt32? = nil) {
        (self.report, self.staleness) = (report, staleness)
    }

    /// Returns the rows of a round.
    ///
    /// - Parameter reports: the reports of the participants, in client order, as they are in the
    ///   record.
    public static func rows(of record: RoundRecord, _ reports: [ClientReport]) -> [ClientRow] {
        guard let staleness = record.staleness?.ofUpdates else { return reports.map { Self($0) } }
        return zip(reports, staleness).map { Self($0, staleness: $1) }
    }
}

/// Returns the columns of clients.csv: a row for each client and round.
///
/// - Parameters:
///   - client: the client scheduler with its form.
///   - hasStaleness: whether updates can start from older versions of the model.
public func clientColumns(client: String, hasStaleness: Bool = false) -> [Column<ClientRow>] {
    let own: [Column<ClientRow>] = [
        Column("round", "round, from 0") { .integer(Int($0.report.round)) },
        Column("client", "client, from 0") { .integer(Int($0.report.client)) },
        Column("samples", "training samples of the client") { .integer(Int($0.report.samples)) },
        Column("steps", "local steps") { .integer(Int($0.report.steps)) },
        Column("train_loss", "mean training loss, each sample before its step") {
            .number($0.report.meanLoss)
        },
        Column("update_norm", "norm of the client's update") {
            .number($0.report.squaredNorm.squareRoot())
        },
        Column("rate_first", "local rate of the first step") { .number($0.report.rates.first) },
        Column("rate_last", "local rate of the last step") { .number($0.report.rates.last) },
        Column("rate_min", "smallest local rate") { .number($0.report.rates.smallest) },
        Column("rate_max", "largest local rate") { .number($0.report.rates.largest) },
        Column("rate_mean", "mean local rate over the steps") { .number($0.report.rates.mean) },
        Column("lower_bound_hits", "steps held at the lower bound") {
            .integer(Int($0.report.rates.lowerBoundHits))
        },
        Column("upper_bound_hits", "steps held at the upper bound") {
            .integer(Int($0.report.rates.upperBoundHits))
        },
        Column("undefined", "hypergradients that counted as 0") {
            .integer(Int($0.report.rates.undefined))
        },
        Column("client_scheduler", "client scheduler and its form") { _ in .text(client) },
        Column("seconds", "processor seconds of the local training", isClock: true) {
            .number($0.report.seconds)
        },
    ]
    return hasStaleness ? own + [stalenessColumn] : own
}

private let stalenessColumn = Column<ClientRow>(
    "staleness",
    "server steps since the client started: the round minus the version of its model; only with"
        + " async and semi_sync"
) {
    .optionalInteger($0.staleness.map { Int($0) })
}
