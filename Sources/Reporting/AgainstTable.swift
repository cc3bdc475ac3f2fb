import Settings
import Statistics

extension AgainstBaseline {
    /// The table below that of a comparison with a baseline.
    public var text: String {
        let hasGrid = !grid.isEmpty
        let hasFailures = ([reference] + overall).contains { $0.failedRuns > 0 }
        let unit = metric == .accuracy ? "percentage points" : "% less"
        let hasIntervals = overall.contains { $0.gainInterval != nil }
        var header = ["variant", hasGrid ? "mean gain" : "gain"]
        if hasIntervals { header.append("interval") }
        if hasGrid { header += ["smallest", "largest", "spread", "change"] }
        if hasFailures { header += ["failed"] + (hasGrid ? ["gain without"] : []) }
        if target != nil { header += ["speed-up", "smallest"] }
        let hasBytes = reference.bytesRatio != nil
        if hasBytes { header.append("bytes a round") }
        header.append("seconds a round")
        let rows = ([reference] + overall).enumerated().map { index, scores in
            row(scores, isReference: index == 0, hasFailures: hasFailures)
        }
        return "against \(baseline): final \(metric.name), \(unit)\n"
            + alignedRight([header] + rows) + "\n" + notes(hasFailures).joined(separator: "\n")
            + "\n"
    }

    private func row(_ scores: Scores, isReference: Bool, hasFailures: Bool) -> [String] {
        func unless(_ text: String?) -> String { isReference ? "-" : text ?? "-" }
        var cells = [scores.variant, unless(scores.gain.map { signed($0, 2) })]
        if overall.contains(where: { $0.gainInterval != nil }) {
            cells.append(
                unless(
                    scores.gainInterval.map {
                        "\(signed($0.lower, 2)) to \(signed($0.upper, 2))"
                    }))
        }
        if !grid.isEmpty {
            cells += [
                unless(scores.smallest.map(placed)), unless(scores.largest.map(placed)),
                scores.spread.map(spreadText) ?? "-",
                unless(scores.spreadChange.map { signed($0, 0) + " %" }),
            ]
        }
        if hasFailures {
            cells.append("\(scores.failedRuns) of \(scores.runs)")
            if !grid.isEmpty {
                let gain = scores.gainWithoutFailures.map { signed($0, 2) } ?? "-"
                let rest = scores.cells - scores.failedCells
                cells.append(unless("\(gain) (\(rest) of \(scores.cells))"))
            }
        }
        if target != nil {
            cells += [unless(scores.speedUp?.text), unless(scores.smallestSpeedUp?.text)]
        }
        if reference.bytesRatio != nil {
            cells.append(scores.bytesRatio.map { fixed($0, 2) } ?? "-")
        }
        return cells + [scores.secondsRatio.map { fixed($0, 2) } ?? "-"]
    }

    private func placed(_ gain: Scores.CellGain) -> String {
        signed(gain.gain, 2) + " (" + gain.cell.joined(separator: ", ") + ")"
    }

    private func spreadText(_ spread: Double) -> String {
        metric == .accuracy ? fixed(100 * spread, 2) : brief(spread)
    }

    /// Returns what the columns mean.
    private func notes(_ hasFailures: Bool) -> [String] {
        var notes: [String] = []
        let hasIntervals = overall.contains { $0.gainInterval != nil }
        let interval = hasIntervals ? ", 95 % t interval over seeds" : ""
        if grid.isEmpty {
            notes.append("gain: over \(baseline) with the same seed, mean\(interval)")
        } else {
            notes.append(
                "gain: over \(baseline) in the same cell with the same seed, mean over"
                    + " \(counted(reference.cells, "cell"))\(interval);"
                    + " smallest, largest: of any cell, (\(grid.joined(separator: ", ")))")
            notes.append(
                "spread: largest minus smallest \(metric.name) of any cell"
                    + (metric == .accuracy ? ", in percentage points" : "")
                    + "; change: against that of \(baseline)")
        }
        if hasFailures {
            notes.append(
                "failed: runs; one that diverged counts as a constant prediction (the training"
                    + " part's \(metric == .accuracy ? "commonest class" : "mean")) and has"
                    + " reached no target"
                    + (grid.isEmpty
                        ? "" : "; gain without: over the cells in which none failed, of either"))
        }
        if let target { notes.append(speedUpNote(target)) }
        let bytes = reference.bytesRatio == nil ? "" : "bytes a round: up and down; "
        notes.append(
            bytes + "seconds a round: wall clock, as measured here; median over the runs")
        return notes
    }

    private func speedUpNote(_ target: Double) -> String {
        let without = reference.runs - reference.speedUpRuns
        let isBounded = overall.flatMap { [$0.speedUp, $0.smallestSpeedUp] }
            .contains { $0.map { $0.relation != .exact } ?? false }
        let share = fixed(100 * target, target * 100 == (target * 100).rounded() ? 0 : 1)
        return "speed-up: rounds of \(baseline) to \(share) % of its best \(metric.name) over the"
            + " rounds to the same; median and smallest over"
            + " \(counted(reference.speedUpRuns, "run"))"
            + (isBounded ? "; < and ≤ where not all of them got there" : "")
            + (without > 0
                ? "; \(without) more \(without == 1 ? "has" : "have") no target,"
                    + " since \(baseline) failed"
                : "")
    }
}

/// A number with its sign: +1.25, -0.50.
func signed(_ value: Double, _ digits: Int) -> String {
    let text = fixed(value, digits)
    return text.hasPrefix("-") ? text : "+" + text
}
