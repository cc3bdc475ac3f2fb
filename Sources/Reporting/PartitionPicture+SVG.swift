import Settings

/// Draws a partition as an SVG document: plain shapes and text on a white ground.
extension PartitionPicture {
    // Pixels. All places are whole numbers, which keeps the document small.
    private static let (margin, barHeight, gap, mapWidth) = (16, 96, 8, 640)
    private static let (narrowest, widest) = (4, 36)
    private static let (ink, soft, rule) = ("#1A1A1A", "#5C6066", "#D9DCE0")

    /// The most clients of a document. The widest map has a column of 4 pixels for each.
    public static let mostInSVG = mapWidth / narrowest
    /// The most rows of a document.
    public static let mostRowsInSVG = 40

    /// Returns the picture as an SVG document.
    public func svg() -> String {
        let frame = Frame(self)
        var elements = ["<!-- hyperfed partition -->"]
        elements.append(
            SVG.text(Double(Self.margin), 28, SVG.cut(title, 100), "start", size: 16))
        for (index, fact) in facts.enumerated() {
            elements.append(
                SVG.text(
                    Double(Self.margin), Double(48 + 16 * index), fact, "start", size: 12,
                    colour: Self.soft))
        }
        elements += bars(frame)
        if hasCells { elements += map(frame) }
        elements += axis(frame)
        if hasCells { elements += key(frame) }
        return SVG.document(
            Double(frame.width), Double(frame.height), elements, title: title,
            description: (facts + [caption]).joined(separator: "; "))
    }

    /// The edges and sizes of the parts of the document.
    private struct Frame {
        /// The left edge of the plot, and the sizes of a cell.
        let left: Int
        let column: Int
        let row: Int
        let barTop: Int
        let barBottom: Int
        let mapTop: Int
        let mapBottom: Int
        let plotWidth: Int
        /// The size of the document.
        let width: Int
        let height: Int

        init(_ picture: PartitionPicture) {
            let margin = PartitionPicture.margin
            let names = (picture.hasCells ? picture.rows : []).map { SVG.cut($0, 24).count }
            let numbers = picture.largestSize.grouped.count
            left = margin + 8 + 7 * max(names.max() ?? 0, numbers)
            let count = max(picture.clients.count, 1)
            column = max(
                PartitionPicture.narrowest,
                min(PartitionPicture.widest, PartitionPicture.mapWidth / count))
            let rows = picture.rows.count
            row = rows <= 12 ? 18 : rows <= 20 ? 15 : 13
            barTop = 48 + 16 * picture.facts.count + 24
            barBottom = barTop + PartitionPicture.barHeight
            mapTop = barBottom + PartitionPicture.gap
            mapBottom = picture.hasCells ? mapTop + row * rows : barBottom
            plotWidth = column * count
            let texts = picture.facts + [picture.caption]
            let words = max(
                13 * (texts.map(\.count).max() ?? 0) / 2, 9 * min(picture.title.count, 100))
            width = max(left + plotWidth, margin + words, left + 280) + margin
            height = mapBottom + 48 + (picture.hasCells ? 52 : 0)
        }
    }

    /// Returns a bar for each client, over pale lines at round sizes.
    private func bars(_ frame: Frame) -> [String] {
        let right = Double(frame.left + frame.plotWidth)
        let scale = Double(Self.barHeight) / Double(max(largestSize, 1))
        var elements = [
            SVG.text(
                Double(frame.left), Double(frame.barTop - 10), "samples", "start", size: 12,
                colour: Self.soft)
        ]
        for tick in Self.ticks(largestSize) {
            let y = Double(frame.barBottom) - Double(tick) * scale
            elements.append(
                SVG.line(Double(frame.left), y, right, y, tick == 0 ? Self.soft : "#E8EAED"))
            elements.append(
                SVG.text(
                    Double(frame.left - 6), y + 4, tick.grouped, "end", size: 11,
                    colour: Self.soft))
        }
        let thickness = frame.column > 6 ? frame.column - 2 : frame.column
        for (index, client) in clients.enumerated() where client.size > 0 {
            let height = max(1, Int((Double(client.size) * scale).rounded()))
            elements.append(
                "<rect x=\"\(frame.left + index * frame.column)\" y=\"\(frame.barBottom - height)\""
                    + " width=\"\(thickness)\" height=\"\(height)\" fill=\"#2F7575\">"
                    + "<title>client \(client.number): \(counted(client.size, "sample"))</title>"
                    + "</rect>")
        }
        return elements
    }

    /// Returns round numbers from 0 to the largest size, at most 5 of them.
    package static func ticks(_ largest: Int) -> [Int] {
        guard largest > 0 else { return [0] }
        var power = 1
        while true {
            for step in [1, 2, 5].map({ $0 * power }) where largest / step <= 4 {
                return Array(stride(from: 0, through: largest, by: step))
            }
            let (next, isTooLarge) = power.multipliedReportingOverflow(by: 10)
            guard !isTooLarge else { return [0, largest] }
            power = next
        }
    }

