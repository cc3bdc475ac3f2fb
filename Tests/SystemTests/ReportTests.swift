import Bytes
import Foundation
import TestSupport
import Testing

extension `The program` {
    /// A comparison in which nearly every block of a report has something to show.
    static let compared = """
        name: small <b>&"'
        data:
          dataset: { kind: gaussian_clusters, samples: 1200 }
          skew: { kind: dirichlet, alpha: 0.3 }
          client_test_fraction: 0.2
        clients: { count: 12, per_round: 4 }
        model: softmax_regression
        training: { rounds: 12, batch_size: 16 }
        client: { learning_rate: 0.02, scheduler: fedhyper_cl }
        evaluation: { target_accuracy: 0.3, per_client: all }
        compare:
          seeds: [1, 2, 3]
          variants:
            fedavg: { client.scheduler: constant }
            global: { client.scheduler: constant, server.scheduler: fedhyper_g }
            client-side: { label: "<i>client</i> & \\"side\\"" }
        """

    /// Runs the program and expects that it succeeds.
    private func end(_ words: [String], in folder: TemporaryFolder, code: Int32 = 0) throws
        -> HyperfedProgram.Ending
    {
        let ending = try HyperfedProgram.run(words, in: folder)
        try #require(ending.exitCode == code, "\(ending.output)\(ending.errors)")
        return ending
    }

