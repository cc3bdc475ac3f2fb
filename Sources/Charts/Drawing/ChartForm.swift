import Bytes

/// The size of a drawing and the way its colours are written. One chart value gives every form.
///
/// Lengths are design pixels. On paper a design pixel is two thirds of a point, so that text of 12
/// pixels has 8 points; the file says its size in inches.
public struct ChartForm: Sendable {
    /// Where the drawing is used.
    public enum Use: Equatable, Sendable {
        /// Inside a page: elements have classes, and the page's style sheet has the colours.
        case page
        /// A file of its own: elements have their colours as attributes.
        case file
        /// A file for print: flat tints, dashes and small marks.
        case paper
    }

    /// Where the drawing is used.
    public var use: Use
    /// The width in design pixels.
    public var width: Double
    /// The height in design pixels, or nil for the chart's own.
    public var height: Double?
    /// The size of text in design pixels.
    public var textSize: Double
    /// The size of the text of ticks in design pixels.
    public var tickSize: Double
    /// The colours of a file.
    public var palette: Palette
    /// The family of the font in a file.
    public var fontFamily: String
    /// The class of the SVG element in a page, such as `wide`.
    public var pageClass: String

    private init(
        use: Use, width: Double, height: Double? = nil, textSize: Double, tickSize: Double,
        pageClass: String = "", palette: Palette = .light, fontFamily: String = defaultFont
    ) {
        (self.use, self.width, self.height) = (use, width, height)
        (self.textSize, self.tickSize) = (textSize, tickSize)
        (self.pageClass, self.palette, self.fontFamily) = (pageClass, palette, fontFamily)
    }

    private static let defaultFont = "Liberation Sans, Helvetica, Arial, sans-serif"

    /// The form for wide screens: 540 pixels.
    public static let wide = ChartForm(
        use: .page, width: 540, textSize: 12, tickSize: 12, pageClass: "wide")
    /// The form for phones and for the printed page: 348 pixels.
    public static let narrow = ChartForm(
        use: .page, width: 348, textSize: 11, tickSize: 11, pageClass: "narrow")
    /// The form of one of many small panels: 170 pixels.
    public static let panel = ChartForm(
        use: .page, width: 170, height: 150, textSize: 11, tickSize: 11, pageClass: "panel")
    /// The form of one of several panels as wide as a phone: 348 pixels.
    public static let widePanel = ChartForm(
        use: .page, width: 348, textSize: 11, tickSize: 11, pageClass: "panel3")

    /// Returns the form of an SVG file for screens.
    ///
    /// - Parameters:
    ///   - width: in pixels.
    ///   - height: in pixels, or nil for the chart's own.
    ///   - palette: the colours, such as those for a dark ground.
    public static func file(
        width: Double = 540, height: Double? = nil, palette: Palette = .light
    ) -> ChartForm {
        ChartForm(
            use: .file, width: width, height: height, textSize: width < 400 ? 11 : 12,
            tickSize: width < 400 ? 11 : 12, palette: palette)
    }

    /// Returns the form of a figure for print, with text of 8 points and ticks of 7.
    ///
    /// - Parameters:
    ///   - width: in inches, such as 3.3 for a column and 6.8 for a page.
    ///   - height: in inches, or nil for the chart's own.
    ///   - font: the family of the font.
    public static func paper(width: Double, height: Double? = nil, font: String? = nil) -> ChartForm
    {
        ChartForm(
            use: .paper, width: width * pixelsPerInch, height: height.map { $0 * pixelsPerInch },
            textSize: 12, tickSize: 10.5,
            fontFamily: font.map { "\($0), sans-serif" } ?? defaultFont)
    }

    /// The number of design pixels of an inch on paper: 72 points of 1.5 pixels.
    package static let pixelsPerInch = 108.0

    /// Whether the drawing has less room than a wide screen gives.
    package var isNarrow: Bool { width < 450 }
    package var isPage: Bool { use == .page }
    package var isPaper: Bool { use == .paper }

    /// The width of a letter of the text, for the widest common font (DejaVu Sans) on pages.
    package var letter: Double { letter(at: textSize) }

    /// Returns the width of a letter at a size of text.
    package func letter(at size: Double) -> Double {
        !isPaper ? (size >= 12 ? 6.5 * size / 12 : 6.1 * size / 11) : 0.54 * size
    }

    /// Returns the width of a text in design pixels, as far as it can be known without a font.
    package func width(of text: String, size: Double? = nil) -> Double {
        Markup.letters(of: text) * letter(at: size ?? textSize)
    }

    /// The smallest distance of two direct labels.
    package var labelGap: Double { isPaper ? 13 : 14 }
    /// The scale of markers and dots: 3.5 points wide on paper.
    package var markScale: Double { isPaper ? 0.72 : 1 }

    /// Returns this form with another size, for one of several panels.
    package func sized(width: Double, height: Double?) -> ChartForm {
        var form = self
        (form.width, form.height) = (width, height)
        return form
    }
}
