import Scenarios
import Settings
import Testing

@Suite struct `Names of variants and studies` {
    private func load(_ names: [String], in key: String = "variants") throws(SettingsError)
        -> [ScenarioFile.Run]
    {
        let entries = names.enumerated().map { index, name in
            var text = ""
            for scalar in name.unicodeScalars {
                switch scalar {
                case "\"", "\\": text += "\\\(scalar)"
                case _ where scalar.value < 0x20 || scalar.value > 0x7E:
                    let digits = String(scalar.value, radix: 16)
                    text += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
                default: text += String(scalar)
                }
            }
            // No two have the same settings.
            return "\"\(text)\": { client.learning_rate: 0.0\(index + 1) }"
        }
        let text =
            "compare: { \(key): { \(entries.joined(separator: ", ")) } }\n"
            + "data: { dataset: digits }\n"
        let file = try ScenarioFile(text: text, file: "demo.yaml", workingFolder: "")
        return try file.comparison()
    }

    @Test(
        arguments: [
            ("", "it is empty"), (" lead", "it begins with a space"),
            ("trail ", "it ends with a space"), ("\u{A0}lead", "it begins with a space"),
            ("-rf", "it begins with '-'"), ("--help", "it begins with '-'"),
            (".", "it begins with a dot"), ("..", "it begins with a dot"),
            (".hidden", "it begins with a dot"), ("~", "it begins with '~'"),
            ("a/b", "it has a slash"), ("/", "it has a slash"),
            ("a\u{7}b", "it has characters that can't be seen"),
            ("a\nb", "it has characters that can't be seen"),
            ("a\tb", "it has characters that can't be seen"),
            ("a\u{7F}", "it has characters that can't be seen"),
            ("a\u{9B}b", "it has characters that can't be seen"),
            ("a\u{2028}b", "it has characters that can't be seen"),
            ("a\u{202E}b", "it has characters that can't be seen"),
            ("a\u{200B}b", "it has characters that can't be seen"),
            (String(repeating: "ä", count: 101), "it is longer than 200 bytes"),
            ("comparison.csv", "hyperfed gives that name itself"),
            ("Heatmap.SVG", "hyperfed gives that name itself"),
            ("run.json", "hyperfed gives that name itself"),
            ("seed-1", "hyperfed gives that name itself"),
            ("Seed-12", "hyperfed gives that name itself"),
        ], ["variants", "studies"])
    func `that hurt are refused`(_ name: (text: String, reason: String), key: String) {
        let error = #expect(throws: SettingsError.self) { try load(["a", name.text], in: key) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("'s name is the name of a folder; this is '"), "\(text)")
        #expect(text.contains(", and \(name.reason)"), "\(text)")
    }

    @Test(arguments: [("Case", "case"), ("STRASSE", "strasse"), ("Ä", "ä"), ("a\u{308}", "Ä")])
    func `that are one folder on some file systems are refused`(first: String, second: String) {
        let error = #expect(throws: SettingsError.self) { try load([first, "x", second]) }
        #expect(error.map { "\($0)" }?.contains("it is the same folder where") == true)
    }

    @Test(arguments: [
        ("NA", "pandas reads it as missing"), ("null", "pandas reads it as missing"),
        ("nan", "pandas reads it as missing"), ("None", "pandas reads it as missing"),
        ("n/a", ""), ("=1+1", "spreadsheets read it as a formula"),
        ("+CL", "spreadsheets read it as a formula"), ("@x", "spreadsheets read it as a formula"),
        ("0.10", "pandas reads it and another one as the same number"),
    ])
    func `that are read as something else are warned of`(name: String, reason: String) throws {
        guard !reason.isEmpty else {
            // One that is missing to pandas, and has a slash.
            #expect(throws: SettingsError.self) { try load([name]) }
            return
        }
        let warnings = try load(["0.1", name]).flatMap(\.warnings).map { "\($0)" }
        #expect(
            warnings.contains {
                $0.contains("'\(name)' stands in comparison.csv, and \(reason)")
            }, "\(warnings)")
    }

    @Test(arguments: ["fedavg", "G + CL", "a, b", "0.1", "seed", "seed-", "seed-x", "naïve", "NAs"])
    func `that hurt nobody are taken as they are`(name: String) throws {
        let runs = try load(["base", name])
        #expect(runs.map(\.variant) == ["base", name])
        #expect(runs.flatMap(\.warnings).isEmpty)
    }
}
