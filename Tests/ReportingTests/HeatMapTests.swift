import Charts
import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct `A heat map` {
    /// The texts of an SVG document; empty if it is no valid XML.
    private final class Texts: NSObject, XMLParserDelegate {
        private(set) var texts: [String] = []
        private(set) var elements: [String: Int] = [:]
        private var isInText = false

        init?(_ svg: String) {
            super.init()
            let parser = XMLParser(data: Data(svg.utf8))
            parser.delegate = self
            guard parser.parse() else { return nil }
        }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            elements[name, default: 0] += 1
            isInText = name == "text"
            if isInText { texts.append("") }
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
            qualifiedName: String?
        ) {
            isInText = false
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            if isInText { texts[texts.count - 1] += text }
        }
    }

    private func rows(_ variants: [(String, Double)]) -> [ComparisonRow] {
        var rows: [ComparisonRow] = []
        for (name, value) in variants {
            for (first, more) in [("1", 0.0), ("2", 0.125), ("3", 0.25)] {
                for second in ["a", "b"] {
                    rows.append(
                        ComparisonRow(
                            variant: name, cell: [first, second], seed: 1,
                            summary: summary([value + more + (second == "a" ? 0 : 0.0625)])))
                }
            }
        }
        return rows
    }

    @Test func `has a panel for the baseline and one for each gain`() throws {
        var rows = rows([("a < b & \"c\"", 0.5), ("base", 0.25)])
        rows[1].summary = nil
        rows[1].constant = 0.125
        let grid = ["client.rate", "server.rate"]
        let against = AgainstBaseline(
            rows, grid: grid, metric: .accuracy, baseline: "base", target: nil)
        let map = try #require(heatMap(rows, grid: grid, metric: .accuracy, against: against))
        #expect(map.xTitle == "client.rate" && map.yTitle == "server.rate")
        let table = map.table
        #expect(table.columns == ["variant", "client.rate", "server.rate", "value", "failed"])
        let values = table.rows.map { row in
            [row[0], row[3]].map { cell -> String in
                switch cell {
                case .text(let text): text
                case .number(let value): "\(value)"
                case .missing: ""
                }
            }.joined(separator: " ")
        }
        // A constant prediction of 12.5 % against 31.25 % is the loss in the second row.
        #expect(
            values == [
                "base 25.0", "base 37.5", "base 50.0", "base 31.25", "base 43.75", "base 56.25",
            ]
                + ["25.0", "25.0", "25.0", "-18.75", "25.0", "25.0"].map {
                    "a < b & \"c\": gain \($0)"
                })
        let parsed = try #require(Texts(map.svg(.file(width: 900), id: "m")))
        for text in [
            "a < b & \"c\": gain", "25.0", "+25.0", "−18.8", "client.rate", "rows: server.rate",
            "final accuracy, %", "gain over base, points of accuracy; darker beyond",
        ] {
            #expect(parsed.texts.contains(text), "\(text)")
        }
    }

    @Test func `without a baseline has a panel for each variant, on one scale`() throws {
        let map = try #require(
            heatMap(
                rows([("one", 0.25), ("other", 0.5)]), grid: ["k", "l"], metric: .accuracy,
                against: nil))
        let parsed = try #require(Texts(map.svg(.file(width: 900), id: "m")))
        #expect(parsed.texts.contains("one") && parsed.texts.contains("other"))
        #expect(map.key?.labels == ["30", "58", "85"] && map.secondKey == nil)
        #expect(!parsed.texts.contains { $0.hasPrefix("+") })
    }

    @Test func `is for two keys`() {
        #expect(heatMap(rows([("v", 0)]), grid: ["k"], metric: .accuracy, against: nil) == nil)
        #expect(heatMap([], grid: ["k", "l", "m"], metric: .accuracy, against: nil) == nil)
    }
}
