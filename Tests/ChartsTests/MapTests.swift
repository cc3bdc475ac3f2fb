import Charts
import Testing

@Suite struct `Maps and colours` {
    @Test func `the scale of accuracies begins at the lowest fifth`() {
        // Ten values; the lowest fifth ends at 58, so the failed run at 10 does not count.
        let scale = ColourScale.accuracies([10, 52, 60, 64, 66, 70, 72, 75, 78, 81])
        #expect(scale.low == 50 && scale.high == 85)
        #expect(scale.position(10) == 0 && scale.position(85) == 1)
        let flat = ColourScale.accuracies([10, 10])
        #expect(flat.low < flat.high)
        #expect(ColourScale.accuracies([.nan]).high == 100)
    }

    @Test func `differences and hypergradients are symmetric about 0`() {
        let gains = ColourScale.differences()
        #expect(gains.position(0) == 0.5 && gains.position(-30) == 0 && gains.position(20) == 1)
        let signed = ColourScale.signed([1e-6, -1e-3, 1e-3, 1, -1e3])
        for value in [1e-6, 1e-3, 1, 1e3] {
            let up = signed.position(value) ?? 0, down = signed.position(-value) ?? 0
            #expect(abs(up + down - 1) < 1e-12 && up > 0.5)
        }
        #expect(signed.position(.nan) == nil)
        #expect(ColourScale.signed([0, .nan]).position(0) == 0.5)
    }

    @Test func `rates are on a logarithmic scale`() {
        let scale = ColourScale.rates([0.01, 1, 0, .nan])
        #expect(abs((scale.position(0.1) ?? 0) - 0.5) < 1e-12)
        #expect(scale.position(0) == 0)
        #expect(ColourScale.rates([0.1, 0.1]).position(0.1) == 0.5)
    }

    @Test func `lightness falls along the sequential ramp`() {
        let lumas = (0...20).map { ColourRamp.sequential.colour(at: Double($0) / 20).luma }
        #expect(zip(lumas, lumas.dropFirst()).allSatisfy { $0 > $1 })
        #expect(ColourRamp.diverging.colour(at: 0.5).text == "#F5F3EE")
        #expect(ColourRamp.sequential.colour(at: .nan).text == "#F4F1DE")
    }

    @Test func `text on a colour has contrast`() {
        for ramp in [ColourRamp.sequential, .diverging] {
            for step in 0...50 {
                let colour = ramp.colour(at: Double(step) / 50)
                let ink = RGB(colour.textColour)
                #expect(contrast(ink.text, colour.text) > 4.3, "\(colour.text)")
            }
        }
    }

    @Test func `lines have a contrast of 3 and names one of 4.5 on their ground`() {
        for palette in [Palette.light, .dark] {
            for variant in 0..<7 {
                #expect(contrast(palette.colour(of: variant), palette.ground) >= 3.3)
                let name = contrast(palette.nameColour(of: variant), palette.ground)
                #expect(name >= 4.5, "\(variant): \(name)")
            }
            #expect(contrast(palette.softInk, palette.ground) >= 4.5)
            #expect(contrast(palette.link, palette.ground) >= 4.5)
        }
    }

    private func contrast(_ one: String, _ other: String) -> Double {
        RGB(one).contrast(with: RGB(other))
    }

    @Test func `contrast as in WCAG 2`() {
        #expect(contrast("#FFFFFF", "#000000") == 21)
        // The examples of WebAIM's checker.
        #expect(abs(contrast("#0000FF", "#FFFFFF") - 8.59) < 0.005)
        #expect(abs(contrast("#777777", "#FFFFFF") - 4.48) < 0.005)
    }

