import Bytes
import Federation
import LearningRates
import Scenarios

/// Monitors the rates of server and clients in a run, and gives each warning once.
struct RateMonitors: Saved {
    private var servers: [(rate: AdaptedRate, watch: RateMonitor)]
    private var client: RateMonitor
    /// The kind of the rule that compares the updates of a round. It is nil if no rule does, or if
    /// the warning was given already.
    private var comparing: String?
    /// The number of rounds so far, without void rounds.
    private var rounds = 0

    init(_ scenario: Scenario) {
        let server = scenario.server.scheduler
        servers = server.needs.parts(of: scenario.server.schedulerKind).compactMap { part in
            part.needs.adaptedRate.map { rate in
                // If the rule scales the aggregate, the scale starts at 1 and multiplies the rate.
                let global = server.needs.scalesAggregates ? 1 : server.start.globalRate
                return (
                    rate,
                    RateMonitor(
                        scheduler: part.kind, form: part.needs.form,
                        rate: rate == .local ? "local rate" : "global rate",
                        start: rate == .local ? server.start.localRate : global)
                )
            }
        }
        let needs = scenario.client.scheduler.needs
        client = RateMonitor(
            scheduler: scenario.client.schedulerKind, form: needs.form,
            rate: "local rate", start: server.start.localRate,
            // If the server sends other local rates, the sent rates change, and not the rates of a
            // client.
            adapts: needs.adaptsRate && !server.needs.changesLocalRate,
            carries: needs.carry != .reset)
        comparing = scenario.singleUpdateConcern == nil ? scenario.server.comparingKind : nil
    }

    /// Records a committed round that is not void.
    ///
    /// - Returns: the warnings about it.
    mutating func record(
        _ record: RoundRecord, _ outcome: UpdateAggregator.Outcome, _ reports: [ClientReport]
    ) -> [String] {
        defer { rounds += 1 }
        var texts: [String] = []
        for index in servers.indices {
            let decision = outcome.decision
            let change =
                servers[index].rate == .local ? decision.localChange : decision.globalChange
            // A rate without any change so far is the start rate.
            let text = servers[index].watch.record(
                rates: change.map { [$0.rate] } ?? [],
                saturatedAtOnce: rounds == 1 && change?.bound != nil)
            if let text { texts.append(text) }
        }
        let clientText = client.record(
            rates: [record.localRateSmallest, record.localRateLargest],
            saturatedAtOnce: reports.contains { $0.rates.saturatedAtOnce },
            clients: reports.map(\.client))
        return texts + [clientText, singleUpdate(record)].compactMap(\.self)
    }

    /// Returns the warning that a rule got only one update and cannot compare it with others. The
    /// warning is given once.
    private mutating func singleUpdate(_ record: RoundRecord) -> String? {
        guard record.participants == 1, let kind = comparing else { return nil }
        comparing = nil
        return "round \(record.round): expected 2 updates or more for \(kind), which compares them,"
            + " found 1; its factor is 1 in this round, as in FedAvg"
    }

    /// Appends what the monitors recorded so far, and which warnings were given.
    func save(to writer: inout ByteWriter) {
        writer.write(UInt32(rounds))
        writer.write(comparing != nil)
        for server in servers { server.watch.save(to: &writer) }
        client.save(to: &writer)
    }

    /// Reads what the monitors recorded in earlier rounds.
    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        rounds = Int(try reader.integer(UInt32.self))
        if try !reader.flag() { comparing = nil }
        for index in servers.indices { try servers[index].watch.restore(from: &reader) }
        try client.restore(from: &reader)
    }
}
