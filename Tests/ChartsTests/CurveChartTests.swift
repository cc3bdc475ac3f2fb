import Charts
import Foundation
import Testing

@Suite struct `Charts of curves` {
    private func layout(_ curves: [Curve], _ form: ChartForm = .wide) -> CurveLayout {
        CurveLayout(Gallery.accuracy(curves), form)
    }

    private func line(_ variant: Int, _ y: [Double], name: String? = nil) -> Curve {
        Curve(
            variant: variant, name: name ?? "v\(variant)", x: y.indices.map(Double.init), y: y)
    }

    @Test func `running means change no constant and no straight line`() {
        #expect(RunningMean.of([3, 3, 3, 3, 3], width: 3) == [3, 3, 3, 3, 3])
        let straight = (0..<20).map { 2 * Double($0) }
        for (one, other) in zip(RunningMean.of(straight, width: 7), straight) {
            #expect(abs(one - other) < 1e-12)
        }
        // 1 and 9 at the ends stay, the middle is the mean of three.
        #expect(RunningMean.of([1, 2, 9], width: 9) == [1, 4, 9])
        let gap = RunningMean.of([1, .nan, 3, 5, 7], width: 3)
        #expect(gap[1].isNaN && gap[2] == 4 && gap[3] == 5)
    }

    @Test func `running means are 3 percent of the points, odd, at most 9`() {
        #expect([1, 10, 67, 100, 200, 300, 5_000].map(RunningMean.width) == [1, 1, 1, 3, 5, 9, 9])
    }

    @Test func `curves are compared where the shortest one ends`() {
        let cut = Curve(
            variant: 1, name: "a", x: [0, 2, 4], y: [10, 20, 40],
            bands: [Curve.Band(low: [9, 19, 39], high: [11, 21, 41])]
        ).cut(at: 3)
        #expect(cut.x == [0, 2, 3] && cut.y == [10, 20, 30])
        #expect(cut.bands[0].low == [9, 19, 29] && cut.bands[0].high == [11, 21, 31])
        var chart = Gallery.accuracy([line(0, [1, 2, 3]), line(1, [1, 2, 3, 4, 5])])
        chart.endsWithShortest = true
        #expect(CurveLayout(chart, .wide).plot.horizontal.high == 2)
        #expect(chart.notes(.wide).contains { $0.contains("first of the variants ends") })
    }

    @Test func `curves within half a pixel are one line with one name`() {
        let y = [50.0, 60, 70]
        let two = layout([
            line(0, y, name: "fedavg"), line(1, y, name: "global"), line(2, [50, 65, 75]),
        ])
        #expect(two.groups.map(two.label) == ["fedavg = global", "v2"])
        let four = layout([
            line(0, y), line(1, y), line(2, y.map { $0 + 0.01 }), line(3, y),
            line(4, [50, 65, 75]),
        ])
        #expect(four.groups.map(four.label) == ["v0 and 3 more", "v4"])
        #expect(four.notes.contains("One line stands for curves that coincide: v0, v1, v2, v3."))
        let apart = layout([line(0, y), line(1, [50, 61, 70])])
        #expect(apart.groups.count == 2)
    }

    @Test func `a line of several variants is hidden with the last of them only`() {
        let y = [50.0, 60, 70]
        let chart = Gallery.accuracy([line(0, y), line(1, y), line(2, [50, 65, 75])])
        #expect(Set(chart.sharedRoles) == [[0, 1]])
        #expect(Drawing.sharedSelector([0, 1]) == ".s0-1")
        let svg = chart.svg(.wide, id: "a")
        #expect(svg.contains("<g class=\"shared s0-1\"><path class=\"l v0\""))
        #expect(!svg.contains("s0-1\"><path class=\"l v2\""))
        // Files have no boxes.
        #expect(!chart.svg(.file(), id: "a").contains("shared"))
    }

    @Test func `a zero is a gap of a logarithmic axis, and is named`() {
        func layout(_ y: [Double]) -> CurveLayout {
            CurveLayout(
                CurveChart(
                    title: "t", x: .rounds, y: Axis("rate", scale: .automatic),
                    curves: [line(0, y)]), .wide)
        }
        let gaps = layout([0.001, 0.1, 0, 0.1, 1])
        #expect(gaps.plot.vertical.isLogarithmic && gaps.plot.vertical.low <= 0.001)
        let outline = gaps.outline(gaps.groups[0].curve, Drawing(.wide, id: "a", height: 10))
        #expect(outline.filter { $0 == "M" }.count == 2)
        #expect(gaps.notes.contains("It has no place for 0: lines have gaps there."))
        #expect(!gaps.notes.contains { $0.contains("lower values") })
        #expect(!layout([0.001, 0.1, 1]).notes.contains { $0.contains("gaps") })
        // Without a factor of ten, and with values below 0, the axis is linear.
        #expect(!layout([0, 0.5, 1]).plot.vertical.isLogarithmic)
        #expect(!layout([-1, 0.001, 1]).plot.vertical.isLogarithmic)
    }

    @Test func `rounds in files are counts of rounds that are done`() {
        let chart = Gallery.accuracy([
            Curve(variant: 0, name: "a", x: [1, 2], y: [50, 60.5])
        ])
        #expect(chart.table.csv == "variant,rounds_done,\"Test accuracy, %\"\na,1,50\na,2,60.5\n")
        #expect(chart.shortTable().columns[0] == "rounds done")
    }

