import Bytes

/// The shapes of a chart in the order in which they are drawn, as SVG text.
package struct Drawing {
    package let form: ChartForm
    /// The start of all ids inside; unique in the page.
    package let id: String
    package var width: Double
    package var height: Double
    private(set) var parts: [String] = []
    /// Attributes of the SVG element, such as values for a script.
    package var rootAttributes = ""

    package init(_ form: ChartForm, id: String, width: Double? = nil, height: Double) {
        self.form = form
        // Other characters would end the attribute, or could not stand in an address.
        self.id = id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        (self.width, self.height) = (width ?? form.width, form.height ?? height)
    }

    private var digits: Int { form.isPaper ? 2 : 1 }

    /// Returns a coordinate as SVG text.
    package func number(_ value: Double) -> String { NumberText.coordinate(value, digits: digits) }

    private func style(_ style: ShapeStyle) -> String {
        form.isPage ? "class=\"\(style.classes)\"" : style.attributes(form)
    }

    /// Appends a path. An empty outline is left out.
    package mutating func path(_ outline: String, _ style: ShapeStyle) {
        guard !outline.isEmpty else { return }
        parts.append("<path \(self.style(style)) d=\"\(outline)\"/>")
    }

    /// Appends a path with a colour of a map.
    package mutating func path(_ outline: String, fill: String) {
        parts.append("<path fill=\"\(fill)\" shape-rendering=\"crispEdges\" d=\"\(outline)\"/>")
    }

    /// Appends a line between two points.
    package mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: ShapeStyle
    ) {
        path("M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))", style)
    }

    /// Appends a rectangle with a style.
    package mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: ShapeStyle
    ) {
        parts.append("<rect \(box(x, y, width, height)) \(self.style(style))/>")
    }

    /// Appends a rectangle with a colour of a map.
    package mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String
    ) {
        parts.append("<rect \(box(x, y, width, height)) fill=\"\(fill)\"/>")
    }

    /// Appends a frame without a filling.
    package mutating func frame(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, colour: String
    ) {
        parts.append(
            "<rect \(box(x, y, width, height)) fill=\"none\" stroke=\"\(colour)\""
                + " stroke-width=\"1.2\"/>")
    }

    private func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
        "x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(max(width, 0)))\""
            + " height=\"\(number(max(height, 0)))\""
    }

    /// Appends a dot around a point.
    package mutating func dot(_ x: Double, _ y: Double, radius: Double, _ style: ShapeStyle) {
        parts.append(
            "<circle cx=\"\(number(x))\" cy=\"\(number(y))\""
                + " r=\"\(number(radius * form.markScale))\" \(self.style(style))/>")
    }

    /// Appends the marker of a variant; the baseline has none.
    package mutating func marker(_ x: Double, _ y: Double, _ variant: Int) {
        guard let marker = Role.marker(of: variant) else { return }
        let scale = form.markScale == 1 ? "" : " scale(\(form.markScale))"
        parts.append(
            "<path \(style(.marker(variant))) transform=\"translate(\(number(x)) \(number(y)))"
                + "\(scale)\" d=\"\(marker.outline)\"/>")
    }

    /// The side of its point on which a text stands.
    package enum Anchor: String {
        case start, middle, end
    }

    /// Appends a text at a point.
    ///
    /// - Parameter whole: the whole text where `words` are shortened; shown by a tooltip.
    package mutating func text(
        _ x: Double, _ y: Double, _ words: String, _ anchor: Anchor, _ style: TextStyle,
        whole: String? = nil
    ) {
        var look = form.isPage ? "class=\"\(style.classes)\"" : style.attributes(form)
        if form.isPage, case .cell(let colour, _) = style { look += " fill=\"\(colour)\"" }
        let tooltip =
            whole.map { $0 == words ? "" : "<title>\(Markup.escaped($0))</title>" } ?? ""
        parts.append(
            "<text \(look) x=\"\(number(x))\" y=\"\(number(y))\""
                + (anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"")
                + ">\(tooltip)\(Markup.escaped(words))</text>")
    }

    /// Appends SVG text as it is.
    package mutating func raw(_ text: String) { parts.append(text) }

    /// Draws inside a rectangle only.
    package mutating func clipped(
        to rectangle: (x: Double, y: Double, width: Double, height: Double), name: String = "k",
        _ draw: (inout Drawing) -> Void
    ) {
        let box = box(rectangle.x, rectangle.y, rectangle.width, rectangle.height)
        raw("<clipPath id=\"\(id)\(name)\"><rect \(box)/></clipPath>")
        raw("<g clip-path=\"url(#\(id)\(name))\">")
        draw(&self)
        raw("</g>")
    }

    /// Draws shapes that stand for several variants. In a page they have a class of their own, such
    /// as `s0-2`, since they are hidden only with all of these variants.
    package mutating func together(_ variants: [Int], _ draw: (inout Drawing) -> Void) {
        guard form.isPage, variants.count > 1 else { return draw(&self) }
        raw("<g class=\"shared \(Self.sharedSelector(variants).dropFirst())\">")
        draw(&self)
        raw("</g>")
    }

    /// Returns what selects the shapes that stand for these variants in a style sheet.
    package static func sharedSelector(_ variants: [Int]) -> String {
        ".s" + variants.map(String.init).joined(separator: "-")
    }

    /// Draws under a tooltip.
    package mutating func titled(_ title: String, _ draw: (inout Drawing) -> Void) {
        raw("<g><title>\(Markup.escaped(title))</title>")
        draw(&self)
        raw("</g>")
    }

    /// Appends another drawing, moved.
    package mutating func append(_ other: Drawing, x: Double, y: Double) {
        raw("<g transform=\"translate(\(number(x)) \(number(y)))\">")
        parts += other.parts
        raw("</g>")
    }

    /// Returns the whole SVG element. A title and a description are for those who do not see it.
    package func svg(title: String, description: String) -> String {
        let (w, h) = (number(width), number(height))
        var root = "<svg"
        switch form.use {
        case .page:
            if !form.pageClass.isEmpty { root += " class=\"\(form.pageClass)\"" }
            root += " viewBox=\"0 0 \(w) \(h)\" width=\"\(w)\" height=\"\(h)\""
        case .file, .paper:
            root += " xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(w) \(h)\""
            root += " width=\"\(size(width))\" height=\"\(size(height))\""
            root += " font-family=\"\(Markup.escaped(form.fontFamily))\""
            root += " font-size=\"\(NumberText.coordinate(form.textSize))\""
        }
        root += " role=\"img\" aria-labelledby=\"\(id)t \(id)d\"\(rootAttributes)>"
        let names =
            "<title id=\"\(id)t\">\(Markup.escaped(title))</title>"
            + "<desc id=\"\(id)d\">\(Markup.escaped(description))</desc>"
        let ground =
            form.use == .file
            ? "<rect width=\"100%\" height=\"100%\" fill=\"\(form.palette.ground)\"/>" : ""
        return root + names + ground + parts.joined(separator: form.isPage ? "" : "\n")
            + "</svg>" + (form.isPage ? "" : "\n")
    }

    /// A length of a file: inches on paper, pixels on screens.
    private func size(_ pixels: Double) -> String {
        guard form.isPaper else { return number(pixels) }
        let inches = (pixels / ChartForm.pixelsPerInch * 1000).rounded() / 1000
        return NumberText.short(inches, 5) + "in"
    }
}
