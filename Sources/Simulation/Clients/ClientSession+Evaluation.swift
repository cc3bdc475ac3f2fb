import Federation
package import Messaging

/// Parts of an evaluation.
extension ClientSession {
    /// Evaluates one part of the samples and returns the sums.
    package mutating func perform(_ message: Message.Evaluate) -> Message {
        let task = message.task
        var report = EvaluationReport(
            round: task.round, number: task.number, attempt: task.attempt, sums: [])
        guard let prepared, let model = model(message.model, of: message.run) else {
            let work = Assignment(
                .evaluation, round: task.round, client: task.number, attempt: task.attempt)
            return fault(work, missing(message.model)).message
        }
        enterPhase(of: task.round)
        if evaluator == nil {
            let data = prepared.phases[phase]
            evaluator = Evaluator(
                network: prepared.network, dataset: data.dataset, holdout: data.holdout,
                countsClasses: prepared.countsClasses)
        }
        if evaluatedVersion != model.version {
            Self.load(&evaluator, model)
            evaluatedVersion = model.version
        }
        report.sums = evaluator?.sums(of: task.subject) ?? []
        if case .test = task.subject { report.classHits = evaluator?.classHits ?? [] }
        return .evaluated(Message.Evaluated(run: run, report: report))
    }

    private static func load(_ evaluator: inout Evaluator?, _ model: HeldModel) {
        model.withVectors { weights, _, _ in evaluator?.load(weights) }
    }
}
