import Bytes

extension CurveLayout {
    /// Draws the names of the lines where the chart wants them.
    package func drawNames(_ drawing: inout Drawing) {
        if !keyRows.isEmpty { return drawKeyRows(&drawing) }
        switch chart.names {
        case .atLines: drawAtLines(&drawing)
        case .inCorner: drawInCorner(&drawing)
        case .abovePanel:
            guard let group = groups.first else { return }
            let whole = group.curve.name
            let letters = form.width / form.letter - 1
            drawing.text(
                0, 11, Markup.shortened(whole, to: letters), .start, .panelTitle(group.variant),
                whole: whole)
        }
    }

    /// The places that names beside lines can have.
    private var labelRange: ClosedRange<Double> {
        (plot.top + 2)...max(plot.top + 2, plot.bottom - 2)
    }

    private func drawAtLines(_ drawing: inout Drawing) {
        let ends = groups.compactMap { group in end(of: group.curve).map { (group, $0) } }
        let early = ends.filter { $0.1.x < plot.right - 30 }
        let late = ends.filter { $0.1.x >= plot.right - 30 }
        let places = LabelPlacement.spread(
            late.map(\.1.y), gap: form.labelGap, in: labelRange)
        for ((group, end), place) in zip(late, places) {
            let variant = group.variant
            drawing.together(group.variants) {
                $0.line(end.x + 1, end.y, plot.right + 9, place, .lead(variant))
                $0.marker(plot.right + 13, place, variant)
                $0.text(
                    plot.right + 20, place + 4, label(of: group), .start, .label(variant),
                    whole: group.curves.map(\.name).joined(separator: ", "))
            }
        }
        drawEarly(early, &drawing)
    }

    /// Names lines that end early at their ends.
    private func drawEarly(_ early: [(Group, Point)], _ drawing: inout Drawing) {
        let places = LabelPlacement.spread(
            early.map(\.1.y), gap: form.labelGap, in: labelRange)
        for ((group, end), place) in zip(early, places) {
            let variant = group.variant, whole = label(of: group)
            // The side with room for the whole name, or else with more room.
            let right = plot.right - end.x - 8, left = end.x - 8
            let isFree = form.width(of: whole) <= right || right >= left
            let name = Markup.shortened(whole, to: max(left, right) / form.letter)
            drawing.together(group.variants) {
                $0.dot(end.x, end.y, radius: 2.5, .end(variant))
                $0.line(end.x, end.y, end.x + (isFree ? 5 : -5), place, .lead(variant))
                $0.text(
                    end.x + (isFree ? 7 : -7), place + 4, name, isFree ? .start : .end,
                    .haloedLabel(variant),
                    whole: group.curves.map(\.name).joined(separator: ", "))
            }
        }
    }

    private func drawKeyRows(_ drawing: inout Drawing) {
        for (row, entries) in keyRows.enumerated() {
            var x = 0.0
            for entry in entries {
                drawEntry(entry.group, entry.name, x, 25 + 14 * Double(row), &drawing)
                x += keyWidth(entry.name)
            }
        }
    }

    private func drawEntry(
        _ group: Group, _ name: String, _ x: Double, _ y: Double, _ drawing: inout Drawing
    ) {
        drawing.together(group.variants) {
            $0.line(x, y, x + 18, y, .line(group.variant))
            $0.marker(x + 9, y, group.variant)
            $0.text(
                x + 22, y + 4, name, .start, .label(group.variant),
                whole: group.curves.map(\.name).joined(separator: ", "))
        }
    }

    private func drawInCorner(_ drawing: inout Drawing) {
        let entries = inOrderOfEnds.map { ($0, label(of: $0)) }
        let width = (entries.map { form.width(of: $0.1) }.max() ?? 0) + 26
        let height = 15 * Double(entries.count)
        let corner = emptiestCorner(width: width, height: height)
        for (row, entry) in entries.enumerated() {
            drawEntry(entry.0, entry.1, corner.x, corner.y + 15 * Double(row) + 8, &drawing)
        }
    }

    private func emptiestCorner(width: Double, height: Double) -> Point {
        let (right, low) = (plot.right - width - 2, plot.bottom - height - 6)
        let corners = [
            Point(x: right, y: low), Point(x: plot.left + 8, y: plot.top + 2),
            Point(x: right, y: plot.top + 2), Point(x: plot.left + 8, y: low),
        ]
        return emptiest(corners, width: width, height: height) ?? corners[0]
    }

    /// Returns the upper left point of the box through which the fewest lines go, the first of
    /// equal ones.
    package func emptiest(_ corners: [Point], width: Double, height: Double) -> Point? {
        let points = groups.flatMap { group in
            group.curve.x.indices.filter { group.curve.y[$0].isFinite }.map {
                Point(x: plot.x(group.curve.x[$0]), y: plot.y(group.curve.y[$0]))
            }
        }
        let counts = corners.map { corner in
            points.count {
                $0.x > corner.x - 4 && $0.x < corner.x + width + 4 && $0.y > corner.y - 4
                    && $0.y < corner.y + height + 4
            }
        }
        let best = counts.indices.min { (counts[$0], $0) < (counts[$1], $1) }
        return best.map { corners[$0] }
    }
}
