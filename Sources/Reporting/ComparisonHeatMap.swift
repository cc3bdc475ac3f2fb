public import Charts
import Statistics

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
    let maps = ComparisonMaps(rows, grid, metric)
    var (finals, gains): ([GridMap], [GridMap]) = ([], [])
    for variant in maps.variants {
        if let against, variant != against.baseline {
            gains.append(maps.gains(of: variant, against))
        } else {
            finals.append(maps.finals(of: variant))
        }
    }
    let values = finals.flatMap(\.cells).flatMap { $0 }.compactMap(\.value)
    let isAccuracy = metric == .accuracy
    let scale = isAccuracy ? ColourScale.accuracies(values) : .errors(values)
    for index in finals.indices { finals[index].scale = scale }
    let unit = isAccuracy ? "points of accuracy" : "% less error"
    let gainTitle = "gain over \(against?.baseline ?? ""), \(unit); darker beyond"
    return PanelFigure(
        title: "Final \(metric.name) on the grid", maps: finals + gains,
        key: finals.isEmpty
            ? nil : ColourKey(scale, title: "final \(metric.name)\(isAccuracy ? ", %" : "")"),
        secondKey: gains.isEmpty ? nil : ColourKey(.differences(), title: gainTitle))
}

/// The maps of the variants of a comparison with a grid of two keys.
private struct ComparisonMaps {
    let rows: [ComparisonRow]
    let grid: [String]
    let metric: Metric
    /// Whether the first key is that of the columns.
    let isTurned: Bool
    private(set) var variants: [String] = []
    private var up: [String] = []
    private var across: [String] = []

    init(_ rows: [ComparisonRow], _ grid: [String], _ metric: Metric) {
        (self.rows, self.grid, self.metric) = (rows, grid, metric)
        isTurned = grid[0].hasPrefix("client.") && !grid[1].hasPrefix("client.")
        let (own, other) = isTurned ? (1, 0) : (0, 1)
        for row in rows where row.cell.count == 2 {
            if !variants.contains(row.variant) { variants.append(row.variant) }
            if !up.contains(row.cell[own]) { up.append(row.cell[own]) }
            if !across.contains(row.cell[other]) { across.append(row.cell[other]) }
        }
    }

    /// Returns the map of a variant's final values, in percent for accuracies.
    func finals(of variant: String) -> GridMap {
        map(variant, variant, .values(lowerIsBetter: metric != .accuracy)) { cell in
            let own = rows.filter { $0.variant == variant && $0.cell == cell }
            return mean(own.compactMap(\.value)).map { metric == .accuracy ? 100 * $0 : $0 }
        }
    }

    /// Returns the map of a variant's gains over the baseline.
    func gains(of variant: String, _ against: AgainstBaseline) -> GridMap {
        map("\(variant): gain", variant, .differences) { cell in
            against.inCells.first { $0.variant == variant && $0.cell == cell }?.gain
        }
    }

    private func map(
        _ name: String, _ variant: String, _ kind: GridMap.Kind, _ value: ([String]) -> Double?
    ) -> GridMap {
        let cells = up.map { first in
            across.map { second in
                let cell = isTurned ? [second, first] : [first, second]
                let failed = rows.count {
                    $0.variant == variant && $0.cell == cell && $0.summary == nil
                }
                return GridMap.Cell(value(cell), failed: failed)
            }
        }
        return GridMap(
            name: name, variant: variants.firstIndex(of: variant),
            xTitle: grid[isTurned ? 0 : 1], yTitle: grid[isTurned ? 1 : 0], columns: across,
            rows: up, cells: cells, kind: kind, scale: .differences(),
            digits: metric == .accuracy || kind == .differences ? 1 : 3)
    }
}