    /// Checks what holds for every page.
    private func check(_ page: String, in folder: TemporaryFolder) throws {
        #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
        #expect(!page.contains("http:") && !page.contains("https:"), "an address from elsewhere")
        #expect(!page.contains(folder.path), "a path of the machine")
        #expect(!page.contains("HTML(") && !page.contains("Optional("), "a value of the program")
        #expect(unclosed(page) == nil)
        let ids = page.matches(of: /[ ]id="([^"]*)"/).map { String($0.output.1) }
        #expect(Set(ids).count == ids.count, "two elements have one id")
        for match in page.matches(of: /aria-labelledby="([^" ]*) ([^" ]*)"/) {
            #expect(ids.contains(String(match.output.1)) && ids.contains(String(match.output.2)))
        }
        for match in page.matches(of: /href="#([^"]*)"/) {
            #expect(ids.contains(String(match.output.1)), "\(match.output.1)")
        }
        let script = try #require(page.firstMatch(of: /<script>([\s\S]*?)<\/script>/)).output.1
        let digest = Base64.text(SHA256.digest(of: String(script)))
        #expect(page.contains("script-src &#39;sha256-\(digest)&#39;"))
        #expect(page.split(separator: "<script").count == 2)
    }

    /// Returns the first tag that has no partner; nil if all have one.
    private func unclosed(_ page: String) -> String? {
        let void: Set = ["meta", "input", "br"]
        var open: [String] = []
        let text = page.replacing(/<(style|script)>[\s\S]*?<\/(style|script)>/, with: "")
        for match in text.matches(of: /<(\/?)([a-zA-Z0-9]+)[^>]*?(\/?)>/) {
            let (end, name, isAlone) = (match.output.1, String(match.output.2), match.output.3)
            if void.contains(name) || isAlone == "/" { continue }
            if end == "/" {
                guard open.popLast() == name else { return "</\(name)>" }
            } else {
                open.append(name)
            }
        }
        return open.last
    }

    @Test(.slow) func `a comparison ends with its report`() throws {
        let folder = try TemporaryFolder()
        try folder.write("small.yaml", Self.compared)
        let ending = try end(
            ["compare", "small.yaml", "--quiet", "--output", "result"], in: folder)
        #expect(ending.output.hasSuffix("results in result\nreport: result/report.html\n"))
        #expect(ending.errors == "")
        let page = folder.text("result/report.html")
        try check(page, in: folder)
        #expect(page.contains("small &lt;b&gt;&amp;&quot;&#39;"))
        #expect(page.contains("&lt;i&gt;client&lt;/i&gt; &amp; &quot;side&quot;"))
        #expect(!page.contains("<i>client"))
        // Runs that begin anew have no report of old ones.
        defer {
            let again = try? HyperfedProgram.run(
                [
                    "compare", "small.yaml", "--quiet", "--no-report", "--overwrite", "--output",
                    "result",
                ], in: folder)
            #expect(again?.exitCode == 0 && !folder.has("result/report.html"))
        }
        for heading in [
            "What came out?", "How did they get there?", "What did the schedulers do?",
            "Who is left behind?", "Which data were they given?", "How to get these numbers again",
        ] { #expect(page.contains("<h2>\(heading)</h2>")) }
        // Each figure names its files, and they are there.
        let names = page.matches(of: /<a href=.(report\/[^\x22]*).>/).map { String($0.output.1) }
        #expect(names.count >= 14)
        for name in names {
            let text = folder.text("result/\(name)")
            #expect(!text.isEmpty, "\(name)")
            if name.hasSuffix(".svg") { #expect(!text.contains("var(") && text.hasPrefix("<svg")) }
        }
        #expect(
            Set(names.map { String($0.dropFirst(7)) }) == Set(folder.names(in: "result/report")))
        // Made anew, it is the same to the last byte.
        let before = try names.map { try folder.bytes("result/\($0)") }
        _ = try end(["report", "result"], in: folder)
        #expect(folder.text("result/report.html") == page)
        let after = try names.map { try folder.bytes("result/\($0)") }
        #expect(after == before)
    }

    @Test(.slow) func `a label changes no digest and no result`() throws {
        let folder = try TemporaryFolder()
        let plain = Self.compared.replacing(
            "{ label: \"<i>client</i> & \\\"side\\\"\" }", with: "{}")
        try #require(plain != Self.compared)
        try folder.write("plain.yaml", plain)
        try folder.write("small.yaml", Self.compared)
        for (file, name) in [("plain.yaml", "a"), ("small.yaml", "b")] {
            _ = try end(
                ["compare", file, "--quiet", "--no-report", "--output", name], in: folder)
        }
        #expect(!folder.has("a/report.html") && !folder.has("a/report"))
        func column(_ name: String, _ column: String) throws -> [Substring] {
            let lines = folder.text("\(name)/comparison.csv").split(separator: "\n")
            let index = try #require(lines[0].split(separator: ",").firstIndex(of: column[...]))
            return lines.map {
                $0.split(separator: ",", omittingEmptySubsequences: false)[index]
            }
        }
        for name in ["digest", "final"] {
            let (plain, labelled) = (try column("a", name), try column("b", name))
            #expect(plain == labelled)
        }
    }

    @Test(.slow) func `a label is checked`() throws {
        let folder = try TemporaryFolder()
        for (label, found) in [
            (String(repeating: "x", count: 61), "61 characters"),
            ("\"a\\tb\"", "a control character"),
            ("[1]", "a list"), ("\"  \"", "2 characters"),
        ] {
            try folder.write(
                "small.yaml",
                "name: x\ncompare: { seeds: [1], variants: { a: { label: \(label) }, b: {} } }\n")
            let ending = try HyperfedProgram.run(["validate", "small.yaml"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.contains(
                    "compare.variants.a.label: expected a text of 1 to 60 characters in one line,"
                        + " found \(found)"), "\(ending.errors)")
        }
        try folder.write(
            "small.yaml", "name: x\ncompare: { variants: { a: { label: b }, b: {} } }\n")
        let ending = try HyperfedProgram.run(["validate", "small.yaml"], in: folder)
        #expect(ending.exitCode == 2)
        #expect(
            ending.errors.contains("expected another label for each variant, found 'b' for a and b")
        )
    }

    @Test(.slow) func `a run, a grid, one seed, an RMSE and failed runs have a report`() throws {
        let folder = try TemporaryFolder()
        try folder.write("small.yaml", Self.compared)
        _ = try end(["run", "small.yaml", "--quiet", "--output", "run"], in: folder)
        #expect(!folder.has("run/report.html"))
        let run = try end(["report", "run"], in: folder)
        #expect(run.output == "report: run/report.html\n")
        try check(folder.text("run/report.html"), in: folder)
        #expect(folder.text("run/report.html").contains("<dt>Final accuracy</dt>"))

        let values = "{client.learning_rate: [0.01, 0.05], server.learning_rate: [0.5, 1.0]}"
        let grid = ["--set", "compare.grid=\(values)", "--set", "compare.seeds=[1]"]
        let ending = try end(
            ["compare", "small.yaml", "--quiet", "--output", "grid"] + grid, in: folder)
        #expect(ending.output.hasSuffix("report: grid/report.html\n"), "\(ending.errors)")
        try check(folder.text("grid/report.html"), in: folder)
        #expect(folder.text("grid/report.html").contains("How much do the start rates matter?"))
        #expect(folder.text("grid/report.html").contains("one seed"))

        // A target that a line can predict: an RMSE, of which less is better.
        let rows = (0..<240).map { row in "\(row % 17),\(row % 5),\(row % 17 * 2 + row % 3)" }
        try folder.write("rows.csv", (["x,z,y"] + rows).joined(separator: "\n") + "\n")
        let numbers = Self.compared.replacing(
            "{ kind: gaussian_clusters, samples: 1200 }",
            with: "{ kind: csv, file: rows.csv, target: y }"
        ).replacing("{ kind: dirichlet, alpha: 0.3 }", with: "iid").replacing(
            "softmax_regression", with: "{ kind: mlp, hidden: [4] }"
        ).replacing("target_accuracy: 0.3", with: "target_rmse: 3")
        try folder.write("numbers.yaml", numbers)
        _ = try end(["compare", "numbers.yaml", "--quiet", "--output", "numbers"], in: folder)
        try check(folder.text("numbers/report.html"), in: folder)
        #expect(folder.text("numbers/report.html").contains("% less RMSE than fedavg"))
        #expect(folder.has("numbers/report/rmse-rounds.svg"))

        let failing = try end(
            [
                "compare", "small.yaml", "--quiet", "--output", "failed", "--set",
                "compare.set.client.learning_rate=1e30", "--set",
                "compare.variants.client-side.client.scheduler=constant",
            ], in: folder, code: 1)
        #expect(failing.output.hasSuffix("report: failed/report.html\n"))
        let failed = folder.text("failed/report.html")
        try check(failed, in: folder)
        #expect(failed.contains("9 of 9 runs diverged"))
        #expect(failed.contains("<h3>Failed runs</h3>"))
        #expect(!failed.contains("What came out?"))

        let both = try end(
            ["report", "grid", "failed", "run", "--output", "all.html"], in: folder)
        #expect(both.output.hasSuffix("report: all.html\n"))
        try check(folder.text("all.html"), in: folder)
        #expect(folder.has("all/1-accuracy-rounds.svg") && folder.has("all/3-accuracy-rounds.svg"))
    }

    @Test(.slow) func `half of a folder and other folders are reported`() throws {
        let folder = try TemporaryFolder()
        try folder.write("small.yaml", Self.compared)
        _ = try end(["compare", "small.yaml", "--quiet", "--output", "result"], in: folder)
        try FileManager.default.removeItem(atPath: folder.path("result/global/seed-2"))
        let rounds = folder.text("result/fedavg/seed-1/rounds.csv")
        try folder.write("result/fedavg/seed-1/rounds.csv", String(rounds.prefix(400)))
        try folder.write("result/notes/seed-1/run.json", "{}")
        let ending = try end(["report", "result"], in: folder)
        #expect(ending.errors.contains("result/fedavg/seed-1"))
        let page = folder.text("result/report.html")
        try check(page, in: folder)
        #expect(page.contains("1 of 9 runs missing and 1 of 9 runs damaged."))
        // One file has one warning, and the tables and the page count it alike.
        #expect(ending.errors.split(separator: "\n").count { $0.contains("fedavg/seed-1") } == 1)
        #expect(
            ending.output.contains(
                "the comparison is not complete: 1 of 9 runs is missing, 1 damaged\n"))

        let other = try end(["report", "."], in: folder, code: 2)
        #expect(other.errors.contains("expected the folder of a comparison"))
        try folder.write("result/report.html", "<p>mine</p>")
        let foreign = try end(["report", "result"], in: folder, code: 2)
        #expect(foreign.errors.contains("expected a report to replace, found another file"))
        #expect(folder.text("result/report.html") == "<p>mine</p>")
        let several = try end(["report", "result", "result"], in: folder, code: 2)
        #expect(several.errors.contains("--output"))
    }
}