    @Test func `roles repeat their colours with other dashes and markers`() {
        let palette = Palette.light
        #expect(palette.colour(of: 7) == palette.colour(of: 1))
        var seen = Set<String>()
        for variant in 0..<31 {
            let dashes = Role.dashes(of: variant, isPaper: true)
            #expect(seen.insert(palette.colour(of: variant) + dashes).inserted, "\(variant)")
            #expect((Role.dashes(of: variant, isPaper: false) == "") == (variant < 7))
        }
        #expect(Role.marker(of: 0) == nil && Role.marker(of: 1) != Role.marker(of: 7))
        let rules = StyleSheet.rules(variants: 9)
        #expect(
            rules.contains(".v8{--c:var(--c2)}") && rules.contains("svg .l.v8{stroke-dasharray"))
        #expect(StyleSheet.variables.contains("--c1:#2290DD"))
    }

    @Test func `the best cell is marked, and a diverged run is a cross`() {
        let map = Gallery.grid(3, variants: 1, kind: .values(lowerIsBetter: false))[0]
        let svg = map.svg(.panel, id: "a")
        #expect(svg.matches(of: /class="cn bst"/).count == 1)
        #expect(svg.contains(">×<"))
        #expect(map.summary.contains("best at local rate at start"))
        let gain = Gallery.grid(3, variants: 1, kind: .differences)[0]
        #expect(!gain.svg(.panel, id: "a").contains("bst"))
    }

    @Test func `errors have their best cell at the bottom`() {
        let cells = [[GridMap.Cell(0.5), GridMap.Cell(0.2)]]
        let map = GridMap(
            name: "a", xTitle: "x", yTitle: "y", columns: ["1", "2"], rows: ["1"], cells: cells,
            kind: .values(lowerIsBetter: true), scale: .errors([0.5, 0.2]), digits: 2)
        #expect(map.summary.contains("best at x 2"))
    }

    @Test func `cells that are too many for a panel get a wide one`() {
        #expect(Gallery.grid(4, kind: .differences)[0].pageForm.width == 170)
        #expect(Gallery.grid(9, kind: .differences)[0].pageForm.width == 348)
    }

    @Test func `a raster keeps means and empty cells`() {
        let scale = ColourScale(.sequential, low: 0, high: 10)
        let raster = Raster([[0, 10, .nan, .nan], [10, 10, .nan, 5]], scale, most: (2, 1))
        #expect(raster.width == 2 && raster.height == 1)
        #expect(raster.positions == [0.75, 0.5])
        let whole = Raster([[0, .nan]], scale, most: (9, 9))
        #expect(whole.positions[0] == 0 && whole.positions[1].isNaN)
        #expect(Raster([], scale, most: (9, 9)).positions.isEmpty)
    }

    @Test func `a picture is a PNG with a palette`() {
        let image = PaletteImage(
            width: 2, height: 2, entries: [0, 254, 255, 127], ramp: .sequential)
        let png = image.png
        #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        // Length, name and content of the header: 2 by 2, eight bits, palette; then its checksum
        // from Python's zlib.crc32.
        #expect(
            Array(png[8..<33]) == [
                0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 2, 0, 0, 0, 2, 8, 3, 0, 0, 0, 0x45,
                0x68, 0xFD, 0x16,
            ])
        var names: [String] = [], at = 8
        while at + 8 <= png.count {
            let size = png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            names.append(String(decoding: png[at + 4..<at + 8], as: UTF8.self))
            at += 12 + size
        }
        #expect(names == ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"] && at == png.count)
        #expect(image.address.hasPrefix("data:image/png;base64,iVBORw0KGgo"))
    }

    @Test func `the axis of differences holds 0`() {
        #expect(Gallery.differences.span.position(0) > 0)
        let none = DifferenceChart(title: "", axisTitle: "", rows: [])
        #expect(none.span.low < none.span.high && none.summary == "No differences.")
        #expect(Gallery.differences.cellSVG(0).contains("class=\"iv v1\""))
        #expect(!Gallery.differences.cellSVG(4).contains("class=\"iv"))
        #expect(Gallery.differences.cellSVG(99) == "")
        #expect(Gallery.differences.cellBackground.contains("var(--soft)"))
    }
}
