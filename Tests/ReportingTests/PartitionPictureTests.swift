import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct `Pictures of partitions` {
    private static let small = PartitionPicture(
        title: "digits: shards", facts: ["3 clients", "<skewed>"], rows: ["a", "b & c"],
        clients: [
            .init(number: 2, size: 16, shares: [1, 0]),
            .init(number: 0, size: 8, shares: [0.5, 0.5]),
            .init(number: 1, size: 1, shares: [0, 1]),
        ], clientCount: 3)

    @Test func `a terminal with Unicode`() {
        let style = PartitionPicture.TextStyle(columns: 80, isUnicode: true, barLines: 2)
        #expect(
            Self.small.text(style) == """
                samples ███       16
                        ██████▁▁▁
                      a ███▓▓▓
                  b & c    ▓▓▓███
                 client   2  0  1
                clients, largest first; share of a client's samples: ░ to 10 %, ▒ to 30 %, \
                ▓ to 60 %, █ more

                """)
    }

    @Test func `a terminal without Unicode`() {
        let style = PartitionPicture.TextStyle(
            columns: 80, isUnicode: false, barLines: 2, hasNumbers: false)
        let text = Self.small.text(style)
        #expect(
            text == """
                samples ###       16
                        ######...
                      a ###xxx
                  b & c    xxx###
                clients, largest first; share of a client's samples: . to 10 %, + to 30 %, \
                x to 60 %, # more

                """)
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `numbers of narrow columns stand below one another`() {
        let picture = PartitionPicture(
            title: "", rows: [],
            clients: (0..<40).map { .init(number: 3 * $0, size: 5, shares: []) },
            clientCount: 40)
        let lines = picture.text(
            .init(columns: 80, isUnicode: true, barLines: 1)
        ).split(separator: "\n")
        #expect(
            lines == [
                "samples ████████████████████████████████████████ 5",
                " client                                   111111",
                "            111222333344455566667778889999000111",
                "        0369258147036925814703692581470369258147",
                "clients, largest first",
            ])
    }

    @Test(arguments: [40, 80, 81, 120, 300]) func `lines fit the terminal`(columns: Int) {
        let names = (0..<20).map { "a class with the long name \($0)" }
        for count in [1, 2, 7, 20, 40] where count <= columns - 32 || count < 8 {
            let picture = PartitionPicture(
                title: "", rows: names,
                clients: (0..<count).map {
                    .init(number: 9_000_000 + $0, size: 1_000_000, shares: [1])
                }, clientCount: 10_000_000)
            for isUnicode in [true, false] {
                let text = picture.text(.init(columns: columns, isUnicode: isUnicode))
                for line in text.split(separator: "\n").dropLast() {
                    #expect(line.count <= columns, "\(line)")
                }
            }
        }
    }

    // A name from a data file must not move the cursor, clear the screen or turn the line around.
    @Test func `names cannot change the terminal`() {
        #expect(TextWidth.shortened("a\u{1B}[2J\u{7}b", to: 18, true) == "a?[2J?b")
        #expect(TextWidth.shortened("\n", to: 18, true) == "\\n")
        #expect(TextWidth.shortened("abc\u{202E}def", to: 18, true) == "abc?def")
        #expect(TextWidth.shortened("naïve", to: 18, false) == "na?ve")
        #expect(TextWidth.shortened("abcdefghij", to: 6, true) == "abc…ij")
        #expect(TextWidth.shortened("abcdefghij", to: 6, false) == "ab..ij")
        #expect(TextWidth.of(TextWidth.shortened("日本語", to: 18, true)) == 6)
    }

    @Test func `clients are drawn at even distances`() {
        #expect(PartitionPicture.drawn([5, 4, 3], most: 40) == [5, 4, 3])
        let drawn = PartitionPicture.drawn(Array(0..<10_000), most: 40)
        #expect(drawn.count == 40 && drawn.first == 0 && drawn.last == 9_999)
        #expect(Set(drawn).count == 40 && drawn == drawn.sorted())
        #expect(PartitionPicture.drawn(Array(0..<41), most: 40).count == 40)
    }

    @Test func `successive classes share a row`() {
        #expect(PartitionPicture.rowRanges(classes: 3, most: 10) == [0..<1, 1..<2, 2..<3])
        #expect(PartitionPicture.rowRanges(classes: 10, most: 4) == [0..<3, 3..<6, 6..<9, 9..<10])
        #expect(PartitionPicture.rowRanges(classes: 0, most: 4) == [])
    }

    @Test func `ticks are round`() {
        #expect(PartitionPicture.ticks(1_523) == [0, 500, 1_000, 1_500])
        #expect(PartitionPicture.ticks(3) == [0, 1, 2, 3])
        #expect(PartitionPicture.ticks(0) == [0])
        #expect(PartitionPicture.ticks(.max).count <= 6)
    }

    @Test func `an SVG document is whole, and its text is text`() throws {
        let svg = Self.small.svg()
        let document = try XMLDocument(xmlString: svg, options: [])
        let root = document.rootElement()
        #expect(root?.name == "svg" && svg.contains(" width=\""))
        for text in [
            "<title>digits: shards</title>",
            "<desc>3 clients; &lt;skewed&gt;; clients, largest first</desc>",
            ">b &amp; c</text>", "<title>client 2: 16 samples</title>",
            "<title>client 1: 1 sample</title>", "fill=\"#FFFFFF\"",
        ] {
            #expect(svg.contains(text), "\(text)")
        }
        // Two cells have all samples (#1D2A4D, the darkest), two have a half.
        #expect(svg.contains("<path fill=\"#1D2A4D\" d=\"M"))
        #expect(svg.split(separator: "<path").count == 3)
        #expect(!svg.contains("href") && !svg.contains("<image"))
    }

    @Test(arguments: [1, 4, 40, 100, 160]) func `an SVG document has a sane size`(clients: Int)
        throws
    {
        let picture = PartitionPicture(
            title: String(repeating: "long ", count: 60), facts: ["a", "b"],
            rows: (0..<40).map { "class \($0)" },
            clients: (0..<clients).map { client in
                .init(
                    number: client, size: clients - client,
                    shares: (0..<40).map { Double(($0 * 7 + client * 13) % 40) / 780 })
            }, clientCount: 10_000)
        let svg = picture.svg()
        _ = try XMLDocument(xmlString: svg, options: [])
        func size(_ name: String) -> Double {
            let parts = svg.prefix(400).components(separatedBy: " \(name)=\"")
            return parts.count > 1 ? Double(parts[1].prefix { $0 != "\"" }) ?? 0 : 0
        }
        #expect((300...1_000).contains(size("width")) && (300...900).contains(size("height")))
        #expect(svg.utf8.count < 160_000)
    }
}
