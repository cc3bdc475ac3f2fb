public import Charts

/// Returns the heat map of a comparison whose grid has two keys. The rows are the values of the
/// first key, the columns those of the second one; keys of clients are columns. With a baseline, it
/// shows the baseline's final values and the gain of each other variant; without one, the final
/// values of each variant.
///
/// - Parameters:
///   - grid: the keys of the grid.
///   - against: the variants beside the baseline, if there is one.
/// - Returns: nil for a grid of one key or of more than two.
public func heatMap(
    _ rows: [ComparisonRow], grid: [String], metric: Metric, against: AgainstBaseline?
) -> PanelFigure? {
    guard grid.count == 2 else { return nil }
    let isTurned = grid[0].hasPrefix("client.") && !grid[1].hasPrefix("client.")
    let (own, other) = isTurned ? (1, 0) : (0, 1)
    var (variants, up, across): ([String], [String], [String]) = ([], [], [])
    for row in rows where row.cell.count == 2 {
        if !variants.contains(row.variant) { variants.append(row.variant) }
        if !up.contains(row.cell[own]) { up.append(row.cell[own]) }
        if !across.contains(row.cell[other]) { across.append(row.cell[other]) }
    }
    let isAccuracy = metric == .accuracy
    func map(_ variant: String, _ kind: GridMap.Kind, _ value: ([String]) -> Double?) -> GridMap {
        let cells = up.map { first in
            across.map { second in
                let cell = isTurned ? [second, first] : [first, second]
                let failed = rows.count {
                    $0.variant == variant && $0.cell == cell && $0.summary == nil
                }
                return GridMap.Cell(value(cell), failed: failed)
            }
        }
        let isGain = kind == .differences
        return GridMap(
            name: isGain ? "\(variant): gain" : variant, variant: variants.firstIndex(of: variant),
            xTitle: grid[other], yTitle: grid[own], columns: across, rows: up, cells: cells,
            kind: kind, scale: .differences(), digits: isAccuracy || isGain ? 1 : 3)
    }
    var (finals, gains): ([GridMap], [GridMap]) = ([], [])
    for variant in variants {
        if let against, variant != against.baseline {
            gains.append(
                map(variant, .differences) { cell in
                    against.inCells.first { $0.variant == variant && $0.cell == cell }?.gain
                })
        } else {
            finals.append(
                map(variant, .values(lowerIsBetter: !isAccuracy)) { cell in
                    mean(
                        rows.filter { $0.variant == variant && $0.cell == cell }
                            .compactMap(\.value)
                    ).map { isAccuracy ? 100 * $0 : $0 }
                })
        }
    }
    let values = finals.flatMap(\.cells).flatMap { $0 }.compactMap(\.value)
    let scale = isAccuracy ? ColourScale.accuracies(values) : .errors(values)
    for index in finals.indices { finals[index].scale = scale }
    let unit = isAccuracy ? "points of accuracy" : "% less error"
    return PanelFigure(
        title: "Final \(metric.name) on the grid", maps: finals + gains,
        key: finals.isEmpty
            ? nil : ColourKey(scale, title: "final \(metric.name)\(isAccuracy ? ", %" : "")"),
        secondKey: gains.isEmpty
            ? nil
            : ColourKey(
                .differences(),
                title: "gain over \(against?.baseline ?? ""), \(unit);"
                    + " darker beyond"))
}
