public import Federation

/// A row of traces.csv.
public struct TraceRow: Equatable, Sendable {
    /// The round, from 0.
    public var round: UInt32
    /// The client, from 0.
    public var client: UInt32
    /// The local step, from 0; the number of steps for what was read after the last one.
    public var step: Int
    /// What it is: "rate", or a reading of the scheduler's.
    public var quantity: String
    /// The value of the trace.
    public var value: Double

    /// Returns the rows of a client's round.
    public static func rows(of report: ClientReport) -> [TraceRow] {
        func row(_ step: Int, _ quantity: String, _ value: Double) -> TraceRow {
            TraceRow(
                round: report.round, client: report.client, step: step, quantity: quantity,
                value: value)
        }
        let traces = report.traces
        return traces.rates.enumerated().map { row($0 * Int(traces.stride), "rate", $1) }
            + traces.readings.map { row(Int(report.steps), $0.name, $0.value) }
    }
}

/// The columns of traces.csv: one row for each value, as pandas calls tidy.
public let traceColumns: [Column<TraceRow>] = [
    Column("round", "round, from 0") { .integer(Int($0.round)) },
    Column("client", "client, from 0") { .integer(Int($0.client)) },
    Column("step", "local step, from 0; the number of steps for what was read after the last") {
        .integer($0.step)
    },
    Column("quantity", "rate, or another number that the client scheduler adapts") {
        .text($0.quantity)
    },
    Column("value", "its value; the mean over the parameters where each has its own") {
        .number($0.value)
    },
]

/// A row of server_traces.csv.
public struct ServerTraceRow: Equatable, Sendable {
    /// The round, from 0.
    public var round: UInt32
    /// The traced value, with its name.
    public var reading: TracedValue

    /// Returns the rows of a round.
    public static func rows(of record: RoundRecord) -> [ServerTraceRow] {
        record.readings.map { ServerTraceRow(round: record.round, reading: $0) }
    }
}

/// The columns of server_traces.csv: one row for each value.
public let serverTraceColumns: [Column<ServerTraceRow>] = [
    Column("round", "round, from 0") { .integer(Int($0.round)) },
    Column(
        "quantity",
        "memory_product, memory_cosine: of the aggregate and what the scheduler keeps of those"
            + " before; hypergradient: estimated d(loss)/d(global rate), so minus a product;"
            + " rate[k], hypergradient[k]: of layer or tensor k; what else it adapts"
    ) {
        .text($0.reading.name)
    },
    Column("value", "its value after the round") { .number($0.reading.value) },
]
