/// The summary table as LaTeX, Markdown and CSV.
extension PlainSummary {
    /// The table for LaTeX with booktabs: the best in bold, intervals small.
    package var latex: String {
        let head = (["Variant"] + columns).map(Self.latex).joined(separator: " & ")
        let lines = rows.map { row in
            let cells = row.cells.map { cell -> String in
                guard !cell.text.isEmpty else { return "" }
                let text = Self.latex(cell.text)
                let number = cell.isBest ? "\\textbf{\(text)}" : text
                let beside = cell.beside.isEmpty ? "" : " {\\small (\(Self.latex(cell.beside)))}"
                return (cell.isNear ? "$\\approx$ " : "") + number + beside
            }
            return ([Self.latex(row.name)] + cells).joined(separator: " & ") + " \\\\"
        }
        return """
            % Needs \\usepackage{booktabs}. Made by hyperfed figures.
            \\begin{tabular}{l\(String(repeating: "r", count: columns.count))}
            \\toprule
            \(head) \\\\
            \\midrule
            \(lines.joined(separator: "\n"))
            \\bottomrule
            \\end{tabular}
            \\par\\smallskip
            {\\footnotesize \(Self.latex(note + nearNote))\\par}

            """
    }

    /// The table for Markdown: the best in bold, intervals in brackets.
    package var markdown: String {
        let head = (["Variant"] + columns).map(Self.markdown).joined(separator: " | ")
        let rule = (["---"] + columns.map { _ in "---:" }).joined(separator: " | ")
        let lines = rows.map { row in
            let cells = row.cells.map { cell -> String in
                guard !cell.text.isEmpty else { return "" }
                let text = Self.markdown(cell.text)
                let beside = cell.beside.isEmpty ? "" : " (\(Self.markdown(cell.beside)))"
                return (cell.isNear ? "≈ " : "") + (cell.isBest ? "**\(text)**" : text) + beside
            }
            return "| " + ([Self.markdown(row.name)] + cells).joined(separator: " | ") + " |"
        }
        return "| \(head) |\n| \(rule) |\n\(lines.joined(separator: "\n"))\n\n"
            + Self.markdown(note + nearNote) + "\n"
    }

    /// The cells as text, for spreadsheets; summary.csv of the comparison has the bare numbers.
    package var csv: String {
        func quoted(_ text: String) -> String {
            let plain = text.replacing("\u{202F}", with: " ").replacing("−", with: "-")
            guard plain.contains(where: { ",\"\n\r".contains($0) }) else { return plain }
            return "\"" + plain.replacing("\"", with: "\"\"") + "\""
        }
        let head = ["Variant"] + columns.flatMap { [$0, "\($0): interval or range"] } + ["mark"]
        let lines = rows.map { row in
            let cells = row.cells.flatMap { [$0.text, $0.beside] }
            let mark = row.cells.contains(where: \.isNear) ? "≈" : ""
            return ([row.name] + cells + [mark]).map(quoted).joined(separator: ",")
        }
        return ([head.map(quoted).joined(separator: ",")] + lines).map { $0 + "\n" }.joined()
    }

    private var nearNote: String {
        rows.contains { $0.cells.contains(where: \.isNear) }
            ? " ≈ marks a variant that is not distinguished from the baseline." : ""
    }

    /// Returns text in which no character has a meaning for LaTeX.
    package static func latex(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\textbackslash{}"
            case "{", "}", "$", "&", "#", "_", "%": "\\" + String(scalar)
            case "~": "\\textasciitilde{}"
            case "^": "\\textasciicircum{}"
            case "<": "\\textless{}"
            case ">": "\\textgreater{}"
            case "|": "\\textbar{}"
            // The usual encoding of fonts has no other name for it.
            case "\"": "\\char34{}"
            // At the start of a row these would belong to the end of the row before.
            case "[", "*": "{\(scalar)}"
            case "−": "$-$"
            case "≥": "$\\geq$"
            case "≤": "$\\leq$"
            case "≈": "$\\approx$"
            case "“": "``"
            case "”": "''"
            case "\u{202F}": "\\,"
            case "–": "--"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: " "
            default: String(scalar)
            }
        }.joined()
    }

    /// Returns text in which no character has a meaning for Markdown.
    package static func markdown(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "|", "*", "_", "`", "[", "]", "\\", "#", "~": "\\" + String(scalar)
            case "<": "&lt;"
            case ">": "&gt;"
            case "&": "&amp;"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: " "
            default: String(scalar)
            }
        }.joined()
    }
}
