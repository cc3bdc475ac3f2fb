import Statistics

/// Returns the heat map of a comparison whose grid has two keys. Rows are the values of the first
/// key, columns those of the second one. With a baseline, it shows the baseline's final values and
/// the gain of each other variant; without one, the final values of each variant.
///
/// - Parameters:
///   - grid: the keys of the grid.
///   - against: the variants beside the baseline, if there is one.
/// - Returns: nil for a grid of one key or of more than two.
public func heatMap(
    _ rows: [ComparisonRow], grid: [String], metric: Metric, against: AgainstBaseline?
) -> HeatMap? {
    guard grid.count == 2 else { return nil }
    var (variants, down, across): ([String], [String], [String]) = ([], [], [])
    for row in rows where row.cell.count == 2 {
        if !variants.contains(row.variant) { variants.append(row.variant) }
        if !down.contains(row.cell[0]) { down.append(row.cell[0]) }
        if !across.contains(row.cell[1]) { across.append(row.cell[1]) }
    }
    func table<T>(_ value: ([ComparisonRow]) -> T, of variant: String) -> [[T]] {
        let own = rows.filter { $0.variant == variant }
        return down.map { first in
            across.map { second in value(own.filter { $0.cell == [first, second] }) }
        }
    }
    func failures(_ rows: [ComparisonRow]) -> String {
        let count = rows.count { $0.summary == nil }
        return count == 0 ? "" : "\(count) failed"
    }
    let scale = metric == .accuracy ? 100.0 : 1.0
    let panels = variants.map { variant in
        let remarks = table(failures, of: variant)
        guard let against, variant != against.baseline else {
            let values = table({ mean($0.compactMap(\.value)).map { scale * $0 } }, of: variant)
            return HeatMap.Panel(variant, values, remarks: remarks)
        }
        let gains = down.map { first in
            across.map { second in
                against.inCells.first { $0.variant == variant && $0.cell == [first, second] }?.gain
            }
        }
        return HeatMap.Panel("\(variant): gain", gains, remarks: remarks, isGain: true)
    }
    let unit = metric == .accuracy ? ", %" : ""
    let gain = metric == .accuracy ? "percentage points" : "% less"
    return HeatMap(
        title: "final \(metric.name)\(unit)"
            + (against.map { "; gains over \($0.baseline), \(gain)" } ?? ""),
        rows: (grid[0], down), columns: (grid[1], across),
        // The baseline's own panel first.
        panels: panels.filter { !$0.isGain } + panels.filter(\.isGain),
        text: { metric == .accuracy ? fixed($0, 2) : brief($0) })
}