    @Test func `more than twelve variants show the baseline and the six best`() {
        var chart = Gallery.accuracy((0..<14).map { line($0, [50, 60 + Double($0)]) })
        var shown = CurveLayout(chart, .wide)
        #expect(shown.groups.map(\.variant) == [0, 8, 9, 10, 11, 12, 13])
        #expect(shown.background.map(\.variant) == [1, 2, 3, 4, 5, 6, 7])
        // For errors the ranking of the caller decides.
        chart.ranking = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0]
        shown = CurveLayout(chart, .wide)
        #expect(shown.groups.map(\.variant) == [0, 1, 2, 3, 4, 5, 6])
        let twelve = Gallery.accuracy((0..<12).map { line($0, [50, 60 + Double($0)]) })
        #expect(CurveLayout(twelve, .wide).background.isEmpty)
    }

    @Test func `more than six variants have bands for the baseline and the three best`() {
        let many = Gallery.accuracy(Gallery.curves(8, points: 30))
        let best = many.ordered.map(\.variant).filter { $0 != 0 }.prefix(3)
        #expect(CurveLayout(many, .wide).banded == Set([0] + best))
        #expect(many.curves[best[0]].last == many.curves.compactMap(\.last).max())
        #expect(many.notes(.wide).contains { $0.hasPrefix("Bands stand for") })
        #expect(
            CurveLayout(Gallery.accuracy(Gallery.curves(6, points: 30)), .wide).banded.count == 6)
    }

    @Test func `the baseline is drawn last, thick and without a marker`() throws {
        let svg = Gallery.accuracy(Gallery.curves(3, points: 30)).svg(.wide, id: "a")
        let lines = svg.matches(of: /class="l v(\d)"/).map { String($0.output.1) }
        #expect(lines == ["2", "1", "0"])
        #expect(!svg.contains("class=\"m v0\""))
        #expect(svg.matches(of: /class="m v1"/).count >= 2)
    }

    @Test func `points within a pixel become their mean`() throws {
        let y = (0..<10_000).map { $0 % 2 == 0 ? 40.0 : 60 }
        let layout = layout([line(0, y)])
        let outline = layout.outline(layout.groups[0].curve, Drawing(.wide, id: "a", height: 10))
        let points = outline.split(whereSeparator: { "ML".contains($0) })
        #expect(points.count <= Int(layout.plot.width) + 1)
        let middle = layout.plot.y(50)
        for point in points.dropFirst().dropLast() {
            let height = try #require(Double(point.split(separator: " ")[1]))
            #expect(abs(height - middle) < 10)
        }
    }

    @Test func `a gap breaks a line, and a point alone is seen`() {
        let layout = layout([line(0, [50, 60, .nan, 70, .nan, 60, 62])])
        let outline = layout.outline(layout.groups[0].curve, Drawing(.wide, id: "a", height: 10))
        #expect(outline.filter { $0 == "M" }.count == 3)
        #expect(outline.contains("h3"))
    }

    @Test func `values for the pointer are JSON of at most 100 points a line`() throws {
        let chart = Gallery.accuracy(Gallery.curves(3, points: 5_000))
        let text = CurveLayout(chart, .wide).pointerValues
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let values = try #require(object)
        #expect(values["x"] as? String == "round")
        let lines = try #require(values["s"] as? [[Any]])
        #expect(lines.count == 3)
        for (index, entry) in lines.enumerated() {
            #expect(entry[1] as? String == "v\(index)")
            let x = try #require(entry[2] as? [Double]), y = try #require(entry[3] as? [Double])
            #expect(x.count == y.count && x.count <= 100 && x.count > 90)
        }
        #expect((lines[2][0] as? String)?.hasSuffix("<&\" 'x'") == true)
    }

    @Test func `a narrow column of print with many lines has its names above the plot`() {
        let six = Gallery.accuracy(Gallery.curves(6, points: 30))
        #expect(!CurveLayout(six, .paper(width: 3.3)).keyRows.isEmpty)
        #expect(CurveLayout(six, .paper(width: 6.8)).keyRows.isEmpty)
        let four = Gallery.accuracy(Gallery.curves(4, points: 30))
        #expect(CurveLayout(four, .paper(width: 3.3)).keyRows.isEmpty)
    }

    @Test func `what is cut is noted`() {
        let notes = Gallery.accuracy(
            (0..<3).map { v in line(v, [5] + (1...40).map { 60 + Double($0 + v) / 2 }) }
        ).notes(.wide)
        #expect(notes.contains("The axis starts at 60; lower values lie below it."))
    }

    @Test func `the short table has ten rows with ranges`() {
        let table = Gallery.accuracy(
            [
                Curve(
                    variant: 0, name: "a", x: (1...100).map(Double.init),
                    y: (1...100).map(Double.init),
                    bands: [
                        Curve.Band(
                            low: (1...100).map { Double($0) - 1 },
                            high: (1...100).map { Double($0) + 1 })
                    ])
            ]
        ).shortTable(digits: 1)
        #expect(table.columns == ["rounds done", "a"] && table.rows.count == 10)
        #expect(table.texts.first == ["1", "1.0 (0.0 to 2.0)"])
        #expect(table.texts.last == ["100", "100.0 (99.0 to 101.0)"])
    }

    @Test func `panels share their axes`() {
        let figure = PanelFigure(
            title: "Rates",
            charts: [0.001, 0.5].enumerated().map { variant, rate in
                CurveChart(
                    title: "v", x: .rounds, y: Axis("Local rate", scale: .automatic),
                    curves: [line(variant, [rate, rate / 2])])
            })
        for svg in figure.pageSVGs(id: "a") {
            #expect(svg.contains(">0.001<") || svg.contains(">0.0001<"))
            #expect(svg.contains(">0.1<") || svg.contains(">1<"))
        }
    }
}
