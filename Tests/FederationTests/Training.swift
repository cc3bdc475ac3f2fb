import Federation

/// All that a client hands back, as values that compare bit by bit.
struct Outcome: Equatable {
    var report: ClientReport
    var update: [Float]
    /// The vectors that the client carries on.
    var carried: [Float] = []

    static func == (one: Outcome, other: Outcome) -> Bool {
        one.report == other.report
            && one.update.map(\.bitPattern) == other.update.map(\.bitPattern)
            && one.carried.map(\.bitPattern) == other.carried.map(\.bitPattern)
    }
}

extension LocalTrainer {
    /// One task, without its wall-clock reading.
    ///
    /// - Parameters:
    ///   - server: the correction's vector of the server.
    ///   - carried: the vectors that the client carries into the round.
    mutating func outcome(
        _ task: ClientTask, weights: [Float], previousAggregate: [Float]? = nil,
        server: [Float] = [],
        carried: [Float] = []
    ) throws(TaskFailure) -> Outcome {
        // What an earlier owner left in the memory of the update must not matter.
        var update = [Float](repeating: .nan, count: weights.count)
        var span = update.mutableSpan
        var next = [Float](repeating: .nan, count: 6 * weights.count)
        var nextSpan = next.mutableSpan
        var report: ClientReport
        if let previousAggregate {
            report = try trainClient(
                task, weights: weights.span, previousAggregate: previousAggregate.span,
                server: server.span,
                carried: carried.span, into: &span, carrying: &nextSpan)
        } else {
            report = try trainClient(
                task, weights: weights.span, previousAggregate: nil, server: server.span,
                carried: carried.span, into: &span, carrying: &nextSpan)
        }
        report.seconds = 0
        return Outcome(
            report: report, update: update,
            carried: Array(next.prefix(Int(report.carriedVectors) * weights.count)))
    }

    /// The divergence of a task that must diverge.
    mutating func failure(
        _ task: ClientTask, weights: [Float], server: [Float] = [], carried: [Float] = []
    ) -> ClientFailure? {
        do throws(TaskFailure) {
            _ = try outcome(task, weights: weights, server: server, carried: carried)
            return nil
        } catch {
            guard case .diverged(let failure) = error else { return nil }
            return failure
        }
    }
}
