/// The rectangle in which a chart draws its values, and the axes around it.
package struct Plot {
    package var left: Double
    package var right: Double
    package var top: Double
    package var bottom: Double
    package var horizontal: Span
    package var vertical: Span

    package var width: Double { right - left }
    package var height: Double { bottom - top }

    /// Returns the place of a value on the horizontal axis.
    package func x(_ value: Double) -> Double { left + horizontal.position(value) * width }

    /// Returns the place of a value on the vertical axis. Values far outside stay within reach of
    /// every program that draws.
    package func y(_ value: Double) -> Double {
        bottom - min(max(vertical.position(value), -10), 10) * height
    }

    /// Draws the ticks of both axes, the baseline and the titles.
    ///
    /// - Parameter plotBottom: the lower end of the drawing, where the title of the axis stands.
    package func drawAxes(
        _ drawing: inout Drawing, _ across: Axis, _ up: Axis, ticks: (x: [Double], y: [Double]),
        size: TextStyle = .tick
    ) {
        drawGrid(&drawing, ticks.y, size)
        drawFoot(&drawing, across, ticks.x, size)
        // Above the axis and horizontal, so that no reader tilts the head.
        if !up.title.isEmpty { drawing.text(0, 11, up.title, .start, .axisTitle) }
    }

    private func drawGrid(_ drawing: inout Drawing, _ ticks: [Double], _ size: TextStyle) {
        for value in ticks {
            let place = y(value)
            let isZero = value == 0 && vertical.low < 0
            drawing.line(left, place, right, place, isZero ? .axis : .grid)
            drawing.text(left - 6, place + 4, NumberText.tick(value), .end, size)
        }
    }

    /// Draws the baseline with its ticks and the title below.
    package func drawFoot(
        _ drawing: inout Drawing, _ across: Axis, _ ticks: [Double], _ size: TextStyle = .tick
    ) {
        let form = drawing.form
        for value in ticks {
            let place = x(value), text = NumberText.tick(value)
            drawing.line(place, bottom, place, bottom + 4, .axis)
            // The last number may not reach beyond the drawing.
            let half = form.width(of: text, size: size.size(form)) / 2
            let inside = min(max(place, half), drawing.width - half)
            drawing.text(inside, bottom + 16, text, .middle, size)
        }
        drawing.line(left, bottom, right, bottom, .axis)
        if !across.title.isEmpty {
            let half = form.width(of: across.title) / 2
            let middle = min(max((left + right) / 2, half), drawing.width - half)
            drawing.text(middle, bottom + 32, across.title, .middle, .axisTitle)
        }
    }

    /// Returns how many ticks have room along the horizontal axis.
    package func roomForTicks(_ form: ChartForm, _ axis: Axis) -> Int {
        let ends = [horizontal.low, horizontal.high, (horizontal.low + horizontal.high) / 2]
        let size = ends.map { form.width(of: NumberText.short($0, 3), size: form.tickSize) }.max()
        return max(2, min(form.isNarrow ? 5 : 7, Int(width / ((size ?? 20) + 14))))
    }
}
