import Bytes

/// A map of many cells over rounds: the rate of each client, or a strip for each seed.
public struct RasterMap: Sendable {
    /// Rows that belong together, such as the seeds of a variant.
    public struct Block: Sendable {
        /// The role of the variant.
        public var variant: Int
        /// The name of the variant.
        public var name: String
        /// The numbers of each row by round; one that is not finite is an empty cell.
        public var rows: [[Double]]

        /// Makes a block from its rows.
        public init(variant: Int, name: String, rows: [[Double]]) {
            (self.variant, self.name, self.rows) = (variant, name, rows)
        }
    }

    /// How the rows are arranged.
    public enum Arrangement: Equatable, Sendable {
        /// One block over the whole height, with words for its first and its last row.
        case one(first: String, last: String)
        /// A strip for each row, grouped by block.
        case strips
    }

    /// The name of the map.
    public var title: String
    /// The title of the horizontal axis, such as "round".
    public var xTitle: String
    /// The value of the horizontal axis at the left and the right end.
    public var xRange: ClosedRange<Double>
    /// The rows, block by block.
    public var blocks: [Block]
    /// The colours of the cells.
    public var scale: ColourScale
    /// How the rows are arranged.
    public var arrangement: Arrangement
    /// The result in numbers.
    public var summary: String

    /// Makes a map of rows.
    public init(
        title: String, blocks: [Block], scale: ColourScale, arrangement: Arrangement,
        xTitle: String = "round", xRange: ClosedRange<Double>, summary: String
    ) {
        (self.title, self.blocks, self.scale) = (title, blocks, scale)
        (self.arrangement, self.xTitle, self.xRange) = (arrangement, xTitle, xRange)
        self.summary = summary
    }
}

extension RasterMap: Drawable {
    /// A row for each cell with a value: variant, row, column, value.
    public var table: ChartTable {
        let rows = blocks.flatMap { block in
            block.rows.enumerated().flatMap { row, values in
                values.enumerated().compactMap { column, value -> [ChartTable.Cell]? in
                    guard value.isFinite else { return nil }
                    return [
                        .text(block.name), .number(Double(row)), .number(Double(column)),
                        .number(value),
                    ]
                }
            }
        }
        return ChartTable(
            caption: title, columns: ["variant", "row", "column", "value"], rows: rows)
    }

    /// Returns how many columns and rows of the data are one cell, where that is more than 1.
    public func notes(_ form: ChartForm) -> [String] {
        let bins = bins(plot(form))
        var notes: [String] = []
        if bins.columns > 1 {
            notes.append("A column is the mean of \(bins.columns) \(xTitle)s.")
        }
        if bins.rows > 1 { notes.append("A row is the mean of \(bins.rows) neighbours.") }
        return notes
    }

    package func drawing(_ form: ChartForm, id: String) -> Drawing {
        let plot = plot(form)
        var drawing = Drawing(form, id: id, height: plot.bottom + 36)
        drawing.height = plot.bottom + 36
        switch arrangement {
        case .one(let first, let last): drawOne(&drawing, plot, first, last)
        case .strips: drawStrips(&drawing, plot)
        }
        let axis = Axis(xTitle, isWhole: true)
        let ticks = axis.ticks(plot.horizontal, most: plot.roomForTicks(form, axis))
        plot.drawFoot(&drawing, axis, ticks)
        // A page has the key below the chart. The key of several maps is that of their figure.
        if arrangement == .strips, !form.isPage {
            ColourKey(scale, title: title).draw(&drawing, x: 0, y: drawing.height + 4)
            drawing.height += 4 + ColourKey.height
        }
        return drawing
    }

    private func plot(_ form: ChartForm) -> Plot {
        let span = Span(
            low: xRange.lowerBound,
            high: max(xRange.upperBound, xRange.lowerBound + 1), isLogarithmic: false)
        var plot = Plot(
            left: 0, right: form.width - 11, top: 24, bottom: 0, horizontal: span,
            vertical: Span(low: 0, high: 1, isLogarithmic: false))
        switch arrangement {
        case .one(let first, let last):
            plot.left = max(34, 8 + max(form.width(of: first), form.width(of: last)))
            plot.bottom = (form.height ?? 250) - 36
        case .strips:
            let letters = (0.36 * form.width - 8) / form.letter
            let names = blocks.map { form.width(of: Markup.shortened($0.name, to: letters)) }
            plot.left = 10 + (names.max() ?? 30)
            plot.top = 8
            plot.bottom =
                8 + blocks.reduce(0) { $0 + stripHeight($1, form) + gap(form) } - gap(form)
        }
        return plot
    }

    private func gap(_ form: ChartForm) -> Double { form.isNarrow ? 5 : 6 }

    /// Returns the height of a block; with few seeds it is as high as its name.
    private func stripHeight(_ block: Block, _ form: ChartForm) -> Double {
        max(Double(block.rows.count) * (form.isNarrow ? 6 : 7), 14)
    }

    private func bins(_ plot: Plot) -> (columns: Int, rows: Int) {
        let columns = blocks.flatMap { $0.rows.map(\.count) }.max() ?? 0
        guard arrangement != .strips else { return (Raster.bin(columns, Int(plot.width)), 1) }
        let rows = blocks.first?.rows.count ?? 0
        return (Raster.bin(columns, Int(plot.width / 3)), Raster.bin(rows, Int(plot.height)))
    }

    private func drawOne(
        _ drawing: inout Drawing, _ plot: Plot, _ first: String, _ last: String
    ) {
        guard let block = blocks.first else { return }
        let letters = drawing.form.width / drawing.form.letter - 1
        drawing.text(
            0, 11, Markup.shortened(block.name, to: letters), .start, .panelTitle(block.variant),
            whole: block.name)
        let raster = Raster(
            block.rows, scale, most: (Int(plot.width / 3), max(Int(plot.height), 1)))
        raster.draw(
            &drawing, scale.ramp, x: plot.left, y: plot.top, width: plot.width,
            height: plot.height)
        drawing.text(plot.left - 6, plot.top + 10, first, .end, .tick)
        drawing.text(plot.left - 6, plot.bottom - 2, last, .end, .tick)
    }

    private func drawStrips(_ drawing: inout Drawing, _ plot: Plot) {
        let form = drawing.form
        let letters = (0.36 * form.width - 8) / form.letter
        var y = plot.top
        for block in blocks {
            let height = stripHeight(block, form)
            let raster = Raster(
                block.rows, scale, most: (Int(plot.width), max(block.rows.count, 1)))
            raster.draw(
                &drawing, scale.ramp, x: plot.left, y: y, width: plot.width, height: height)
            drawing.text(
                plot.left - 6, y + height / 2 + 4, Markup.shortened(block.name, to: letters), .end,
                .label(block.variant), whole: block.name)
            y += height + gap(form)
        }
    }

    /// Returns the map with a letter before its name.
    package func lettered(_ letter: String) -> RasterMap {
        var map = self
        if !map.blocks.isEmpty { map.blocks[0].name = "\(letter) \(map.blocks[0].name)" }
        return map
    }
}
