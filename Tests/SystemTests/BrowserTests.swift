import Foundation
import TestSupport
import Testing

extension `The program` {
    /// The path of a Chromium on this machine; nil if there is none.
    static let chromium: String? = ["chromium", "chromium-browser", "google-chrome"].lazy
        .map { "/usr/bin/\($0)" }.first(where: FileManager.default.isExecutableFile(atPath:))

    /// What the outer page measured in one frame.
    private struct Frame: Decodable {
        let name: String
        let width: Double
        let scroll: Double
        let figures: Int
        let hidden: [String]
        let unnamed: Int
        let smallText: [String]
        let outside: [String]
        let boxes: Int
        let ground: String
    }

    /// Measures the report in frames of several widths, with scripts and without. It writes what
    /// it found into the page, as text.
    private static func outer(_ page: String) -> String {
        let frames = [390, 768, 1280].flatMap { width in
            [
                "<iframe name=\"\(width)\" width=\(width) height=900 src=\"\(page)\"></iframe>",
                "<iframe name=\"\(width) without scripts\" width=\(width) height=900"
                    + " sandbox=\"allow-same-origin\" src=\"\(page)\"></iframe>",
            ]
        }
        return """
            <!doctype html><meta charset="utf-8"><body>\(frames.joined())<pre id="found"></pre>
            <script>
            addEventListener("load", () => {
              const all = [];
              for (const frame of document.querySelectorAll("iframe")) {
                const d = frame.contentDocument, w = frame.contentWindow, root = d.documentElement;
                const seen = e => e.getClientRects().length > 0
                  && e.getBoundingClientRect().width > 40;
                const figures = [...d.querySelectorAll("figure")];
                const texts = [...d.querySelectorAll("figure svg text")].filter(
                  e => e.getClientRects().length > 0);
                const outside = texts.filter(e => {
                  const box = e.closest("svg").getBoundingClientRect();
                  const t = e.getBoundingClientRect();
                  return t.width > 0 && (t.left < box.left - 6 || t.right > box.right + 6);
                });
                all.push({
                  name: frame.name, width: w.innerWidth, scroll: root.scrollWidth,
                  figures: figures.length,
                  hidden: figures.filter(f => ![...f.querySelectorAll("svg")].some(seen))
                    .map(f => f.id),
                  unnamed: [...d.querySelectorAll("figure svg")].filter(
                    s => !s.querySelector("title") || !s.querySelector("desc")).length,
                  smallText: texts.filter(e => parseFloat(w.getComputedStyle(e).fontSize) < 10)
                    .map(e => e.textContent),
                  outside: outside.map(e => e.textContent),
                  boxes: [...d.querySelectorAll(".show input")].filter(
                    e => e.getClientRects().length > 0).length,
                  ground: w.getComputedStyle(d.body).backgroundColor,
                });
              }
              document.getElementById("found").textContent = JSON.stringify(all);
            });
            </script>
            """
    }

    private func chromium(_ words: [String], in folder: TemporaryFolder) throws
        -> HyperfedProgram.Ending
    {
        let profile = try TemporaryFolder()
        let program = try #require(Self.chromium)
        return try RunningProgram(
            program,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
                "--allow-file-access-from-files", "--user-data-dir=\(profile.path)",
                "--window-size=1400,1000",
            ] + words, in: folder
        ).end(within: 120)
    }

    @Test(
        .slow, .enabled(if: chromium != nil, "no chromium on this machine"),
        arguments: [false, true])
    func `the report is whole in a browser`(_ isDark: Bool) throws {
        let folder = try TemporaryFolder()
        try folder.write("small.yaml", Self.compared)
        let made = try HyperfedProgram.run(
            ["compare", "small.yaml", "--quiet", "--output", "result"], in: folder)
        try #require(made.exitCode == 0, "\(made.errors)")
        try folder.write("outer.html", Self.outer("result/report.html"))
        let scheme = isDark ? 0 : 1
        let shown = try chromium(
            [
                "--blink-settings=preferredColorScheme=\(scheme)", "--virtual-time-budget=8000",
                "--dump-dom", "file://\(folder.path("outer.html"))",
            ], in: folder)
        let lines = shown.errors.split(separator: "\n").filter { $0.contains("CONSOLE") }
        // The frames without scripts say so, and nothing else is said.
        let others = lines.filter { !$0.contains("Blocked script execution") }
        #expect(others.isEmpty, "\(others)")
        let json = try #require(
            shown.output.firstMatch(of: /<pre id="found">(.+?)<\/pre>/), "\(shown.errors)")
        let text = String(json.output.1).replacing("&amp;", with: "&").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">")
        let frames = try JSONDecoder().decode([Frame].self, from: Data(text.utf8))
        #expect(frames.count == 6)
        for frame in frames {
            let name = Comment(rawValue: frame.name)
            #expect(frame.scroll <= frame.width, name)
            #expect(frame.figures >= 7, name)
            #expect(frame.hidden == [], name)
            #expect(frame.unnamed == 0, name)
            #expect(frame.smallText == [], name)
            #expect(frame.outside == [], name)
            #expect(frame.boxes > 0, name)
            #expect(frame.ground == (isDark ? "rgb(20, 23, 26)" : "rgb(255, 255, 255)"), name)
        }
        // On paper: a PDF of several pages, and nothing in the console.
        let printed = try chromium(
            ["--print-to-pdf=page.pdf", "file://\(folder.path("result/report.html"))"], in: folder)
        #expect(!printed.errors.contains("CONSOLE"), "\(printed.errors)")
        let paper = try folder.bytes("page.pdf")
        #expect(paper.starts(with: Array("%PDF-".utf8)) && paper.count > 20_000)
    }
}
