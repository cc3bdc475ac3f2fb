import Bytes

/// The samples of each client: bars above, and below how they divide among the classes.
public struct PartitionChart: Sendable {
    /// The name of the chart.
    public var title: String
    /// Samples by client and class; a client has one number where there are no classes.
    public var counts: [[Int]]
    /// The names of the classes, empty where there are none.
    public var classes: [String]

    /// Makes a chart from the counts. The drawing has the client with most samples first.
    public init(title: String, counts: [[Int]], classes: [String]) {
        (self.title, self.counts, self.classes) = (title, counts, classes)
    }

    /// The colours of the shares: 80 % or more are the darkest.
    public static let scale = ColourScale(.sequential, low: 0, high: 80)

    /// The key of the colours.
    public static let key = ColourKey(
        scale, title: "share of a client's samples", labels: ["0 %", "40 %", "80 % or more"])
}

extension PartitionChart: Drawable {
    private var totals: [Int] { counts.map { $0.reduce(0, +) } }

    /// The clients, most samples first.
    private var order: [Int] {
        let totals = totals
        return totals.indices.sorted { (-totals[$0], $0) < (-totals[$1], $1) }
    }

    /// The count of clients and the smallest, middle and largest number of samples.
    public var summary: String {
        let sorted = totals.sorted()
        guard let low = sorted.first, let high = sorted.last else { return "No clients." }
        return "\(clientWords), \(low) to \(high) samples, median"
            + " \(sorted[sorted.count / 2])."
    }

    private var clientWords: String { counts.count == 1 ? "1 client" : "\(counts.count) clients" }

    /// A row for each client: its number, its samples, and those of each class.
    public var table: ChartTable {
        ChartTable(
            caption: title, columns: ["client", "samples"] + classes,
            rows: order.map { client in
                [.number(Double(client)), .number(Double(totals[client]))]
                    + classes.indices.map { index in
                        index < counts[client].count
                            ? .number(Double(counts[client][index])) : .missing
                    }
            })
    }

    package func drawing(_ form: ChartForm, id: String) -> Drawing {
        let letters = 0.25 * form.width / form.letter(at: 10.5)
        let names = classes.map { Markup.shortened($0, to: letters) }
        let widest = names.map { form.width(of: $0, size: 10.5) }.max() ?? 0
        let barBottom = classes.isEmpty ? 150.0 : 92
        let mapHeight = classes.isEmpty ? 0 : min(max(Double(classes.count) * 14, 120), 420)
        var drawing = Drawing(form, id: id, height: 0)
        let bottom = barBottom + (classes.isEmpty ? 0 : 12 + mapHeight)
        drawing.height = bottom + 24
        let left = max(46, widest + 10), width = form.width - 6 - left
        drawing.text(0, 11, "Samples of a client", .start, .axisTitle)
        drawBars(&drawing, left: left, width: width, top: 26, bottom: barBottom)
        if !classes.isEmpty {
            drawShares(&drawing, names, left, width, top: barBottom + 12, height: mapHeight)
        }
        drawing.text(
            left + width / 2, bottom + 18, "\(clientWords), most samples first", .middle,
            .axisTitle)
        // A page has the key below the chart.
        if !classes.isEmpty, !form.isPage {
            Self.key.draw(&drawing, x: 0, y: drawing.height + 6)
            drawing.height += 6 + ColourKey.height
        }
        return drawing
    }

    private func drawBars(
        _ drawing: inout Drawing, left: Double, width: Double, top: Double, bottom: Double
    ) {
        let most = Double(max(totals.max() ?? 1, 1))
        let scale = (bottom - top - 4) / most
        for value in Ticks.linear(0, most, most: 4, isWhole: true) {
            let y = bottom - scale * value
            drawing.line(left, y, left + width, y, .grid)
            drawing.text(left - 6, y + 4, NumberText.tick(value), .end, .smallTick)
        }
        // Bars narrower than a pixel would not be seen: neighbours become their mean.
        let own = totals, sorted = order.map { Double(own[$0]) }
        let bin = Raster.bin(sorted.count, Int(width / 1.5))
        let bars = Swift.stride(from: 0, to: sorted.count, by: bin).map { start in
            let part = sorted[start..<min(start + bin, sorted.count)]
            return part.reduce(0, +) / Double(part.count)
        }
        let step = width / Double(max(bars.count, 1))
        let n = drawing.number
        let outline = bars.enumerated().map { index, value in
            "M\(n(left + Double(index) * step)) \(n(bottom))v\(n(-scale * value))"
                + "h\(n(step * 0.8))v\(n(scale * value))Z"
        }
        drawing.path(outline.joined(), .bar)
    }

    private func drawShares(
        _ drawing: inout Drawing, _ names: [String], _ left: Double, _ width: Double, top: Double,
        height: Double
    ) {
        let own = totals
        let shares = classes.indices.map { index in
            order.map { client -> Double in
                guard own[client] > 0, index < counts[client].count else { return .nan }
                return 100 * Double(counts[client][index]) / Double(own[client])
            }
        }
        let raster = Raster(shares, Self.scale, most: (Int(width), Int(max(height, 1))))
        raster.draw(&drawing, .sequential, x: left, y: top, width: width, height: height)
        let step = height / Double(max(names.count, 1))
        let stride = max(1, Int((12 / max(step, 0.1)).rounded(.up)))
        for index in Swift.stride(from: 0, to: names.count, by: stride) {
            drawing.text(
                left - 6, top + (Double(index) + 0.5) * step + 4, names[index], .end, .smallTick,
                whole: classes[index])
        }
    }
}
