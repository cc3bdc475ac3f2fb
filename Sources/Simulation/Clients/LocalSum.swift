import Federation
import LearningRates
import LinearAlgebra
import Messaging
import Models

/// The sum of the updates of one round in a client process.
///
/// The sum is on the grid of the aggregate (`ExactSum`). So the aggregate has the same bits as if
/// each update had arrived by itself.
final class LocalSum {
    /// The round of the updates; nil before the first one.
    private(set) var round: UInt32?
    private var clients: [UInt32] = []
    private var known: Set<UInt32> = []
    private var sum: ExactSum
    private let scale: UpdateScale
    /// The memory for the next update.
    var summand: [Float]

    /// Creates an empty sum.
    init(_ prepared: PreparedRun) {
        sum = prepared.exactSum()
        scale = prepared.updateScale
        summand = [Float](repeating: 0, count: prepared.network.parameterCount)
    }

    /// The round and the clients of the sum.
    var report: SumReport { SumReport(round: round ?? 0, clients: clients) }

    /// Removes all updates if another round begins.
    func begin(_ round: UInt32) {
        guard self.round != round else { return }
        if self.round != nil { sum.clear() }
        self.round = round
        clients.removeAll(keepingCapacity: true)
        known.removeAll(keepingCapacity: true)
    }

    /// Adds the update in `summand`. An update of a client that is there already is the same one,
    /// since each attempt of a task gives the same bits.
    ///
    /// - Throws: `ExactSum.OutOfGrid` if a number of the update is too large.
    func add(_ report: ClientReport, weight: UInt32, localRate: Double)
        throws(ExactSum.OutOfGrid)
    {
        guard !known.contains(report.client) else { return }
        let factor = scale.factor(of: report, localRate: localRate)
        try Self.add(&sum, summand, weight, factor)
        known.insert(report.client)
        clients.append(report.client)
    }

    private static func add(
        _ sum: inout ExactSum, _ update: [Float], _ weight: UInt32, _ factor: Double
    ) throws(ExactSum.OutOfGrid) { try sum.add(update.span, weight: weight, times: factor) }

    /// Writes the sum, two words for each parameter.
    func write(words: inout MutableSpan<Float>) { sum.write(words: &words) }

    /// The sum in the form in which it travels in a message.
    var packed: SharedFrame {
        let capacity = ExactSum.mostPackedWords(elements: summand.count)
        return SharedFrame(capacity: capacity) { sum.write(packed: &$0) }
    }
}
