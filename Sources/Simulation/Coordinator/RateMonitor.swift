package import Bytes
package import LearningRates
import Settings

/// Finds hyper-rates that do not fit the scale of the problem. Raw inner products often lead to
/// them.
///
/// - *Saturated*: the first change of the rate already reached a bound.
/// - *Inert*: after 20 rounds the rate is still within 1 % of its start.
/// - *Still*: a rate that should adapt did not change in 5 rounds that could have shown a change.
///   If clients carry their rates over, only rounds with a client that has trained before can show
///   it. The reason: a rule may change a rate after the last step, for the client's next round
///   only.
///
/// Each warning is given once in a run. The first two are given only for a hypergradient in paper
/// form.
package struct RateMonitor: Sendable, Saved {
    private let name: String
    private let what: String
    private let start: Double
    private let isPaperForm: Bool
    private let adapts: Bool
    private let carries: Bool
    private var changes = 0
    /// The number of rounds that could have shown a change of the rate.
    private var telling = 0
    /// The clients that have trained, as long as this matters. Only membership is read, never the
    /// order.
    private var seen: Set<UInt32> = []
    private var farthest = 0.0
    private var hasSpoken = false

    /// Creates a monitor of one rate.
    ///
    /// - Parameters:
    ///   - name: the scheduler's kind.
    ///   - what: "global rate" or "local rate".
    ///   - start: the start rate.
    ///   - adapts: whether it is a client's rate that should change.
    ///   - carries: whether clients carry their rates over from round to round.
    package init(
        scheduler name: String, form: HypergradientForm?, rate what: String, start: Double,
        adapts: Bool = false, carries: Bool = false
    ) {
        self.name = name
        self.what = what
        self.start = start
        isPaperForm = form == .paper
        self.adapts = adapts
        self.carries = carries
    }

    /// Records the rates of one round. Returns a warning if one is due.
    ///
    /// - Parameters:
    ///   - rates: the rates in use this round (all of them, or the extremes).
    ///   - saturatedAtOnce: whether a first change was clipped to a bound in this round.
    ///   - clients: the clients that the rates belong to; empty for a global rate.
    package mutating func record(
        rates: [Double], saturatedAtOnce: Bool, clients: [UInt32] = []
    ) -> String? {
        guard isPaperForm || adapts, !hasSpoken else { return nil }
        changes += 1
        // Rates of single parameters are stored in the precision of the weights.
        for rate in rates where rate != Double(Float(start)) {
            farthest = max(farthest, abs(rate / start - 1))
        }
        if isStill(clients) {
            hasSpoken = true
            return
                "client.scheduler: expected \(name) to change the \(what), found no change in"
                + " \(counted(changes, "round")); raise training.local_steps, or change its keys"
                + " ('hyperfed list \(name)'; bound hits are in clients.csv)"
        }
        guard isPaperForm else { return nil }
        if saturatedAtOnce {
            hasSpoken = true
            return "\(name) (paper form): expected changes of the \(what) within its bounds, found"
                + " the first one on a bound (hypergradient saturates); lower its hyper_rate or use"
                + " form: normalized"
        }
        if changes >= 20, farthest < 0.01 {
            hasSpoken = true
            return "\(name) (paper form): expected the \(what) to change, found it within 1 % of"
                + " \(start) after 20 rounds (hypergradient inert); raise its hyper_rate or use"
                + " form: normalized"
        }
        return nil
    }

    /// Returns whether enough rounds have shown a rate that does not change.
    private mutating func isStill(_ clients: [UInt32]) -> Bool {
        guard adapts, farthest == 0 else {
            seen = []
            return false
        }
        let isTelling = !carries || clients.contains { seen.contains($0) }
        if carries { seen.formUnion(clients) }
        if isTelling { telling += 1 }
        return isTelling && telling == 5
    }

    /// Appends what the monitor recorded in the rounds so far.
    package func save(to writer: inout ByteWriter) {
        writer.write(UInt32(changes))
        writer.write(UInt32(telling))
        writer.write(farthest)
        writer.write(hasSpoken)
        writer.write(count: seen.count)
        for client in seen.sorted() { writer.write(client) }
    }

    /// Reads what a monitor recorded in earlier rounds.
    package mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        changes = Int(try reader.integer(UInt32.self))
        telling = Int(try reader.integer(UInt32.self))
        farthest = try reader.double()
        hasSpoken = try reader.flag()
        let count = try reader.count(size: 4)
        seen = []
        for _ in 0..<count { seen.insert(try reader.integer()) }
    }
}
