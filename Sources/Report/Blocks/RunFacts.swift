import Reporting
import Settings
import Simulation

/// What came of a single run, as a list.
enum RunFacts {
    /// Returns the list; empty if the run has no evaluation.
    static func list(_ content: StudyContent) -> HTML {
        let study = content.study
        guard let run = study.runs.first, let last = run.evaluations.last else { return "" }
        let isAccuracy = study.metric == .accuracy
        func text(_ value: Double) -> String {
            isAccuracy ? PageText.percent(value * 100, 2) : PageText.rate(value)
        }
        let name = study.metric.name
        var facts: [(String, String)] = []
        if let final = run.final {
            let count = min(run.evaluations.count, 10)
            let what =
                count == 1 ? "the only evaluation" : "mean of the last \(count) evaluations"
            facts.append(("Final \(name)", "\(text(final)), \(what)"))
        }
        facts.append(("Last \(name)", "\(text(last.value)), after round \(last.round)"))
        let values = run.evaluations.map(\.value)
        if let best = isAccuracy ? values.max() : values.min() {
            facts.append(("Best \(name)", text(best)))
        }
        if let target = study.target {
            let rounds = run.rounds(to: target)
            facts.append(
                (
                    "Target \(text(target))",
                    rounds.map { "after " + counted($0, "round") }
                        ?? "not reached in " + counted(run.series?.roundCount ?? 0, "round")
                ))
        }
        if let bytes = run.series?.bytesSoFar.last {
            facts.append(("Sent, up and down", PageText.bytes(bytes)))
        }
        if let seconds = run.series?.simulatedSecondsSoFar.last {
            facts.append(("Simulated time", "\(PageText.rate(seconds)) s"))
        }
        let methods = study.variants[0].methods
        facts.append(("Server scheduler", methods.serverScheduler))
        facts.append(("Client scheduler", methods.clientScheduler))
        if let rate = run.file?.figures.lastGlobalRate {
            facts.append(("Last global rate", PageText.rate(rate)))
        }
        if let rate = run.file?.figures.lastLocalRate {
            facts.append(("Last local rate, mean", PageText.rate(rate)))
        }
        let list = facts.map { name, value -> HTML in "<dt>\(name)</dt><dd>\(value)</dd>\n" }
        return "<dl class=\"facts\">\n\(list.joined())</dl>"
    }
}
