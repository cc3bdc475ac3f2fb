import Bytes
import Charts
import Foundation
import FoundationXML
import Testing

/// Reads an SVG document and keeps what laws are about.
private final class SVGReader: NSObject, XMLParserDelegate {
    struct Text {
        var x: Double
        var y: Double
        var anchor: String
        var words: String
    }

    private(set) var ids: [String] = []
    private(set) var texts: [Text] = []
    private(set) var elements: [String: Int] = [:]
    private(set) var box: [Double] = []
    private var open: Text?
    private var isTitle = false
    private var shift = [(x: 0.0, y: 0.0)]

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        elements[name, default: 0] += 1
        if let id = attributes["id"] { ids.append(id) }
        switch name {
        case "svg":
            box = (attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
        case "g":
            let move = (attributes["transform"] ?? "").firstMatch(of: /translate\((\S+) (\S+)\)/)
            let (x, y) = shift.last ?? (0, 0)
            let own = (
                x + (Double(move?.output.1 ?? "0") ?? 0), y + (Double(move?.output.2 ?? "0") ?? 0)
            )
            shift.append(own)
        case "text":
            let (x, y) = shift.last ?? (0, 0)
            open = Text(
                x: x + (Double(attributes["x"] ?? "") ?? .nan),
                y: y + (Double(attributes["y"] ?? "") ?? .nan),
                anchor: attributes["text-anchor"] ?? "start", words: "")
        case "title": isTitle = true
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if !isTitle { open?.words += string }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        switch name {
        case "g": shift.removeLast()
        case "title": isTitle = false
        case "text":
            if let open { texts.append(open) }
            open = nil
        default: break
        }
    }

    /// Returns nil for text that is not well-formed.
    static func read(_ svg: String) -> SVGReader? {
        let reader = SVGReader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        return parser.parse() ? reader : nil
    }
}

/// Laws that hold for every kind of chart in every form.
@Suite struct `Drawing laws` {
    /// Every chart of the gallery in every form.
    private static let drawings = Gallery.forms.flatMap { form, own in
        Gallery.all.map { name, chart in
            (name: "\(name), \(form)", form: own, svg: chart.svg(own, id: "x1"))
        }
    }

    @Test func `every drawing is well-formed and has a title and a description`() throws {
        for (name, _, text) in Self.drawings {
            let svg = try #require(SVGReader.read(text), "\(name) is no XML")
            #expect(svg.elements["desc"] == 1, "\(name)")
            #expect(svg.ids.contains("x1t") && svg.ids.contains("x1d"), "\(name)")
            #expect(Set(svg.ids).count == svg.ids.count, "\(name): ids twice")
            #expect(svg.ids.allSatisfy { $0.hasPrefix("x1") }, "\(name): \(svg.ids)")
            #expect(svg.box.count == 4 && svg.box.allSatisfy { $0.isFinite && $0 >= 0 })
        }
    }

    @Test func `numbers are finite, and files need no style sheet`() {
        for (name, form, svg) in Self.drawings {
            #expect(!svg.contains("nan") && !svg.contains("inf\""), "\(name)")
            guard form.use != .page else { continue }
            for word in ["var(", "class=", "<image", "dominant-baseline", "foreignObject"] {
                #expect(!svg.contains(word), "\(name) has \(word)")
            }
            guard form.use == .paper else { continue }
            // Transparency is a flat tint on paper, and text has no edge that doubles it.
            #expect(!svg.contains("fill-opacity") && !svg.contains("paint-order"), "\(name)")
        }
    }

    @Test func `a figure for print says its size in inches`() {
        for (name, chart) in Gallery.all {
            let svg = chart.svg(.paper(width: 3.3), id: "x1")
            #expect(
                svg.contains("viewBox=\"0 0 356.4 ") && svg.contains("width=\"3.3in\""), "\(name)")
        }
    }

    @Test func `no text leaves the drawing`() throws {
        for (name, form, drawn) in Self.drawings {
            let svg = try #require(SVGReader.read(drawn))
            for text in svg.texts {
                let width = form.width(of: text.words, size: 10.5)
                let left =
                    text.anchor == "start"
                    ? text.x : text.x - (text.anchor == "end" ? width : width / 2)
                // A pixel for rounding, and half a one for letters that hang over.
                #expect(
                    left >= -1.5 && left + width <= svg.box[2] + 1.5,
                    "\(name): '\(text.words)' from \(left) to \(left + width)")
                #expect(
                    text.y >= 6 && text.y <= svg.box[3] + 1,
                    "\(name): '\(text.words)' at \(text.y) of \(svg.box[3])")
            }
        }
    }

    @Test func `direct labels are at least 12 apart`() {
        let charts = [3, 6, 12, 14].flatMap { count in
            [10, 60].map { Gallery.accuracy(Gallery.curves(count, points: $0)) }
        }
        for chart in charts {
            for (form, own) in Gallery.forms where own.width > 200 {
                let svg = chart.svg(own, id: "x1")
                let words = chart.curves.map { Markup.escaped($0.name) }
                // The names at the right ends all begin at one place.
                let labels = svg.matches(of: /<text [^>]*x="([0-9.]+)" y="([0-9.]+)">(.*?)<\/text>/)
                let columns = Dictionary(
                    grouping: labels.filter { label in
                        words.contains { label.output.3.hasSuffix($0) }
                    }, by: { String($0.output.1) })
                for (_, column) in columns {
                    let places = column.compactMap { Double($0.output.2) }.sorted()
                    for (one, next) in zip(places, places.dropFirst()) {
                        #expect(next - one >= 12, "\(chart.curves.count) curves, \(form)")
                    }
                }
                // A narrow column of print has many names above the plot instead.
                if own.use != .paper {
                    #expect(columns.values.contains { $0.count >= 2 }, "\(form)")
                }
            }
        }
    }

    @Test func `the same chart gives the same bytes`() {
        for (index, one) in Gallery.all.enumerated() {
            #expect(one.chart.svg(.wide, id: "x1") == Self.drawings[index].svg, "\(one.name)")
        }
    }

    @Test func `names from outside stay text`() {
        for (name, _, svg) in Self.drawings { #expect(!svg.contains("<&"), "\(name)") }
        #expect(Markup.escaped("a<b>&\"'\u{1}\n") == "a&lt;b&gt;&amp;&quot;&#39;? ")
    }

    @Test func `every table has rows of its columns`() {
        for (name, chart) in Gallery.all {
            let table = chart.table
            #expect(table.rows.allSatisfy { $0.count == table.columns.count }, "\(name)")
            let lines = table.csv.split(separator: "\n")
            #expect(lines.count == table.rows.count + 1, "\(name)")
            #expect(!table.csv.contains("nan"), "\(name)")
        }
    }

    @Test func `drawings in pages are small`() {
        // Points within a pixel become one, and maps are pictures.
        for (name, form, svg) in Self.drawings where form.use == .page {
            #expect(svg.utf8.count < 120_000, "\(name): \(svg.utf8.count) bytes")
        }
    }
}
