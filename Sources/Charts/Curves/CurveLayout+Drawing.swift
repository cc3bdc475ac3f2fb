import Bytes

extension CurveLayout {
    /// Returns the shapes of the chart.
    package func drawing(id: String) -> Drawing {
        var drawing = Drawing(form, id: id, height: height)
        drawing.height = height
        guard !groups.isEmpty else {
            drawing.text(form.width / 2, height / 2, "no values", .middle, .tick)
            return drawing
        }
        for zone in chart.zones {
            let left = max(plot.x(zone.lowerBound), plot.left)
            let right = min(plot.x(zone.upperBound), plot.right)
            drawing.rectangle(left, plot.top, right - left, plot.height, .zone)
        }
        // Flat tints would hide the grid, so on paper they lie below it.
        let area = (plot.left, plot.top - 2, plot.width + 3, plot.height + 2)
        if form.isPaper { drawing.clipped(to: area, name: "b") { drawBands(&$0) } }
        var up = chart.y, across = chart.x
        if !Self.hasTitles(chart, form) { (up.title, across.title) = ("", "") }
        if chart.names == .abovePanel { up.title = "" }
        plot.drawAxes(
            &drawing, across, up, ticks: ticks, size: form.width < 250 ? .smallTick : .tick)
        drawing.clipped(to: area) { drawing in
            if !form.isPaper { drawBands(&drawing) }
            if let mark = chart.mark {
                drawing.line(plot.left, plot.y(mark.value), plot.right, plot.y(mark.value), .target)
            }
            for curve in background { drawing.path(outline(curve, drawing), .background) }
            // The baseline comes last, over the others.
            for group in groups.sorted(by: { $0.variant > $1.variant }) {
                drawing.together(group.variants) {
                    $0.path(outline(group.curve, $0), .line(group.variant))
                }
            }
        }
        drawMarkName(&drawing)
        for group in groups {
            drawing.together(group.variants) {
                for point in markers(of: group.curve) {
                    $0.marker(point.x, point.y, group.variant)
                }
            }
        }
        drawNames(&drawing)
        if form.isPage, chart.names != .abovePanel {
            let place = [plot.left, plot.right, plot.top, plot.bottom].map(drawing.number)
            drawing.rootAttributes =
                " data-h=\"\(Markup.escaped(pointerValues))\""
                + " data-p=\"\(place.joined(separator: ","))\""
        }
        return drawing
    }

    private func drawBands(_ drawing: inout Drawing) {
        for group in groups.reversed() where banded.contains(group.variant) {
            // The pale band is the wider one and lies below.
            drawing.together(group.variants) { drawing in
                for band in group.curve.bands.filter(\.isPale) {
                    drawing.path(outline(band, group.curve.x, drawing), .paleBand(group.variant))
                }
                for band in group.curve.bands where !band.isPale {
                    drawing.path(outline(band, group.curve.x, drawing), .band(group.variant))
                }
            }
        }
    }

    private func drawMarkName(_ drawing: inout Drawing) {
        guard let mark = chart.mark else { return }
        let place = plot.y(mark.value)
        guard place >= plot.top - 1, place <= plot.bottom + 1 else { return }
        let width = form.width(of: mark.name, size: form.tickSize)
        let right = plot.right - width - 4
        let corners = [
            Point(x: right, y: place + 2), Point(x: plot.left + 4, y: place - 16),
            Point(x: right, y: place - 16), Point(x: plot.left + 4, y: place + 2),
        ].filter { $0.y >= plot.top - 4 && $0.y + 14 <= plot.bottom }
        let corner = emptiest(corners, width: width, height: 14) ?? corners.first
        guard let corner else { return }
        drawing.text(corner.x, corner.y + 11, mark.name, .start, .note)
    }

    /// Sentences for the caption.
    package var notes: [String] {
        var notes: [String] = []
        if chart.runningMean > 1, chart.shape == .lines {
            notes.append("Lines and bands are running means over \(chart.runningMean) points.")
        }
        let ends = (NumberText.tick(plot.vertical.low), NumberText.tick(plot.vertical.high))
        if isCut.below { notes.append("The axis starts at \(ends.0); lower values lie below it.") }
        if isCut.above { notes.append("The axis ends at \(ends.1); higher values lie above it.") }
        if plot.vertical.isLogarithmic { notes.append("The vertical axis is logarithmic.") }
        if hasGaps { notes.append("It has no place for 0: lines have gaps there.") }
        if plot.vertical.turn != nil {
            notes.append("The vertical axis is logarithmic on both sides of 0.")
        }
        if plot.horizontal.isLogarithmic { notes.append("The horizontal axis is logarithmic.") }
        for group in groups where group.curves.count > 1 {
            let names = group.curves.map(\.name).joined(separator: ", ")
            notes.append("One line stands for curves that coincide: \(names).")
        }
        if !background.isEmpty {
            let others =
                background.count == 1 ? "1 other is" : "\(background.count) others are"
            notes.append("Named are the baseline and the six best; \(others) grey.")
        }
        let count = Set(groups.map(\.variant)).count
        if count > banded.count, groups.contains(where: { !$0.curve.bands.isEmpty }) {
            notes.append("Bands stand for the baseline and the three best only.")
        }
        if chart.endsWithShortest {
            notes.append("The axis ends where the first of the variants ends.")
        }
        return notes
    }
}
