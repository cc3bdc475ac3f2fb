import Foundation
import FoundationXML
import TestSupport
import Testing

extension `The program` {
    @Suite(.slow) struct `Figures for papers` {
        private static let scenario =
            `The program`.scenario + """

                compare:
                  seeds: [1, 2, 3]
                  baseline: fedavg
                  target: 0.5
                  variants:
                    fedavg: { client.scheduler: constant, server.scheduler: constant }
                    "<&> 100%": { server.scheduler: fedhyper_g }
                """

        /// A folder with a comparison of two variants.
        private static func compared() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", scenario)
            let ending = try HyperfedProgram.run(
                ["compare", "small.yaml", "--output", "c", "--quiet"], in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            return folder
        }

        private static var hasTool: Bool {
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/rsvg-convert")
            }
        }

        @Test func `are SVG files of a column's width, with tables and captions`() throws {
            let folder = try Self.compared()
            let ending = try HyperfedProgram.run(
                ["figures", "c", "--format", "svg", "--width", "84mm"], in: folder)
            #expect(ending.exitCode == 0 && ending.errors == "", "\(ending.errors)")
            let names = folder.names(in: "c/figures")
            for name in [
                "accuracy-rounds.svg", "differences.svg", "captions.md", "summary-table.tex",
                "summary-table.md", "summary-table.csv",
            ] {
                #expect(names.contains(name), "\(name) in \(names)")
            }
            let drawings = names.filter { $0.hasSuffix(".svg") }
            #expect(
                ending.output == "\(drawings.count) figures and 3 tables in c/figures\n")
            for name in drawings {
                let svg = folder.text("c/figures/\(name)")
                _ = try XMLDocument(xmlString: svg, options: [])
                #expect(svg.contains("width=\"3.307in\""), "\(name)")
                #expect(!svg.contains("var(") && !svg.contains("class="), "\(name)")
            }
            let table = folder.text("c/figures/summary-table.tex")
            #expect(
                table.contains("\\toprule")
                    && table.contains("\\textless{}\\&\\textgreater{} 100\\%"))
            #expect(table.count { $0 == "{" } == table.count { $0 == "}" })
            let text = folder.text("c/figures/summary-table.md")
            #expect(text.contains("| &lt;&amp;&gt; 100% |") && text.contains("**"))
            let csv = folder.text("c/figures/summary-table.csv").split(separator: "\n")
            #expect(csv.count == 3 && csv[0].hasPrefix("Variant,\"Final accuracy, %\""))
            #expect(folder.text("c/figures/captions.md").contains("**accuracy-rounds** "))
        }

        /// Runs a program in a folder; its output, or nil if it is not there or fails.
        private static func output(of words: [String], in folder: String) -> String? {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = words
            process.currentDirectoryURL = URL(filePath: folder)
            let output = Pipe()
            (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
            process.standardInput = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return nil }
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
        }

        private static var hasLaTeX: Bool {
            output(of: ["kpsewhich", "booktabs.sty"], in: "/tmp") != nil
                && output(of: ["pdflatex", "--version"], in: "/tmp") != nil
        }

        @Test(.enabled(if: hasLaTeX, "pdflatex with booktabs is not installed"))
        func `have a table that LaTeX sets, whatever a label holds`() throws {
            let folder = try TemporaryFolder()
            let label = ##"'[!"#$%&()*+,-./:;<=>?@[\]^_`{|}~ é'"##
            let labelled = Self.scenario.replacing(
                "{ server.scheduler: fedhyper_g }",
                with: "{ label: \(label), server.scheduler: fedhyper_g }"
            ).replacing("fedavg: {", with: "fedavg: { label: '*x',")
            try #require(labelled != Self.scenario)
            try folder.write("small.yaml", labelled)
            for words in [
                ["compare", "small.yaml", "--output", "c", "--quiet", "--no-report"],
                ["figures", "c", "--only", "summary-table"],
            ] {
                let ending = try HyperfedProgram.run(words, in: folder)
                #expect(ending.exitCode == 0, "\(ending.errors)")
            }
            try folder.write(
                "paper.tex",
                """
                \\documentclass{article}
                \\usepackage{booktabs}
                \\begin{document}
                \\input{c/figures/summary-table.tex}
                \\end{document}

                """)
            let words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
            #expect(Self.output(of: words, in: folder.path) != nil, "\(folder.text("paper.log"))")
            #expect(folder.has("paper.pdf"))
        }

        @Test func `can be chosen, and have the same bytes each time`() throws {
            let folder = try Self.compared()
            let words = ["figures", "c", "--format", "svg", "--only", "differences,summary-table"]
            for name in ["a", "b"] {
                let ending = try HyperfedProgram.run(words + ["--output", name], in: folder)
                #expect(ending.output == "1 figures and 3 tables in \(name)\n", "\(ending.errors)")
            }
            for name in folder.names(in: "a") {
                #expect(folder.text("a/\(name)") == folder.text("b/\(name)"), "\(name)")
            }
            #expect(folder.names(in: "a").count == 5)
        }

        @Test(arguments: [
            (["--only", "acuracy-rounds"], "found 'acuracy-rounds'; write accuracy-rounds"),
            (["--width", "3"], "--width: expected a length between 2.5 and 20 inches"),
            (["--width", "nan in"], "--width: expected a length"),
            (["--height", "1mm"], "--height: expected a length between 1.5 and 20 inches"),
            (["--format", "eps"], "--format: expected pdf, svg or png, found 'eps'"),
        ])
        func `of bad options are refused`(words: [String], message: String) throws {
            let folder = try Self.compared()
            let ending = try HyperfedProgram.run(["figures", "c"] + words, in: folder)
            #expect(ending.exitCode == 2 && ending.errors.contains(message), "\(ending.errors)")
            #expect(ending.output == "")
        }

        @Test func `of a folder without runs are refused`() throws {
            let folder = try TemporaryFolder()
            let ending = try HyperfedProgram.run(["figures", "."], in: folder)
            #expect(ending.exitCode == 2 && ending.errors.contains("expected"), "\(ending.errors)")
            let several = try HyperfedProgram.run(["figures", "a", "b"], in: folder)
            #expect(several.exitCode == 2 && several.errors.contains("--output"))
        }

        @Test func `name the package of a program that is missing`() throws {
            let folder = try Self.compared()
            let ending = try HyperfedProgram.run(
                ["figures", "c"], in: folder, environment: ["PATH": folder.path])
            #expect(ending.exitCode == 2, "\(ending.errors)")
            #expect(
                ending.errors.contains("rsvg-convert: expected the program that makes PDF and PNG"))
            #expect(ending.errors.contains("librsvg2-bin") && !ending.errors.contains("errno"))
            // Nothing half-made is left.
            #expect(folder.names(in: "c/figures") == [])
        }

        @Test(.enabled(if: hasTool, "rsvg-convert is missing: install librsvg2-bin"))
        func `are PDF files with text, and PNG files`() throws {
            let folder = try Self.compared()
            let words = ["figures", "c", "--only", "accuracy-rounds"]
            for name in ["a", "b"] {
                let ending = try HyperfedProgram.run(words + ["--output", name], in: folder)
                #expect(ending.exitCode == 0, "\(ending.errors)")
                #expect(folder.names(in: name) == ["accuracy-rounds.pdf", "captions.md"])
            }
            let pdf = try folder.bytes("a/accuracy-rounds.pdf")
            #expect(pdf.starts(with: Array("%PDF-1.".utf8)))
            #expect(try folder.bytes("b/accuracy-rounds.pdf") == pdf)
            let text = String(decoding: pdf, as: UTF8.self)
            // 3.3 inches in points, and fonts in the file. Newer libraries compress both.
            if !text.contains("/ObjStm") {
                #expect(text.contains(/MediaBox \[ 0 0 237\.(6|59)/), "\(text.prefix(400))")
                #expect(text.contains("/FontFile"))
            }
            let ending = try HyperfedProgram.run(
                words + ["--format", "png", "--output", "p"], in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            let png = try folder.bytes("p/accuracy-rounds.png")
            // 3.3 inches of 300 pixels.
            #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]) && png[18...19] == [0x03, 0xDE])
        }
    }
}
