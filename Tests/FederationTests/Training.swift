import Federation

/// All that a client hands back, as values that compare bit by bit.
struct Outcome: Equatable {
    var report: ClientReport
    var update: [Float]

    static func == (one: Outcome, other: Outcome) -> Bool {
        one.report == other.report
            && one.update.map(\.bitPattern) == other.update.map(\.bitPattern)
    }
}

extension LocalTrainer {
    /// One task, without its wall-clock reading.
    mutating func outcome(
        _ task: ClientTask, weights: [Float], movement: [Float]? = nil
    ) throws(TaskFailure) -> Outcome {
        // What an earlier owner left in the memory of the update must not matter.
        var update = [Float](repeating: .nan, count: weights.count)
        var span = update.mutableSpan
        var report: ClientReport
        if let movement {
            report = try run(task, weights: weights.span, movement: movement.span, into: &span)
        } else {
            report = try run(task, weights: weights.span, movement: nil, into: &span)
        }
        report.seconds = 0
        return Outcome(report: report, update: update)
    }

    /// The divergence of a task that must diverge.
    mutating func failure(_ task: ClientTask, weights: [Float]) -> ClientFailure? {
        do throws(TaskFailure) {
            _ = try outcome(task, weights: weights)
            return nil
        } catch {
            guard case .diverged(let failure) = error else { return nil }
            return failure
        }
    }
}