    /// Returns the cells, one path for each colour, and the names of the rows.
    private func map(_ frame: Frame) -> [String] {
        var paths = [String](repeating: "", count: ShareColour.count + 1)
        for row in rows.indices {
            let y = frame.mapTop + row * frame.row
            var column = 0
            while column < clients.count {
                let level = level(row, column)
                var end = column + 1
                while end < clients.count, self.level(row, end) == level { end += 1 }
                let (x, width) = (
                    frame.left + column * frame.column, (end - column) * frame.column
                )
                if level > 0 { paths[level] += "M\(x) \(y)h\(width)v\(frame.row)h-\(width)z" }
                column = end
            }
        }
        var elements = paths.indices.filter { !paths[$0].isEmpty }.map {
            "<path fill=\"\(ShareColour.text($0))\" d=\"\(paths[$0])\"/>"
        }
        elements.append(
            SVG.rectangle(
                Double(frame.left), Double(frame.mapTop), Double(frame.plotWidth),
                Double(frame.mapBottom - frame.mapTop), "fill=\"none\" stroke=\"\(Self.rule)\""))
        for (row, name) in rows.enumerated() {
            elements.append(
                SVG.text(
                    Double(frame.left - 6),
                    Double(frame.mapTop + row * frame.row + frame.row / 2 + 4), SVG.cut(name, 24),
                    "end", size: 11, colour: Self.ink))
        }
        return elements
    }

    private func level(_ row: Int, _ column: Int) -> Int {
        let shares = clients[column].shares
        return ShareColour.level(row < shares.count ? shares[row] : 0)
    }

    /// Returns the numbers of clients, as many as there is room for, and what they are.
    private func axis(_ frame: Frame) -> [String] {
        let digits = clients.map { String($0.number).count }.max() ?? 1
        let every = max(1, (7 * digits + 4 + frame.column - 1) / frame.column)
        var elements = stride(from: 0, to: clients.count, by: every).map { index in
            SVG.text(
                Double(frame.left + index * frame.column) + Double(frame.column) / 2,
                Double(frame.mapBottom + 16), String(clients[index].number), "middle", size: 11,
                colour: Self.soft)
        }
        elements.append(
            SVG.text(
                Double(frame.left), Double(frame.mapBottom + 36), caption, "start", size: 12,
                colour: Self.soft))
        return elements
    }

    /// Returns the strip of colours with its shares.
    private func key(_ frame: Frame) -> [String] {
        let (left, top, step) = (frame.left, frame.mapBottom + 64, 240 / ShareColour.count)
        var elements = [
            SVG.text(
                Double(left), Double(top - 8),
                "share of a client's samples, white: none", "start",
                size: 12, colour: Self.soft)
        ]
        for level in 1...ShareColour.count {
            elements.append(
                SVG.rectangle(
                    Double(left + (level - 1) * step), Double(top), Double(step), 10,
                    "fill=\"\(ShareColour.text(level))\""))
        }
        let width = Double(step * ShareColour.count)
        for share in [0, 0.04, 0.25, 0.5, 1] {
            elements.append(
                SVG.text(
                    Double(left) + width * share.squareRoot(), Double(top + 24),
                    fixed(100 * share, 0) + (share == 1 ? " %" : ""), "middle", size: 11,
                    colour: Self.soft))
        }
        return elements
    }
}

/// The colours of shares from 0 to 1. They follow the square root of the share, so that small
/// shares of many classes differ, too. Their lightness falls evenly.
private enum ShareColour {
    private static let anchors = [
        (244, 241, 222), (221, 211, 141), (168, 185, 107), (95, 154, 114), (47, 117, 117),
        (35, 78, 107), (29, 42, 77),
    ]
    /// The number of colours.
    static let count = 20

    /// Returns the number of the colour, 1...count; 0 if there are no samples.
    static func level(_ share: Double) -> Int {
        guard share > 0 else { return 0 }
        return 1 + min(count - 1, Int(share.squareRoot() * Double(count)))
    }

    static func text(_ level: Int) -> String {
        let place = Double(level - 1) / Double(count - 1) * Double(anchors.count - 1)
        let first = min(Int(place), anchors.count - 2)
        let (one, two, part) = (anchors[first], anchors[first + 1], place - Double(first))
        func mixed(_ one: Int, _ two: Int) -> String {
            let value = Int((Double(one) + Double(two - one) * part).rounded())
            let digits = String(value, radix: 16, uppercase: true)
            return digits.count == 1 ? "0\(digits)" : digits
        }
        return "#" + mixed(one.0, two.0) + mixed(one.1, two.1) + mixed(one.2, two.2)
    }
}
