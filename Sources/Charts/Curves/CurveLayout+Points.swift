extension CurveLayout {
    /// A point of the drawing in design pixels.
    package struct Point: Equatable {
        var x: Double
        var y: Double
    }

    /// Returns the outline of a line, with gaps where there are no values.
    package func outline(_ curve: Curve, _ drawing: Drawing) -> String {
        let parts = segments(curve.x, [curve.y]).map { $0.map { Point(x: $0[0], y: $0[1]) } }
        return parts.map { chart.shape == .steps ? steps($0, drawing) : lines($0, drawing) }
            .joined()
    }

    /// Returns the outline of a band.
    package func outline(_ band: Curve.Band, _ x: [Double], _ drawing: Drawing) -> String {
        segments(x, [band.low, band.high]).filter { $0.count > 1 }.map { points in
            let up = points.map { "\(drawing.number($0[0])) \(drawing.number($0[2]))" }
            let down = points.reversed().map {
                "\(drawing.number($0[0])) \(drawing.number($0[1]))"
            }
            return "M" + (up + down).joined(separator: "L") + "Z"
        }.joined()
    }

    private func lines(_ points: [Point], _ drawing: Drawing) -> String {
        // A point alone is a short line, so that it is seen.
        if points.count == 1, let point = points.first {
            return "M\(drawing.number(point.x - 1.5)) \(drawing.number(point.y))h3"
        }
        return "M"
            + points.map { "\(drawing.number($0.x)) \(drawing.number($0.y))" }
            .joined(separator: "L")
    }

    private func steps(_ points: [Point], _ drawing: Drawing) -> String {
        guard let first = points.first, let last = points.last else { return "" }
        var text = "M\(drawing.number(first.x)) \(drawing.number(first.y))"
        for (before, point) in zip(points, points.dropFirst()) where point.y != before.y {
            text += "H\(drawing.number(point.x))V\(drawing.number(point.y))"
        }
        return text + "H\(drawing.number(last.x))"
    }

    /// Returns runs of points in pixels: x first, then each of the lists. With more points than
    /// pixels, those within a pixel become their mean.
    private func segments(_ x: [Double], _ lists: [[Double]]) -> [[[Double]]] {
        let isAveraged = x.count > Int(plot.width) && chart.shape == .lines
        var runs: [[[Double]]] = [[]]
        var (sum, count, pixel): ([Double], Double, Double) = ([], 0, -.infinity)
        func flush() {
            guard count > 0 else { return }
            runs[runs.count - 1].append(sum.map { $0 / count })
            (sum, count) = ([], 0)
        }
        for index in x.indices {
            let place = plot.x(x[index])
            guard place.isFinite, lists.allSatisfy({ hasPlace($0[index]) }) else {
                flush()
                if !(runs.last ?? []).isEmpty { runs.append([]) }
                continue
            }
            let point = [place] + lists.map { plot.y($0[index]) }
            if !isAveraged || place.rounded(.down) != pixel { flush() }
            pixel = place.rounded(.down)
            sum = sum.isEmpty ? point : zip(sum, point).map { $0 + $1 }
            count += 1
        }
        flush()
        return runs.filter { !$0.isEmpty }
    }

    /// Returns whether a value has a place on the vertical axis: a logarithmic one has none for 0.
    package func hasPlace(_ value: Double) -> Bool {
        value.isFinite && (value > 0 || !plot.vertical.isLogarithmic)
    }

    /// Returns the places of the three markers of a line, staggered by role, where they are inside
    /// the plot.
    package func markers(of curve: Curve) -> [Point] {
        guard curve.variant > 0, !curve.x.isEmpty else { return [] }
        let shift = 0.03 * Double((curve.variant - 1) % 7 - 3)
        var points: [Point] = []
        for share in chart.names == .abovePanel ? [] : [0.22, 0.5, 0.78] {
            let wish = plot.left + (share + shift) * plot.width
            let index = curve.x.firstIndex { plot.x($0) >= wish } ?? curve.x.count - 1
            guard hasPlace(curve.y[index]) else { continue }
            let point = Point(x: plot.x(curve.x[index]), y: plot.y(curve.y[index]))
            let isInside = point.y >= plot.top - 0.5 && point.y <= plot.bottom - 2
            if isInside, points.last != point { points.append(point) }
        }
        return points
    }

    /// Returns the last point of a line, kept within the height of the plot.
    package func end(of curve: Curve) -> Point? {
        guard let index = curve.y.lastIndex(where: hasPlace) else { return nil }
        let y = plot.y(curve.y[index])
        return Point(x: plot.x(curve.x[index]), y: min(max(y, plot.top), plot.bottom))
    }

    /// The values for a script that shows them under the pointer, as JSON; see `CurveChart`.
    package var pointerValues: String {
        let lines = groups.map { group in
            let curve = group.curve
            let stride = max(1, (curve.x.count + 99) / 100)
            let chosen = Swift.stride(from: 0, to: curve.x.count, by: stride).filter {
                curve.y[$0].isFinite
            }
            func list(_ values: [Double]) -> String {
                "[" + chosen.map { Self.json(values[$0]) }.joined(separator: ",") + "]"
            }
            return "[\(Self.json(label(of: group))),\"v\(group.variant)\",\(list(curve.x)),"
                + "\(list(curve.y))]"
        }
        let span = plot.horizontal
        return "{\"x\":\(Self.json(chart.x.title)),\"a\":[\(Self.json(span.low)),"
            + "\(Self.json(span.high))],\"log\":\(span.isLogarithmic),"
            + "\"s\":[\(lines.joined(separator: ","))]}"
    }

    private static func json(_ value: Double) -> String {
        let text = NumberText.short(value).replacing("−", with: "-")
        return text == "–" ? "null" : text
    }

    private static func json(_ text: String) -> String {
        let safe = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\" + String(scalar)
            case _ where scalar.value < 0x20: " "
            default: String(scalar)
            }
        }
        return "\"" + safe.joined() + "\""
    }
}
