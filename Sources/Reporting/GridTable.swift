import Statistics

/// Returns the table that ends a comparison with a grid: final values, the last key's values side
/// by side.
public func gridTable(_ variants: [VariantSummary]) -> String {
    guard let key = variants.first?.cell.last?.key else { return "" }
    var columns: [String] = []
    var rows: [(name: String, cells: [String: VariantSummary])] = []
    for variant in variants {
        let value = variant.cell.last?.value ?? ""
        if !columns.contains(value) { columns.append(value) }
        let name = ([variant.name] + variant.cell.dropLast().map { "\($0.key) \($0.value)" })
            .joined(separator: ", ")
        if rows.last?.name != name { rows.append((name, [:])) }
        rows[rows.count - 1].cells[value] = variant
    }
    let metrics = Set(variants.flatMap(\.runs).map(\.metric))
    let metric = metrics.count == 1 ? metrics.first?.name ?? "" : "metric"
    let seeds = variants.map { $0.runs.count + $0.failures }.max() ?? 0
    var lines = [["variant"] + columns]
    for row in rows { lines.append([row.name] + columns.map { text(row.cells[$0]) }) }
    return "final \(metric) by \(key)\n" + alignedRight(lines) + "\n"
        + "final \(metric): mean of the last 10 evaluations, or of all"
        + (seeds > 1 ? ", then mean over \(seeds) seeds" : "")
        + (variants.contains { $0.failures > 0 } ? "; failed runs are left out" : "") + "\n"
}

private func text(_ variant: VariantSummary?) -> String {
    guard let variant else { return "-" }
    guard variant.missing == 0 else {
        return (variant.runs.isEmpty ? "-" : finalValue(variant.runs)) + variant.gaps
    }
    guard variant.failures > 0 else { return finalValue(variant.runs) }
    let all = variant.runs.count + variant.failures
    return variant.runs.isEmpty
        ? "failed" : "\(finalValue(variant.runs)) (\(variant.failures) of \(all) failed)"
}

/// Returns the mean final value of runs with its unit; "-" without one.
private func finalValue(_ runs: [RunSummary]) -> String {
    guard let metric = runs.first?.metric, let mean = mean(runs.compactMap(\.finalValue)) else {
        return "-"
    }
    return metric.text(mean)
}
