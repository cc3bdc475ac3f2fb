/// Returns columns of text, each as wide as its widest cell. The first `texts` columns are aligned
/// to the left, the others to the right.
public func aligned(_ rows: [[String]], texts: Int = 2) -> String {
    let widths = (rows.first ?? []).indices.map { column in
        rows.map { TextWidth.of($0[column]) }.max() ?? 0
    }
    return rows.map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
            let padding = String(repeating: " ", count: widths[column] - TextWidth.of(cell))
            line += column < texts ? cell + padding + "  " : padding + cell + "  "
        }
        while line.last == " " { line.removeLast() }
        return line
    }.joined(separator: "\n")
}

/// Returns columns of text, each as wide as its widest cell; the first is aligned to the left.
func alignedRight(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in
        rows.map { TextWidth.of($0[column]) }.max() ?? 0
    }
    return rows.map { row in
        var line = row.enumerated().map { column, cell in
            let padding = String(repeating: " ", count: widths[column] - TextWidth.of(cell))
            return column == 0 ? cell + padding : padding + cell
        }.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }.joined(separator: "\n")
}

/// Returns a text in lines of at most `width` columns, broken at spaces, but not before "%".
func wrapped(_ text: String, width: Int = 80) -> String {
    var (lines, line, used) = ([String](), "", 0)
    let words = text.split(separator: " ").reduce(into: [String]()) { words, word in
        if word.first == "%", let last = words.popLast() {
            words.append("\(last) \(word)")
        } else {
            words.append(String(word))
        }
    }
    for word in words {
        let columns = TextWidth.of(word)
        if used > 0, used + 1 + columns > width {
            lines.append(line)
            (line, used) = ("", 0)
        }
        line += used > 0 ? " \(word)" : word
        used += (used > 0 ? 1 : 0) + columns
    }
    return (lines + [line]).joined(separator: "\n")
}
