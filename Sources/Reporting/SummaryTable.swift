import Statistics

/// Returns the table that ends a comparison; without a target there is no column of rounds to it.
/// Optimizers and corrections have columns where the variants differ in them.
public func summaryTable(_ variants: [VariantSummary]) -> String {
    let seeds = variants.map { $0.runs.count + $0.failures }.max() ?? 0
    let hasFailures = variants.contains { $0.failures > 0 }
    // Variants may have different data, and then nothing in common to be compared by.
    let metrics = Set(variants.flatMap(\.runs).map(\.metric))
    let metric = metrics.count == 1 ? metrics.first : nil
    let final = "final \(metric?.name ?? (metrics.isEmpty ? Metric.accuracy.name : "metric"))"
    let targets = Set(variants.compactMap { $0.runs.first }.map(\.target))
    let common = targets.count == 1 ? targets.first ?? nil : nil
    let hasTarget = targets.contains { $0 != nil }
    let bound = common.map { metric?.text($0) ?? brief($0) } ?? "target"
    let rounds = hasTarget ? ["rounds to \(bound)"] : []
    // Over a few seeds a median says little more than the mean.
    let hasMedian = seeds >= 5
    let methods = Methods.differing(variants).filter { !$0.title.hasSuffix("scheduler") }
    var rows = [
        ["variant", "schedulers (server / client)"] + methods.map(\.title) + [final]
            + (hasMedian ? ["median"] : [])
            + ["best"] + rounds + ["seconds"]
    ]
    for variant in variants {
        rows.append(
            [variant.name, variant.methods.schedulers] + methods.map { $0.label(variant.methods) }
                + [finalValue(variant.runs) + variant.gaps]
                + (hasMedian ? [medianValue(variant)] : []) + [bestValue(variant.runs)]
                + (hasTarget ? [roundsToTarget(variant.runs)] : [])
                + [mean(variant.runs.map(\.seconds)).map { fixed($0, 1) } ?? "-"])
    }
    return aligned(rows, texts: 2 + methods.count) + "\n"
        + "\(final): mean of the last 10 evaluations, or of all"
        + (hasFailures ? " of the runs that finished" : "")
        + (seeds > 1 ? ", then mean ± standard deviation over \(seeds) seeds" : "")
        + (hasMedian ? "; median: of the same, a failed run as the worst" : "")
        + "; best and seconds: means"
        + (hasTarget ? "; rounds: median, > means not reached by all seeds\n" : "\n")
        + dropConcerns(variants)
}

func finalValue(_ runs: [RunSummary]) -> String {
    let values = runs.compactMap(\.finalValue)
    guard let metric = runs.first?.metric, let mean = mean(values) else { return "-" }
    guard let deviation = standardDeviation(values) else { return metric.text(mean) }
    return "\(metric.text(mean)) ± \(metric.deviationText(deviation))"
}

/// A failed run is worse than any other.
private func medianValue(_ variant: VariantSummary) -> String {
    guard let metric = variant.runs.first?.metric else { return "-" }
    let worst = metric.reaches(0, 1) ? Double.infinity : -.infinity
    let values = variant.runs.compactMap(\.finalValue)
    let failed = [Double](repeating: worst, count: variant.failures)
    guard !values.isEmpty, let median = median(values + failed) else { return "-" }
    return median.isFinite ? metric.text(median) : "failed"
}

private func bestValue(_ runs: [RunSummary]) -> String {
    guard let metric = runs.first?.metric, let mean = mean(runs.compactMap(\.bestValue)) else {
        return "-"
    }
    return metric.text(mean)
}

private func roundsToTarget(_ runs: [RunSummary]) -> String {
    guard runs.first?.target != nil else { return "-" }
    let reached = runs.compactMap(\.roundsToTarget)
    // A seed that never got there counts as more than its rounds, so the median is a bound.
    let all = runs.map { Double($0.roundsToTarget ?? $0.rounds) }
    guard let median = median(all) else { return "-" }
    let text = fixed(median, median == median.rounded() ? 0 : 1)
    if reached.count == runs.count { return text }
    return "> \(text) (\(reached.count) of \(runs.count))"
}

/// Returns columns of text, each as wide as its widest cell. The first `texts` columns are aligned
/// to the left, the others to the right.
public func aligned(_ rows: [[String]], texts: Int = 2) -> String {
    let widths = (rows.first ?? []).indices.map { column in
        rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            line += column < texts ? cell + padding + "  " : padding + cell + "  "
        }
        while line.last == " " { line.removeLast() }
        return line
    }.joined(separator: "\n")
}
