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
        + (seeds > 1 ? ", then mean ± standard deviation over \(seeds) seeds" : "")
        + (variants.contains { $0.failures > 0 } ? "; failed runs are left out" : "") + "\n"
        + differences(variants)
        + dropConcerns(variants)
}

/// A line for each variant that says in which methods it differs from others. Cells of the grid
/// that change the method itself have lines of their own.
private func differences(_ variants: [VariantSummary]) -> String {
    let parts = Methods.differing(variants)
    guard !parts.isEmpty else { return "" }
    var told: [(name: String, methods: Methods)] = []
    for variant in variants
    where !told.contains(where: { $0.name == variant.name && $0.methods == variant.methods }) {
        told.append((variant.name, variant.methods))
    }
    return told.map { variant in
        let labels = parts.map { "\($0.title) \($0.label(variant.methods))" }
        return "\(variant.name): \(labels.joined(separator: ", "))\n"
    }.joined()
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

/// Columns of text, each as wide as its widest cell; the first to the left.
func alignedRight(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in
        rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
        row.enumerated().map { column, cell in
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            return column == 0 ? cell + padding : padding + cell
        }.joined(separator: "  ")
    }.joined(separator: "\n")
}
