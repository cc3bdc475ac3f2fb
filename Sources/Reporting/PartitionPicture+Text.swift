import Settings

/// Draws a partition in a terminal.
extension PartitionPicture {
    /// The size and the characters of a picture in a terminal.
    public struct TextStyle: Sendable {
        /// The columns of the terminal.
        public var columns: Int
        /// Whether blocks of Unicode are used; ASCII otherwise.
        public var isUnicode: Bool
        /// The lines of the bars.
        public var barLines: Int
        /// Whether the numbers of clients stand below the picture.
        public var hasNumbers: Bool

        /// Makes a style; by default bars have 4 lines and clients have numbers.
        public init(
            columns: Int, isUnicode: Bool, barLines: Int = 4, hasNumbers: Bool = true
        ) {
            (self.columns, self.isUnicode) = (columns, isUnicode)
            (self.barLines, self.hasNumbers) = (barLines, hasNumbers)
        }

        /// The characters of a bar, from none to full.
        var bars: [Character] { Array(isUnicode ? " ▁▂▃▄▅▆▇█" : " ..:::###") }
        /// The characters of a cell, from no sample to nearly all samples.
        var shades: [Character] { Array(isUnicode ? " ░▒▓█" : " .+x#") }
    }

    /// The largest share of each shade but the last one.
    private static let limits = [0, 0.1, 0.3, 0.6]
    private static let widestName = 18

    /// Returns the picture as lines of text.
    public func text(_ style: TextStyle) -> String {
        guard !clients.isEmpty else { return "no clients\n" }
        let names = rows.map { TextWidth.shortened($0, to: Self.widestName, style.isUnicode) }
        let widths = (hasCells ? names : []).map { TextWidth.of($0) }
        let margin = max(widths.max() ?? 0, "samples".count)
        // Behind the bars stands the largest size.
        let room = style.columns - margin - 2 - largestSize.grouped.count
        let width = max(1, min(3, room / clients.count))
        func line(_ name: String, _ cells: String, _ end: String = "") -> String {
            let padding = String(repeating: " ", count: max(0, margin - TextWidth.of(name)))
            var text = "\(padding)\(name) \(cells)\(end.isEmpty ? "" : " ")\(end)"
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }
        var text = ""
        for level in (0..<style.barLines).reversed() {
            let isTop = level == style.barLines - 1
            text += line(
                isTop ? "samples" : "", bars(level, width, style), isTop ? largestSize.grouped : "")
        }
        for (row, name) in names.enumerated() where hasCells {
            text += line(name, cells(row, width, style))
        }
        if style.hasNumbers {
            for (index, digits) in numbers(width).enumerated() {
                text += line(index == 0 ? "client" : "", digits)
            }
        }
        return text + caption + (hasCells ? "; share of a client's samples: \(key(style))" : "")
            + "\n"
    }

    /// Returns one line of the bars; line 0 is the lowest one.
    private func bars(_ level: Int, _ width: Int, _ style: TextStyle) -> String {
        let full = style.bars.count - 1
        return clients.map { client in
            let height =
                Double(client.size) / Double(max(largestSize, 1)) * Double(full * style.barLines)
            // A client with samples has a bar, however small.
            let parts = client.size == 0 ? 0 : max(1, Int(height.rounded()))
            let part = min(max(parts - full * level, 0), full)
            return String(repeating: style.bars[part], count: width)
        }.joined()
    }

    private func cells(_ row: Int, _ width: Int, _ style: TextStyle) -> String {
        clients.map { client in
            let share = row < client.shares.count ? client.shares[row] : 0
            let shade = Self.limits.count { share > $0 }
            return String(repeating: style.shades[shade], count: width)
        }.joined()
    }

    /// Returns the numbers of the clients, in one line or with the digits below one another.
    private func numbers(_ width: Int) -> [String] {
        let texts = clients.map { String($0.number) }
        let digits = texts.map(\.count).max() ?? 1
        func padded(_ text: String, _ size: Int) -> String {
            String(repeating: " ", count: size - text.count) + text
        }
        guard digits >= width else { return [texts.map { padded($0, width) }.joined()] }
        let columns = texts.map { Array(padded($0, digits)) }
        return (0..<digits).map { place in
            columns.map { padded(String($0[place]), width) }.joined()
        }
    }

    private func key(_ style: TextStyle) -> String {
        let ends = Self.limits.dropFirst().map { "to \(fixed(100 * $0, 0)) %" } + ["more"]
        return zip(style.shades.dropFirst(), ends).map { "\($0) \($1)" }.joined(separator: ", ")
    }
}
