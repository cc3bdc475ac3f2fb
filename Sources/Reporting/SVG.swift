import Bytes

/// The few elements that charts are made of, as SVG text.
enum SVG {
    /// A document that has its own size, a title and a description for readers of the screen.
    static func document(
        _ width: Double, _ height: Double, _ elements: [String], title: String, description: String
    ) -> String {
        let start = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
            viewBox="0 0 \(Int(width)) \(Int(height))" font-family="sans-serif" font-size="12" \
            role="img">
            """
        let head = [
            start, "<title>\(Markup.escaped(title))</title>",
            "<desc>\(Markup.escaped(description))</desc>",
            "<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>",
        ]
        return (head + elements + ["</svg>\n"]).joined(separator: "\n")
    }

    static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String)
        -> String
    {
        "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\""
            + " y2=\"\(number(y2))\" stroke=\"\(colour)\"/>"
    }

    static func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String
    ) -> String {
        "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\""
            + " height=\"\(number(height))\" \(style)/>"
    }

    static func text(
        _ x: Double, _ y: Double, _ words: String, _ anchor: String, size: Int? = nil,
        colour: String? = nil
    ) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\""
            + (size.map { " font-size=\"\($0)\"" } ?? "")
            + (colour.map { " fill=\"\($0)\"" } ?? "") + ">\(Markup.escaped(words))</text>"
    }

    static func number(_ value: Double) -> String { fixed(value, 2) }

    /// Returns a text of at most `most` characters. A longer text has an ellipsis in its middle.
    static func cut(_ text: String, _ most: Int) -> String {
        let letters = Array(text)
        guard letters.count > most else { return text }
        return String(letters.prefix(most - most / 2 - 1)) + "…" + String(letters.suffix(most / 2))
    }
}
