import Settings

// From bytes to lines and cells.
extension CSVTable {
    private static let comment = UInt8(ascii: "#")

    mutating func readLines() throws(DataError) {
        // Files of old Macs end their lines with a carriage return alone.
        let lineEnd = bytes.contains(0x0A) ? UInt8(ascii: "\n") : UInt8(ascii: "\r")
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 0
        var top: [(Range<Int>, Int)] = []
        while start < bytes.count {
            line += 1
            let end = bytes.firstIndex(of: lineEnd, in: start..<bytes.count) ?? bytes.count
            let whole = start..<end
            let content = trimmed(whole)
            start = end + 1
            guard !content.isEmpty else { continue }
            if lines.isEmpty, top.isEmpty, takeSeparatorLine(content, line) { continue }
            if lines.isEmpty, bytes[content.lowerBound] == Self.comment {
                top.append((whole, line))
                continue
            }
            if lines.isEmpty { try addTop(top, above: whole, line) }
            try add(whole, line)
        }
        // Where all lines start so, '#' is a part of names.
        if lines.isEmpty { for (range, line) in top { try add(range, line) } }
    }

    /// Reads the first line that Excel adds, such as "sep=;". Returns whether this line is one.
    private mutating func takeSeparatorLine(_ range: Range<Int>, _ line: Int) -> Bool {
        let text = String(decoding: bytes[range], as: UTF8.self).lowercased()
            .replacing("\"", with: "")
        let known: [String: Separator] = [
            "sep=,": .comma, "sep=;": .semicolon, "sep=\t": .tab, "sep=": .tab,
        ]
        guard let found = known[text] else { return false }
        if separator == .auto { separator = found }
        commentLines.append(line)
        return true
    }

    /// Decides which of the lines that start with '#' are comments, before the first other one is
    /// added.
    private mutating func addTop(
        _ top: [(Range<Int>, Int)], above first: Range<Int>, _ line: Int
    ) throws(DataError) {
        guard !top.isEmpty else { return }
        if separator == .auto { separator = Self.separator(of: bytes[trimmed(first)]) }
        let expected = try cells(of: first, line).count
        for (range, line) in top {
            // A quote in a comment need not be closed.
            let found = try? cells(of: range, line)
            if found?.count == expected {
                try add(range, line)
            } else {
                commentLines.append(line)
                // "# a b c", as numpy.savetxt writes names.
                let names = (found ?? []).map(text)
                if names.count == expected + 1, names[0] == "#" {
                    self.names = Array(names.dropFirst())
                } else {
                    self.names = nil
                }
            }
        }
        if !lines.isEmpty { names = nil }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, Self.isBlank(bytes[start]) { start += 1 }
        while start < end, Self.isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func separator(of line: ArraySlice<UInt8>) -> Separator {
        var isQuoted = false
        var seen: Set<UInt8> = []
        for byte in line {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted { seen.insert(byte) }
        }
        let candidates: [Separator] = [.semicolon, .comma, .tab]
        return candidates.first { $0.byte.map(seen.contains) ?? false } ?? .blanks
    }

    /// Adds the cells of a line, which must be as many as in the first one.
    private mutating func add(_ line: Range<Int>, _ number: Int) throws(DataError) {
        if separator == .auto { separator = Self.separator(of: bytes[trimmed(line)]) }
        let before = cells.count
        try appendCells(of: line, number)
        let added = cells[before...]
        if added.allSatisfy({ text($0).isEmpty }) {
            cells.removeSubrange(before...)
            blankLines.append(number)
            return
        }
        if lines.isEmpty { columnCount = added.count }
        guard added.count == columnCount else { throw wrongCount(line, number, added.count) }
        lines.append(number)
    }

    private func cells(of line: Range<Int>, _ number: Int) throws(DataError) -> [Cell] {
        var copy = self
        copy.cells = []
        try copy.appendCells(of: line, number)
        return copy.cells
    }

    private mutating func appendCells(of line: Range<Int>, _ number: Int) throws(DataError) {
        // A tab at an end separates an empty cell.
        let line = separator == .tab ? line : trimmed(line)
        let isQuoted = bytes.firstIndex(of: UInt8(ascii: "\""), in: line) != nil
        var start = line.lowerBound
        while start <= line.upperBound {
            guard cells.count < mostCells else {
                throw .damaged(
                    path: path,
                    reason: "line \(number): "
                        + mismatch(
                            "at most \(mostCells.grouped) cells in a table", "more",
                            "leave out columns or rows"))
            }
            let end =
                if let byte = separator.byte, !isQuoted {
                    bytes.firstIndex(of: byte, in: start..<line.upperBound) ?? line.upperBound
                } else {
                    try cellEnd(start, line, number)
                }
            let cell = trimmed(start..<end)
            cells.append(Cell(start: UInt32(cell.lowerBound), end: UInt32(cell.upperBound)))
            start = end + 1
            if separator == .blanks {
                while start < line.upperBound, Self.isBlank(bytes[start]) { start += 1 }
            }
        }
    }

    /// Returns the end of the cell that starts here: at a separator, or at the end of the line.
    private func cellEnd(
        _ start: Int, _ line: Range<Int>, _ number: Int
    ) throws(DataError) -> Int {
        let quote = UInt8(ascii: "\"")
        var index = start
        while index < line.upperBound, separator != .blanks, bytes[index] == UInt8(ascii: " ") {
            index += 1
        }
        if index < line.upperBound, bytes[index] == quote {
            index += 1
            while index < line.upperBound {
                if bytes[index] == quote {
                    guard index + 1 < line.upperBound, bytes[index + 1] == quote else { break }
                    index += 1
                }
                index += 1
            }
            guard index < line.upperBound else {
                throw .damaged(
                    path: path,
                    reason: "line \(number): "
                        + mismatch("the end of a quote on the same line", "no end"))
            }
        }
        while index < line.upperBound {
            let byte = bytes[index]
            if separator.byte.map({ $0 == byte }) ?? Self.isBlank(byte) { break }
            index += 1
        }
        return index
    }

    /// Makes the error of a line with more or fewer cells than the first one.
    private func wrongCount(_ line: Range<Int>, _ number: Int, _ found: Int) -> DataError {
        .damaged(
            path: path,
            reason: "line \(number): expected \(counted(columnCount, "cell")), as in line "
                + "\(lines[0]), found \(found.grouped); cells are separated by \(separator.words)"
                + hint(line, found))
    }

    private func hint(_ line: Range<Int>, _ found: Int) -> String {
        let content = bytes[trimmed(line)]
        if content.first == Self.comment {
            return "; comments stand above the first row only, so remove the line"
        }
        let other = Self.separator(of: content)
        if other != separator, other != .blanks {
            return ", but this line has \(other.words); name the right ones in "
                + "data.dataset.separator"
        }
        guard found == columnCount + 1, lines.count == 1 else {
            let isDecimal = separator == .comma && (columnCount + 1...2 * columnCount) ~= found
            return " (data.dataset.separator)"
                + (isDecimal ? "; a decimal comma is a separator here; write decimal points" : "")
                + (lines.count == 1
                    ? "; remove line \(lines[0]) or start it with '#' if it is not a row"
                    : "")
        }
        return content.last == separator.byte
            ? "; this line ends with one more, so end the names so, too, or none of the lines"
            : "; where the first cell is the name of the row, as R's write.table writes it, give "
                + "it a name in line \(lines[0]), or write the file with row.names=FALSE"
    }
}
