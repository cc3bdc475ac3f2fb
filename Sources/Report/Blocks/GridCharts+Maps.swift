import Charts
import Reporting
import Statistics

/// The maps over the cells of a grid.
extension GridCharts {
    /// The maps of final values; nil if the grid has not one or two keys.
    var values: PanelFigure? {
        let isAccuracy = content.largerIsBetter
        let all = rows.flatMap { $0.values.compactMap(\.self) }
        let scale = isAccuracy ? ColourScale.accuracies(all) : ColourScale.errors(all)
        let maps = rows.compactMap { row in
            map(row, row.values, .values(lowerIsBetter: !isAccuracy), scale)
        }
        guard maps.count == rows.count else { return nil }
        let middle = (scale.low + scale.high) / 2
        let labels =
            isAccuracy
            ? [
                "≤ \(PageText.percentBrief(scale.low))", PageText.percentBrief(middle),
                PageText.percentBrief(scale.high),
            ]
            : [
                PageText.rate(scale.low), PageText.rate(middle), "≥ \(PageText.rate(scale.high))",
            ]
        return PanelFigure(
            title: "\(metricName) on the grid", maps: maps,
            key: ColourKey(scale, title: metricName.lowercased(if: isAccuracy), labels: labels))
    }

    /// The maps of differences from the baseline; nil without others.
    var differences: PanelFigure? {
        guard let baseline = content.study.baseline,
            let base = rows.first, base.variant.name == baseline.name, rows.count > 1
        else { return nil }
        let isAccuracy = content.largerIsBetter
        let all = rows.dropFirst().map { row in
            zip(row.values, base.values).map { own, other -> Double? in
                guard let own, let other else { return nil }
                // Blue is better: of errors, less is.
                return isAccuracy ? own - other : (other - own) / other * 100
            }
        }
        let scale = ColourScale.differences(limit: 20)
        let maps = zip(rows.dropFirst(), all).compactMap { row, values in
            map(row, values, .differences, scale)
        }
        guard maps.count == all.count else { return nil }
        let title =
            isAccuracy
            ? "points of accuracy; darker beyond"
            : "\(content.study.metric.gainUnit) than the baseline; darker beyond"
        return PanelFigure(
            title: "Difference from \(baseline.label), cell by cell", maps: maps,
            key: ColourKey(scale, title: title))
    }

    private func map(
        _ row: Row, _ values: [Double?], _ kind: GridMap.Kind, _ scale: ColourScale
    ) -> GridMap? {
        let grid = content.study.grid
        guard grid.count <= 2, let x = grid.firstIndex(of: keys.x) else { return nil }
        let y = keys.y.flatMap { grid.firstIndex(of: $0) }
        let cells = row.variant.cells
        let columns = Self.inOrder(cells.map { $0.values[x] })
        let lines = y.map { y in Self.inOrder(cells.map { $0.values[y] }) } ?? [""]
        var content = lines.map { _ in columns.map { _ in GridMap.Cell(nil) } }
        for (cell, value) in zip(cells, values) {
            guard let column = columns.firstIndex(of: cell.values[x]),
                let line = y.map({ y in lines.firstIndex(of: cell.values[y]) }) ?? 0
            else { continue }
            // A cell without any finished run shows no number.
            let shown = cell.finished.isEmpty ? nil : value
            content[line][column] = GridMap.Cell(shown, failed: cell.failures)
        }
        return GridMap(
            name: row.variant.label, variant: row.variant.index, xTitle: Self.title(keys.x),
            yTitle: keys.y.map(Self.title) ?? "", columns: columns, rows: lines, cells: content,
            kind: kind, scale: scale, digits: self.content.largerIsBetter ? 0 : 2)
    }

    private static func title(_ key: String) -> String {
        switch key {
        case "client.learning_rate": "local rate at start"
        case "server.learning_rate": "global rate at start"
        default: key.split(separator: ".").last.map(String.init) ?? key
        }
    }

    /// Returns different values: numbers in rising order, other words in the order of the grid.
    private static func inOrder(_ values: [String]) -> [String] {
        var unique: [String] = []
        for value in values where !unique.contains(value) { unique.append(value) }
        let numbers = unique.compactMap(Double.init)
        guard numbers.count == unique.count else { return unique }
        return zip(numbers, unique).sorted { $0.0 < $1.0 }.map(\.1)
    }
}
