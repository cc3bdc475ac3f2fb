import Charts
import Foundation
import TestSupport
import Testing

/// One small drawing of each kind, as a file that a reader can open. A change of a drawing shows in
/// the diff. `HYPERFED_GOLDEN=write swift test --filter 'Golden drawings'` writes them anew.
@Suite struct `Golden drawings` {
    private static let folder = "Tests/Golden/charts"
    private static let isWriting =
        ProcessInfo.processInfo.environment["HYPERFED_GOLDEN"] == "write"

    private static let curves = [
        Curve(
            variant: 0, name: "fedavg", x: [1, 2, 3], y: [40, 60, 70],
            bands: [Curve.Band(low: [38, 58, 69], high: [42, 62, 71])]),
        Curve(variant: 1, name: "both <&>", x: [1, 2, 3], y: [50, 70, 80]),
    ]

    private static let drawings: [(name: String, svg: String)] = [
        ("curves", Gallery.accuracy(curves).svg(.file(width: 348), id: "a")),
        ("curves-page", Gallery.accuracy(curves).svg(.narrow, id: "a")),
        ("curves-paper", Gallery.accuracy(curves).svg(.paper(width: 3.3), id: "a")),
        (
            "profile",
            CurveChart(
                title: "Profile", x: Axis("at least, %"), y: Axis("Share, %"), curves: curves,
                shape: .steps, names: .inCorner
            ).svg(.file(width: 348), id: "a")
        ),
        (
            "panels",
            PanelFigure(
                title: "Rates",
                charts: curves.map {
                    CurveChart(title: $0.name, x: .rounds, y: Axis("Rate"), curves: [$0])
                }
            ).svg(.paper(width: 3.3), id: "a")
        ),
        (
            "grid",
            PanelFigure(
                title: "Grid", maps: Gallery.grid(2, kind: .values(lowerIsBetter: false)),
                key: ColourKey(.accuracies([10, 80]), title: "final accuracy, %")
            ).svg(.paper(width: 6.8), id: "a")
        ),
        ("clients", Gallery.clients(3, rounds: 4).svg(.file(width: 348), id: "a")),
        ("clients-page", Gallery.clients(3, rounds: 4).svg(.widePanel, id: "a")),
        ("strips", Gallery.strips.svg(.file(width: 348), id: "a")),
        ("differences", Gallery.differences.svg(.file(width: 348), id: "a")),
        ("differences-cell", Gallery.differences.cellSVG(0)),
        ("cells", Gallery.cells.svg(.file(width: 348), id: "a")),
        ("partition", Gallery.partition(4, classes: 3).svg(.file(width: 348), id: "a")),
    ]

    @Test func `every kind of chart draws what it drew`() throws {
        for (name, svg) in Self.drawings {
            let path = "\(Self.folder)/\(name).svg"
            if Self.isWriting {
                let url = URL(filePath: "\(SourceTree.root)/\(path)")
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(svg.utf8).write(to: url)
            }
            // A PNG's bytes are those of this machine's zlib, so pictures are left out.
            func text(_ svg: String) -> String {
                svg.replacing(/base64,[A-Za-z0-9+\/=]+/, with: "base64,")
            }
            let golden = try #require(SourceTree.text(of: path), "\(path) is missing")
            #expect(text(svg) == text(golden), "\(path) differs; look at both, then write it anew")
        }
    }
}
